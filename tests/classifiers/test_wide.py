"""Bags of words, against scikit-learn's and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfVectorizer

from skembed import KerasTokenizer
from skembed.classifiers import _wide
from skembed.classifiers._reader import with_bags
from skembed.classifiers._wide import (
    BagReader,
    bag_length,
    count_words,
    find_pairs,
    learn_bags,
    naive_bayes_kernel,
    shared_parts,
)
from skembed.networks import NetworkData
from skembed.text import TokenSequences


def columns(bag):
    """The columns of a matrix in an order of their own, so that names do not matter."""
    array = np.round(bag.toarray(), 6)
    return array[:, np.lexsort(array)]


def test_the_bag_is_scikit_learns_sublinear_tfidf(texts):
    sequences = KerasTokenizer().fit_transform(texts)
    words = TfidfVectorizer(
        sublinear_tf=True, tokenizer=str.split, token_pattern=None, ngram_range=(1, 2)
    )
    counts = words.fit(texts).transform(texts) > 0
    pairs_twice = [
        name
        for name, n in zip(words.get_feature_names_out(), counts.sum(axis=0).A1, strict=True)
        if n >= 2 or " " not in name
    ]
    words.set_params(vocabulary=pairs_twice)
    reader, bag = learn_bags(sequences, 17, None)
    assert bag.shape == (40, len(pairs_twice) + 2)  # padding and unknown, never counted
    assert not bag[:, :2].toarray().any()
    assert_allclose(columns(bag[:, 2:]), columns(words.fit_transform(texts)), atol=1e-5)
    np.testing.assert_array_equal(reader.read(sequences).toarray(), bag.toarray())


def test_parts_of_words_are_those_of_scikit_learn_that_two_words_share(texts):
    tokenizer = KerasTokenizer()
    sequences = tokenizer.fit_transform(texts)
    _, plain = learn_bags(sequences, 17, None)
    _, bag = learn_bags(sequences, 17, tokenizer.vocabulary_)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    analyze = parts.build_analyzer()
    of_words = [set(analyze(word)) for word in tokenizer.vocabulary_]
    shared = {part for one in of_words for part in one if sum(part in o for o in of_words) > 1}
    frequent = [part for part in sorted(shared) if sum(part in analyze(text) for text in texts) > 1]
    parts.set_params(vocabulary=frequent)
    assert bag.shape[1] == plain.shape[1] + len(frequent)
    n = plain.shape[1]
    half = np.sqrt(0.5)  # each half of the bag has the same length
    assert_allclose(bag[:, :n].toarray(), plain.toarray() * half, rtol=1e-5)
    expected = parts.fit_transform(texts) * half
    assert_allclose(columns(bag[:, n:]), columns(expected), atol=1e-5)


def test_neighbours_by_hand():
    # unknown words pair with nobody, documents do not touch
    sequences = TokenSequences([2, 3, 1, 3, 2, 2, 3], [0, 5, 7])
    rows, codes = find_pairs(sequences, 10)
    assert rows.tolist() == [0, 0, 1]
    assert codes.tolist() == [23, 32, 23]
    reader, bag = learn_bags(sequences, 10, None)
    assert reader.pairs.tolist() == [23]
    later = reader.read(TokenSequences([3, 2, 9, 9, 2, 3, 2, 3], [0, 2, 4, 8]))
    assert (later[:, 4].toarray().ravel() > 0).tolist() == [False, False, True]
    assert bag.shape == later[:2].shape == (2, 5)  # 9 is behind the last id of training


def test_words_that_training_lacks_count_by_their_parts():
    vocabulary = {"sunny": 2, "rain": 3, "sun": 4, "moon": 5}  # the last two are not in training
    reader, bag = learn_bags(TokenSequences([2, 3, 2, 3], [0, 2, 4]), 6, vocabulary)
    assert reader.n_words == 4
    assert reader.parts.shape == (6, 3)  # " su", "sun", " sun": shared with "sunny"; pair "2 3"
    later = reader.read(TokenSequences([4, 5], [0, 1, 2]))
    assert (later.toarray() > 0).tolist() == [[False] * 5 + [True] * 3, [False] * 8]
    assert bag.shape == later.shape


def test_documents_of_unknown_words_have_an_empty_bag_of_parts():
    sequences = TokenSequences([2, 3, 2, 3, 1], [0, 2, 4, 5])
    _, bag = learn_bags(sequences, 4, {"sunny": 2, "sunset": 3})
    assert np.isfinite(bag.toarray()).all()
    assert bag[2].nnz == 1


def test_a_vocabulary_may_stand_in_any_order_and_have_gaps():
    words = count_words(TokenSequences([2, 5, 2, 5], [0, 2, 4]), 7)
    parts = shared_parts({"zabc": 5, "abcy": 2}, words)
    assert parts.toarray().sum(axis=1).tolist() == [0, 0, 1, 0, 0, 1, 0]  # "abc" in both


def test_only_the_most_frequent_parts_are_kept(monkeypatch):
    monkeypatch.setattr(_wide, "MAX_FEATURES", 1)
    words = count_words(TokenSequences([2, 3, 4, 3, 4], [0, 1, 3, 5]), 5)
    parts = shared_parts({"abcx": 2, "abcy": 3, "zzy": 4}, words)
    assert parts.shape == (5, 1)
    assert parts.toarray().ravel().tolist() == [0, 0, 1, 1, 0]  # "abc", of the first three


def test_the_kernel_is_the_log_ratio_of_shares():
    # two documents: id 1 with value 2 in class 0, id 2 with value 1 in class 1
    data = NetworkData(
        np.array([1, 2], np.int32),
        np.array([0, 1, 2]),
        np.array([1, 2], np.int32),
        np.array([2, 1], np.float32),
        np.array([0, 1, 2]),
    )
    reader = BagReader(np.empty(0), np.empty((3, 0)), np.ones(3, np.float32), 3, length=1.0)
    kernel = naive_bayes_kernel(data, np.array([0, 1]), reader, 2)
    # smoothed by one: inside class 0 are 1, 3, 1 of 5, outside 1, 1, 2 of 4
    ratios = np.log([[1 / 5 / (1 / 4)], [3 / 5 / (1 / 4)], [1 / 5 / (2 / 4)]])
    assert_allclose(kernel, np.hstack([ratios, -ratios]), rtol=1e-6)
    labels = naive_bayes_kernel(data, np.array([[1, 0], [0, 1]], np.float32), reader, 2)
    assert_allclose(labels, kernel, rtol=1e-6)


def test_longer_bags_begin_with_the_same_logits(texts, three):
    tokenizer = KerasTokenizer()
    sequences = tokenizer.fit_transform(texts)
    logits = []
    for length in (1.0, 4.0):
        reader, bag = learn_bags(sequences, 17, tokenizer.vocabulary_, length)
        norms = np.sqrt(bag.multiply(bag).sum(axis=1))
        assert_allclose(norms.max(), length, rtol=1e-6)
        assert_allclose(reader.read(sequences).toarray(), bag.toarray())
        logits.append(bag @ naive_bayes_kernel(with_bags(sequences, bag), three, reader, 3))
    assert_allclose(*logits, rtol=1e-4, atol=1e-6)


def test_bags_are_longer_where_classes_have_few_documents():
    # 1500 documents of a class, an epoch each, are enough
    assert bag_length(np.zeros(300, np.int32), 2, 10) == 1  # 150 of a class, ten times
    assert bag_length(np.zeros(300, np.int32), 2, 4) == 2.5
    assert bag_length(np.zeros(300, np.int32), 3, 10) == 1.5
    assert bag_length(np.zeros(300, np.int32), 100, 1) == 5
    labels = np.zeros((600, 2), np.float32)
    labels[:100] = 1  # each label is on a hundred documents
    assert bag_length(labels, 2, 10) == 1.5


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
    classifier = cnn(wide=True).fit(texts, y)
    assert classifier.score(texts, y) >= 0.95
    assert "wide/kernel" in classifier._state.weights


def test_the_deep_half_learns_as_if_it_were_alone(cnn, texts, labels):
    dropouts = {"spatial_dropout": 0.3, "dense_dropout": 0.5}
    alone, both = (cnn(wide=wide, **dropouts).fit(texts, labels) for wide in (False, True))
    for name, value in alone._state.weights.items():
        assert_allclose(both._state.weights[name], value, atol=1e-6, err_msg=name)


def test_the_halves_are_averaged(cnn, texts, labels):
    classifier = cnn(wide=True, epochs=2).fit(texts, labels)
    weights = classifier._state.weights
    alone = cnn(epochs=2).fit(texts, labels).predict_log_proba(texts)
    bag = classifier._reader.bags.read(classifier.tokenizer_.transform(texts))
    linear = bag @ weights["wide/kernel"] + weights["wide/bias"]
    mean = (alone + log_softmax(linear, axis=1)) / 2
    assert_allclose(classifier.predict_log_proba(texts), log_softmax(mean, axis=1), atol=1e-5)
    rows = np.arange(40), (np.array(labels) == "foul").astype(int)
    loss = -classifier.predict_log_proba(texts)[rows].mean()
    validated = cnn(wide=True, epochs=2).fit(texts, labels, X_val=texts, y_val=labels)
    assert validated.history_["val_loss"][-1] == pytest.approx(loss, rel=1e-4)


def test_a_wide_network_needs_words(cnn, no_training):
    with pytest.raises(ValueError, match="wide=True needs words or token ids, but X holds vectors"):
        cnn(wide=True).fit(np.ones((4, 2)) * 0.5, [0, 1, 0, 1])
