"""Bags of an exported classifier, counted with NumPy alone, are the classifier's own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from skembed.export._linear_model import pack_tables
from skembed.serve._bags import unpack_tables


@pytest.mark.parametrize("name", ["wide", "wide, given vectors", "wide, one word", "labels"])
def test_bags_are_those_of_the_classifier(name, make, texts):
    classifier = make(name)
    sequences = classifier.tokenizer_.transform(texts)
    bag = unpack_tables(pack_tables(classifier._model.linear.bags), 2).read(sequences)
    expected = classifier.bag_of_words(texts)
    found = sparse.csr_matrix((bag.values, bag.columns, bag.ends), shape=expected.shape)
    expected.sort_indices()
    assert_array_equal(found.indptr, expected.indptr)
    assert_array_equal(found.indices, expected.indices)
    assert_allclose(found.data, expected.data, rtol=1e-5)
    assert bag.values.dtype == np.float32
