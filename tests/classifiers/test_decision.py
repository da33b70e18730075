"""Tuned decisions: thresholds by hand, against all candidates, and within a classifier."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import f1_score

from skembed.classifiers._decision import _best_offset, decide, macro_f1, tune_thresholds


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_macro_f1_is_that_of_scikit_learn(n_classes):
    rng = np.random.default_rng(n_classes)
    for _ in range(20):
        predicted, targets = rng.integers(0, n_classes, (2, 30))
        expected = f1_score(
            targets, predicted, labels=np.arange(n_classes), average="macro", zero_division=0
        )
        assert macro_f1(predicted, targets, n_classes) == pytest.approx(expected)


def test_an_offset_is_the_best_of_all_candidates():
    rng = np.random.default_rng(0)
    for _ in range(100):
        n_samples, n_classes = rng.integers(2, 40), rng.integers(2, 6)
        scores = rng.normal(size=(n_samples, n_classes))
        targets = rng.integers(0, n_classes, n_samples)
        k = int(rng.integers(n_classes))

        def score(offset, scores=scores, targets=targets, k=k):
            moved = scores + offset * (np.arange(scores.shape[1]) == k)
            return macro_f1(moved.argmax(axis=1), targets, scores.shape[1])

        margins = np.sort(np.delete(scores, k, axis=1).max(axis=1) - scores[:, k])
        edges = np.concatenate([[margins[0] - 2], margins, [margins[-1] + 2]])
        best = max(score(offset) for offset in (edges[1:] + edges[:-1]) / 2)
        assert score(_best_offset(scores, targets, k, 0.0)) == pytest.approx(best)


def test_an_offset_stays_where_no_other_is_better():
    scores, targets = np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([0, 1])
    assert _best_offset(scores, targets, 1, 0.25) == 0.25


def test_a_rare_class_by_hand():
    # Class 1 never has the largest score, but stands out where it is right.
    logits = np.log(np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.6, 0.4]], dtype=np.float32))
    targets = np.array([0, 0, 0, 1])
    thresholds = tune_thresholds(logits, targets)
    assert_array_equal(decide(logits, thresholds, multilabel=False), targets)
    ratio = thresholds[1] / thresholds[0]
    assert 1 / 9 < ratio < 4 / 6  # below what the document of class 1 has, above the others
    assert thresholds.prod() == pytest.approx(1)


def test_labels_by_hand():
    logits = np.array([[2.0, 5.0], [1.0, 6.0], [-1.0, 7.0], [-3.0, 8.0]], dtype=np.float32)
    targets = np.array([[1, 0], [1, 0], [1, 0], [0, 0]])
    thresholds = tune_thresholds(logits, targets)
    assert_allclose(thresholds, [1 / (1 + np.exp(2)), 0.5])  # between -1 and -3; no document
    assert_array_equal(decide(logits, thresholds, multilabel=True)[:, 0], [1, 1, 1, 0])


def test_equal_scores_of_a_label_are_not_told_apart():
    logits = np.array([[1.0], [1.0], [0.0]], dtype=np.float32)
    thresholds = tune_thresholds(logits, np.array([[1], [0], [0]]))
    assert_allclose(thresholds, 1 / (1 + np.exp(-0.5)))


def test_never_worse_than_the_largest_score_on_the_documents_it_was_tuned_on():
    rng = np.random.default_rng(1)
    targets = rng.choice(9, 300, p=np.arange(9, 0, -1) / 45)
    logits = rng.normal(size=(300, 9)).astype(np.float32)
    logits[np.arange(300), targets] += 1
    tuned = decide(logits, tune_thresholds(logits, targets), multilabel=False)
    plain = macro_f1(logits.argmax(axis=1), targets, 9)
    assert macro_f1(tuned, targets, 9) > plain + 0.02


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
    wrong = ["foul" if label == "fine" else "fine" for label in labels]
    ours = cnn(decision="tuned").fit(texts, labels, X_val=texts, y_val=labels)
    theirs = cnn(decision="tuned").fit(texts, labels, X_val=texts, y_val=wrong)
    assert_allclose(ours.predict_proba(texts), theirs.predict_proba(texts), rtol=1e-6)
    assert ours.score(texts, labels) > theirs.score(texts, labels)


def test_partial_fit_keeps_thresholds(cnn, texts, labels):
    classifier = cnn(decision="tuned").fit(texts, labels)
    before = classifier.thresholds_
    assert_array_equal(classifier.partial_fit(texts, labels).thresholds_, before)
    fresh = cnn(decision="tuned").partial_fit(texts, labels, classes=["fine", "foul"])
    assert fresh.thresholds_ is None
