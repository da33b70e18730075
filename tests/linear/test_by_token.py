"""What each token adds to margins: by hand."""

import numpy as np
from numpy.testing import assert_allclose

from skembed.bags import BagTables, SparseRows
from skembed.linear._by_token import token_shares


def test_shares_of_features_by_hand():
    # ids 2 3 2: the pairs (2, 3) and (3, 2); word 3 has n-gram 1 twice, word 2 has it once
    ngrams = SparseRows(
        values=np.array([1, 1, 2], dtype=np.float32),
        columns=np.array([0, 1, 1], dtype=np.int32),
        ends=np.array([0, 0, 0, 2, 3]),
        n_columns=2,
    )
    pairs = np.array([2 * 4 + 3, 3 * 4 + 2])
    bags = BagTables(pairs, ngrams, np.ones(8, dtype=np.float32), n_words=4)
    shares = token_shares(
        bags, np.array([2, 3, 2], dtype=np.int32), np.array([2, 3, 4, 5, 6, 7])
    ).toarray()
    expected = [
        [1 / 2, 0, 1 / 2, 0, 1 / 2, 1 / 4],
        [0, 1, 1 / 2, 1 / 2, 0, 1 / 2],
        [1 / 2, 0, 0, 1 / 2, 1 / 2, 1 / 4],
    ]
    assert_allclose(shares, expected)
