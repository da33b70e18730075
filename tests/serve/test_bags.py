"""Counting with NumPy alone gives what the classifiers count with SciPy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from skembed.export._linear_half import pack_tables
from skembed.serve._bags import BagTables, count


def test_adding_up_by_hand():
    entries = count(np.array([0, 1, 0, 0]), np.array([2, 0, 1, 2]), 3)
    assert entries.rows.tolist() == [0, 0, 1]
    assert entries.columns.tolist() == [1, 2, 0]
    assert entries.values.tolist() == [1, 2, 1]
    weighed = count(np.array([0, 0]), np.array([1, 1]), 3, np.array([2, 3], np.float32))
    assert (weighed.values.tolist(), weighed.values.dtype) == ([5], np.float32)
    assert len(count(np.zeros(0, np.int64), np.zeros(0, np.int64), 0).rows) == 0


@pytest.mark.parametrize("name", ["wide", "wide, given vectors", "wide, one word", "labels"])
def test_entries_are_those_of_the_classifier_s_bags(name, make, texts):
    classifier = make(name)
    sequences = classifier.tokenizer_.transform(texts)
    entries = BagTables.unpack(pack_tables(classifier._model.linear.bags), 2).read(sequences)
    expected = classifier.bag_of_words(texts)
    found = sparse.csr_matrix(
        (entries.values, (entries.rows, entries.columns)), shape=expected.shape
    )
    expected.sort_indices()
    assert_array_equal(found.indptr, expected.indptr)
    assert_array_equal(found.indices, expected.indices)
    assert_allclose(found.data, expected.data, rtol=1e-5)
    assert entries.values.dtype == np.float32
