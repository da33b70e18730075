"""Bags of words, against scikit-learn's and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import TfidfVectorizer

from skembed import KerasTokenizer
from skembed.classifiers._wide import (
    count_words,
    inverse_document_frequency,
    naive_bayes_kernel,
    weigh_words,
)
from skembed.networks import NetworkData
from skembed.text import TokenSequences


def test_the_bag_is_scikit_learns_sublinear_tfidf(texts):
    tokenizer = KerasTokenizer()
    sequences = tokenizer.fit_transform(texts)
    words = tokenizer.get_vocabulary()[2:]
    reference = TfidfVectorizer(sublinear_tf=True, vocabulary=words, tokenizer=str.split,
                                token_pattern=None).fit_transform(texts)  # fmt: skip
    counts = count_words(sequences, len(words) + 2)
    bag = weigh_words(counts, inverse_document_frequency(counts))
    assert_allclose(bag.toarray()[:, 2:], reference.toarray(), rtol=1e-5)
    assert not bag.toarray()[:, :2].any()


def test_the_kernel_is_the_log_ratio_of_shares():
    # two documents: id 1 with value 2 in class 0, id 2 with value 1 in class 1
    data = NetworkData(
        np.array([1, 2], np.int32),
        np.array([0, 1, 2]),
        np.array([1, 2], np.int32),
        np.array([2, 1], np.float32),
        np.array([0, 1, 2]),
    )
    kernel = naive_bayes_kernel(data, np.array([0, 1]), 3, 2)
    # smoothed by one: inside class 0 are 1, 3, 1 of 5, outside 1, 1, 2 of 4
    ratios = np.log([[1 / 5 / (1 / 4)], [3 / 5 / (1 / 4)], [1 / 5 / (2 / 4)]])
    assert_allclose(kernel, np.hstack([ratios, -ratios]), rtol=1e-6)
    labels = naive_bayes_kernel(data, np.array([[1, 0], [0, 1]], np.float32), 3, 2)
    assert_allclose(labels, kernel, rtol=1e-6)


def test_counting_leaves_the_sequences_alone():
    sequences = TokenSequences([3, 2, 3], [0, 3])
    counts = count_words(sequences, 4)
    assert counts.toarray().tolist() == [[0, 0, 1, 2]]
    assert sequences.ids.tolist() == [3, 2, 3]


@pytest.mark.parametrize("multilabel", [False, True])
def test_a_wide_network_begins_with_naive_bayes_and_learns(
    cnn, texts, labels, indicators, multilabel
):
    y = indicators[:, :2] if multilabel else labels
    classifier = cnn(wide=True, epochs=1).fit(texts, y)
    assert classifier.score(texts, y) == 1.0
    assert "wide/kernel" in classifier._state.weights


def test_a_wide_network_needs_words(cnn, no_training):
    with pytest.raises(ValueError, match="wide=True needs words or token ids, but X holds vectors"):
        cnn(wide=True).fit(np.ones((4, 2)) * 0.5, [0, 1, 0, 1])
