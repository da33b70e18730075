"""What each token adds to the margins of a linear half: exact, for a sum has parts."""

import numpy as np
from numpy.typing import NDArray

from skembed.classifiers._bags import BagReader
from skembed.classifiers._linear import LinearHalf
from skembed.text import TokenSequences


def linear_parts(
    linear: LinearHalf, document: TokenSequences, mixing: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Share the margins of one document among its tokens.

    A word's share goes to its tokens alike; a pair's to both of its words; that of a part of
    words to the words that have it.

    Parameters
    ----------
    linear : LinearHalf
        Fitted.
    document : TokenSequences of shape (1,)
        The document.
    mixing : ndarray of shape (n_outputs, n_wanted), dtype float32
        Which sums of the margins are wanted.

    Returns
    -------
    parts : ndarray of shape (n_tokens, n_wanted), dtype float32
        They add up to the margins without the intercepts.
    """
    bag = linear.bags.read(document)
    # Not by BLAS, whose products of few rows have raised floating-point warnings for nothing.
    worth = np.einsum("f,fc,cw->fw", bag.data, linear.coef[bag.indices], mixing)
    shares = token_shares(linear.bags, document.ids, bag.indices)
    found: NDArray[np.float32] = shares @ worth
    return found


def token_shares(
    bags: BagReader, ids: NDArray[np.int32], columns: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Return how much of each feature each token has: (n_tokens, n_features), columns sum to 1."""
    n_words, n_ids = bags.n_words, bags.parts.shape[0]
    first_part = n_words + len(bags.pairs)
    shares = np.zeros((len(ids), len(columns)), dtype=np.float32)
    of_ids = bags.parts[ids].tocsc()
    for j, column in enumerate(columns.tolist()):
        if column < n_words:
            shares[ids == column, j] = 1
        elif column < first_part:
            first, second = divmod(int(bags.pairs[column - n_words]), n_ids)
            places = np.flatnonzero((ids[:-1] == first) & (ids[1:] == second))
            np.add.at(shares[:, j], np.concatenate([places, places + 1]), 1)
        else:
            counts = of_ids[:, [column - first_part]]
            shares[counts.indices, j] = counts.data
    return shares / shares.sum(axis=0)
