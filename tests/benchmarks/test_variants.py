"""What is made for these studies alone: schedules, slow vectors, attention, linear models."""

from dataclasses import astuple

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.special import softmax
from sklearn.svm import LinearSVC

from benchmarks.accuracy import linear, variants
from benchmarks.accuracy.linear import Joined, NaiveBayesSVM, OnBags
from skembed import CNNTextClassifier, LSTMTextClassifier
from skembed.linear import learn_bags
from skembed.text import TokenSequences, recognise

TEXTS = ["sun and sea", "rain and wind", "sun sand", "wind and hail"] * 8
LABELS = np.array(["fine", "foul"] * 16)
SMALL = dict(filters=4, kernel_sizes=(2,), embedding_dim=4, dense_dropout=0, random_state=0)


def test_schedules_by_hand():
    at = 0, 0.05, 0.1, 0.55, 1
    assert [variants.warm_up(part) for part in at] == [0, 0.5, 1, 1, 1]
    assert [variants.decay(part) for part in at] == [1, 0.95, 0.9, pytest.approx(0.45), 0]
    cycle = [variants.one_cycle(part) for part in at]
    assert cycle == pytest.approx([0, 0.5, 1, 0.5, 0])


def test_the_rate_is_set_before_each_step():
    seen = []

    def factor(progress):
        seen.append(progress)
        return 0.0  # no step moves anything

    matrix = np.random.default_rng(0).normal(size=(9, 4)).astype(np.float32)
    still = [variants.RateByStep(factor)]
    classifier = CNNTextClassifier(
        **SMALL, embeddings=matrix, epochs=2, batch_size=16, callbacks=still
    )
    classifier.fit(TEXTS, LABELS)
    assert seen == [0, 0.25, 0.5, 0.75]
    assert_array_equal(classifier._model.state.weights["embedding"], matrix)


def test_slow_vectors_go_a_part_of_the_way():
    matrix = np.random.default_rng(0).normal(size=(9, 4)).astype(np.float32)
    one_step = dict(SMALL, embeddings=matrix, epochs=1, batch_size=64)
    moved = [
        CNNTextClassifier(**one_step, callbacks=callbacks).fit(TEXTS, LABELS)._model.state.weights
        for callbacks in ([], [variants.SlowVectors(0.25)])
    ]
    whole, part = (weights["embedding"] - matrix for weights in moved)
    assert np.abs(whole).max() > 1e-3
    assert_allclose(part, whole / 4, atol=1e-6)
    assert_array_equal(moved[0]["logits/kernel"], moved[1]["logits/kernel"])


def test_attention_by_hand():
    rng = np.random.default_rng(0)
    steps, lengths = rng.normal(size=(2, 4, 3)).astype(np.float32), np.array([4, 2], np.int32)
    layer = variants.Attention()
    found = layer(steps, lengths).numpy()
    hidden, bias, score = (weight.numpy() for weight in layer.weights)
    for row, length, pooled in zip(steps, lengths, found, strict=True):
        inside = row[:length]
        weights = softmax(np.tanh(inside @ hidden + bias) @ score, axis=0)
        assert_allclose(pooled, (weights * inside).sum(axis=0), rtol=1e-5)


def test_attention_stands_in_the_place_of_the_mean():
    small = dict(units=3, embedding_dim=4, epochs=1, embeddings=None)
    attentive = variants.attention(**small)(0).fit(TEXTS, LABELS)
    plain = LSTMTextClassifier(pooling="mean", random_state=0, **small).fit(TEXTS, LABELS)
    assert {*attentive._model.state.weights} - {*plain._model.state.weights} == {
        f"lstm_mean/{name}" for name in ("hidden/kernel", "hidden/bias", "score/kernel")
    }
    assert attentive.predict(TEXTS).shape == (32,)


def test_naive_bayes_ratios_weigh_the_features_of_a_class():
    X = sparse.csr_matrix(np.array([[2, 1, 0], [1, 1, 0], [0, 1, 2], [0, 1, 1]], dtype=float))
    y = np.array(["fine", "fine", "foul", "foul"])
    model = NaiveBayesSVM().fit(X, y)
    shares = np.array([4, 3, 1]) / 8, np.array([1, 3, 4]) / 8  # smoothed by one
    ratios = np.log(shares[0] / shares[1])
    ratios /= np.abs(ratios).mean()
    found, svm = model._fitted[0]
    assert_allclose(found, ratios)
    expected = LinearSVC(tol=1e-2, random_state=0).fit(X.toarray() * ratios, y == "fine")
    assert_allclose(svm.coef_, expected.coef_, atol=1e-2)
    assert model.predict(X).tolist() == y.tolist()


def test_columns_of_the_bags():
    _, bag = learn_bags(TokenSequences([2, 3, 2, 3, 4], [0, 2, 5]), 5, {"sun": 2, "suns": 3})
    model = OnBags(None, lambda bags: slice(bags.n_words))
    model.bags, _ = learn_bags(TokenSequences([2, 3, 2, 3, 4], [0, 2, 5]), 5, {"sun": 2, "suns": 3})
    words = model._kept(bag).toarray()
    assert words.shape == (2, 5)
    assert_allclose((words**2).sum(axis=1), 1, rtol=1e-6)
    assert linear.n_pairs_end(model.bags) == 6  # one pair, "2 3"


def test_halves_joined_in_another_way():
    wide = CNNTextClassifier(**SMALL, epochs=1, wide=True)
    alone = Joined(wide, lambda half, spread: (0.0, 1.0)).fit(TEXTS, LABELS)
    half = wide._model.linear
    margins = half.margins(wide._model.reader.read_sequences(recognise(TEXTS)))
    assert_array_equal(alone.predict(TEXTS), wide.classes_[margins.argmax(axis=1)])
    as_it_is = Joined(wide, lambda half, spread: astuple(half.joint)[:2])
    assert_array_equal(as_it_is.predict(TEXTS), wide.predict(TEXTS))
