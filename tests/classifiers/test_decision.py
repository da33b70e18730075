"""Tuned decisions: thresholds by hand, against all candidates, and within a classifier."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import f1_score

from skembed.classifiers._decision import decide, macro_f1, tune_thresholds


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_macro_f1_is_that_of_scikit_learn(n_classes):
    rng = np.random.default_rng(n_classes)
    for _ in range(20):
        predicted, targets = rng.integers(0, n_classes, (2, 30))
        expected = f1_score(
            targets, predicted, labels=np.arange(n_classes), average="macro", zero_division=0
        )
        assert macro_f1(predicted, targets, n_classes) == pytest.approx(expected)


def test_a_rare_class_by_hand():
    # Class 1 never has the largest score, but stands out where it is right.
    logits = np.log(np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.6, 0.4]], dtype=np.float32))
    targets = np.array([0, 0, 0, 1])
    thresholds = tune_thresholds(logits, targets, np.array([0.75, 0.25]))
    assert_array_equal(decide(logits, thresholds, multilabel=False), targets)
    # 3 to the power of 0.4 is the first above 6 / 4
    assert_allclose(thresholds, [3**0.2, 3**-0.2])


def test_thresholds_are_alike_where_nothing_is_gained():
    logits = np.array([[2.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    thresholds = tune_thresholds(logits, np.array([0, 1]), np.array([0.9, 0.1]))
    assert_array_equal(thresholds, [1, 1])


def test_a_class_without_training_documents_has_a_finite_threshold():
    logits = np.log(np.array([[0.6, 0.3, 0.1], [0.6, 0.1, 0.3]], dtype=np.float32))
    thresholds = tune_thresholds(logits, np.array([1, 1]), np.array([1.0, 0.5, 0.0]))
    assert np.isfinite(thresholds).all()
    assert (thresholds > 0).all()


def test_labels_by_hand():
    logits = np.array([[2.0, 5.0], [1.0, 6.0], [-1.0, 7.0], [-3.0, 8.0]], dtype=np.float32)
    targets = np.array([[1, 0], [1, 0], [1, 0], [0, 0]])
    thresholds = tune_thresholds(logits, targets, targets.mean(axis=0))
    assert_allclose(thresholds, [1 / (1 + np.exp(2)), 0.5])  # between -1 and -3; no document
    assert_array_equal(decide(logits, thresholds, multilabel=True)[:, 0], [1, 1, 1, 0])


def test_equal_scores_of_a_label_are_not_told_apart():
    logits = np.array([[1.0], [1.0], [0.0]], dtype=np.float32)
    thresholds = tune_thresholds(logits, np.array([[1], [0], [0]]), np.array([1 / 3]))
    assert_allclose(thresholds, 1 / (1 + np.exp(-0.5)))


def test_rare_classes_gain():
    rng = np.random.default_rng(1)
    shares = np.arange(9, 0, -1) ** 2 / 285
    targets = rng.choice(9, 600, p=shares)
    logits = (rng.normal(size=(600, 9)) + np.log(shares)).astype(np.float32)
    logits[np.arange(600), targets] += 2
    thresholds = tune_thresholds(logits[:300], targets[:300], shares)
    tuned = decide(logits[300:], thresholds, multilabel=False)
    plain = macro_f1(logits[300:].argmax(axis=1), targets[300:], 9)
    assert macro_f1(tuned, targets[300:], 9) > plain + 0.03  # on documents not tuned on


def test_classifier(cnn, texts, labels):
    rare = ["rare" if i % 8 == 0 else label for i, label in enumerate(labels)]
    classifier = cnn(decision="tuned", validation_fraction=0.4).fit(texts, rare)
    assert classifier.thresholds_.shape == (3,)
    scores = classifier.predict_proba(texts) / classifier.thresholds_
    expected = classifier.classes_[scores.argmax(axis=1)]
    assert_array_equal(classifier.predict(texts), expected)
    again = pickle.loads(pickle.dumps(classifier))
    assert_array_equal(again.predict(texts), expected)
    assert "val_loss" in classifier.history_
    assert classifier.n_iter_ == 3  # setting documents aside stops nothing early
    assert clone(classifier).set_params(decision="argmax").fit(texts, rare).thresholds_ is None


def test_labels_of_a_classifier(cnn, texts, indicators):
    classifier = cnn(decision="tuned").fit(texts, indicators, X_val=texts, y_val=indicators)
    expected = classifier.predict_proba(texts) > classifier.thresholds_
    assert_array_equal(classifier.predict(texts), expected)
    plain = cnn().fit(texts, indicators)
    tuned, before = (
        f1_score(indicators, c.predict(texts), average="macro", zero_division=0)
        for c in (classifier, plain)
    )
    assert tuned >= before
    assert_allclose(classifier.predict_proba(texts), plain.predict_proba(texts), rtol=1e-6)


def test_the_users_documents_are_tuned_on(cnn, texts, labels):
    rare = [label if i < 10 else "fine" for i, label in enumerate(labels)]  # five of 40 are foul
    make = lambda: cnn(decision="tuned", epochs=6, learning_rate=0.01)  # noqa: E731
    ours = make().fit(texts, rare, X_val=texts, y_val=rare)
    theirs = make().fit(texts, rare, X_val=texts, y_val=["fine"] * 40)
    assert_allclose(ours.predict_proba(texts), theirs.predict_proba(texts), rtol=1e-6)
    assert_array_equal(theirs.thresholds_, [1, 1])  # nothing to find but fine ones
    assert ours.thresholds_[1] < 1 < ours.thresholds_[0]  # foul ones are given more easily


def test_partial_fit_keeps_thresholds(cnn, texts, labels):
    classifier = cnn(decision="tuned").fit(texts, labels)
    before = classifier.thresholds_
    assert_array_equal(classifier.partial_fit(texts, labels).thresholds_, before)
    fresh = cnn(decision="tuned").partial_fit(texts, labels, classes=["fine", "foul"])
    assert fresh.thresholds_ is None
