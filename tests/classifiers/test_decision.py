"""Tuned decisions: thresholds by hand, against all candidates, and within a classifier."""

import json
import pickle
from dataclasses import replace

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import f1_score

from skembed import load, save, to_onnx
from skembed._decision import cuts_of, decide
from skembed.classifiers import MultiLabel, SingleLabel, fitted_model
from skembed.classifiers._single_label import macro_f1
from skembed.persistence import _encode
from skembed.serve import Predictor


def task_of(targets):
    """Return the task of class numbers, or of indicators."""
    return SingleLabel(np.arange(9)) if targets.ndim == 1 else MultiLabel(np.arange(9))


def tune(logits, targets, frequencies, weights=None):
    """Tune, by default on documents that all weigh the same."""
    weights = np.ones(targets.shape, dtype=np.float32) if weights is None else weights
    return task_of(targets).tune_cuts(logits, targets, weights, frequencies)


def thresholds_of(cuts, *, multilabel):
    return task_of(np.empty((1, 1) if multilabel else 1)).thresholds(cuts)


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
    cuts = tune(logits, targets, np.array([0.75, 0.25]))
    assert_array_equal(decide(logits, cuts, multilabel=False), targets)
    # 3 to the power of 0.4 is the first above 6 / 4
    assert_allclose(thresholds_of(cuts, multilabel=False), [3**0.2, 3**-0.2])


def test_thresholds_are_alike_where_nothing_is_gained():
    logits = np.array([[2.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    cuts = tune(logits, np.array([0, 1]), np.array([0.9, 0.1]))
    assert_array_equal(cuts, [0, 0])


def test_a_class_without_training_documents_has_a_finite_threshold():
    logits = np.log(np.array([[0.6, 0.3, 0.1], [0.6, 0.1, 0.3]], dtype=np.float32))
    cuts = tune(logits, np.array([1, 1]), np.array([1.0, 0.5, 0.0]))
    assert np.isfinite(cuts).all()
    assert (thresholds_of(cuts, multilabel=False) > 0).all()


def test_labels_by_hand():
    logits = np.array([[2.0, 5.0], [1.0, 6.0], [-1.0, 7.0], [-3.0, 8.0]], dtype=np.float32)
    targets = np.array([[1, 0], [1, 0], [1, 0], [0, 0]])
    cuts = tune(logits, targets, targets.mean(axis=0))
    thresholds = thresholds_of(cuts, multilabel=True)
    assert_allclose(thresholds, [1 / (1 + np.exp(2)), 0.5])  # between -1 and -3; no document
    assert_array_equal(decide(logits, cuts, multilabel=True)[:, 0], [1, 1, 1, 0])


def test_equal_scores_of_a_label_are_not_told_apart():
    logits = np.array([[1.0], [1.0], [0.0]], dtype=np.float32)
    cuts = tune(logits, np.array([[1], [0], [0]]), np.array([1 / 3]))
    assert_allclose(thresholds_of(cuts, multilabel=True), 1 / (1 + np.exp(-0.5)))


def test_a_sure_label_that_nearly_all_documents_have():
    # The probability of both scores rounds to one.
    logits = np.full((200, 1), 50, dtype=np.float32)
    logits[7] = 40
    targets = np.ones((200, 1), dtype=int)
    targets[7] = 0
    cuts = tune(logits, targets, np.array([0.995]))
    assert_array_equal(cuts, [45])
    assert_array_equal(thresholds_of(cuts, multilabel=True), [1])
    assert_array_equal(decide(logits, cuts, multilabel=True), targets)


@pytest.mark.parametrize("score", [1e30, -1e30, 3.4e38, 0.0, 1e-45, 37.0])
def test_a_label_of_all_documents_is_given_whatever_their_score(score):
    logits = np.full((4, 1), score, dtype=np.float32)
    cuts = tune(logits, np.ones((4, 1), dtype=int), np.array([1.0]))
    assert_array_equal(decide(logits, cuts, multilabel=True), np.ones((4, 1)))


@pytest.mark.parametrize("score", [1e30, 800.0, 50.0, -50.0, -800.0])
def test_neighbouring_scores_are_told_apart(score):
    above = np.float32(score)
    below = np.nextafter(above, np.float32(-np.inf))
    logits, targets = np.array([[above], [below]]), np.array([[1], [0]])
    cuts = tune(logits, targets, np.array([0.5]))
    assert_array_equal(decide(logits, cuts, multilabel=True), targets)


def test_a_score_at_the_cut_does_not_give_the_label():
    logits, cuts = np.array([[45.0, 0.25]], dtype=np.float32), np.array([45.0, 0.25])
    assert_array_equal(decide(logits, cuts, multilabel=True), [[0, 0]])
    assert_array_equal(decide(logits, cuts, multilabel=False), [0])  # of equals the first


def test_documents_of_weight_zero_are_not_tuned_on():
    logits = np.array([[2.0], [1.0], [0.0], [-9.0]], dtype=np.float32)
    targets = np.array([[1], [0], [0], [1]])
    weights = np.array([[1], [1], [1], [0]], dtype=np.float32)
    assert_array_equal(tune(logits, targets, np.array([0.5]), weights), [1.5])
    two = np.log(np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1]], dtype=np.float32))
    labels, shares = np.array([1, 0, 0]), np.array([0.75, 0.25])
    assert tune(two, labels, shares, np.array([1, 0, 1]))[0] > 0
    assert_array_equal(tune(two, labels, shares, np.array([0, 1, 1])), [0, 0])


@pytest.mark.parametrize("threshold", [1.0, 0.5, 0.25])
def test_thresholds_of_earlier_files_decide_as_before(threshold):
    cuts = cuts_of(np.array([threshold]), multilabel=True)
    logits = np.array([[50.0], [0.5], [-0.5], [-2.0]], dtype=np.float32)
    given = [logit > {1.0: np.inf, 0.5: 0.0, 0.25: -np.log(3)}[threshold] for logit in logits]
    assert np.isfinite(cuts).all()
    assert_array_equal(decide(logits, cuts, multilabel=True), given)
    assert_allclose(cuts_of(np.array([2.0, 0.5]), multilabel=False), np.log([2, 0.5]))


def shifted(classifier, shift):
    """Return a classifier whose log-odds and cuts are all larger by as much."""
    fitted, again = fitted_model(classifier, "the test"), clone(classifier)
    weights = dict(fitted.state.weights)
    name = [*weights][-1]
    assert weights[name].shape == (len(classifier.classes_),)
    weights[name] = weights[name] + np.float32(shift)
    cuts = fitted.cuts + shift
    state = replace(fitted.state, weights=weights)
    thresholds = thresholds_of(cuts, multilabel=True)
    again._model = replace(fitted, state=state, thresholds=thresholds, cuts=cuts)
    return again


def test_saturated_labels_are_decided_alike_everywhere(cnn, texts, indicators, tmp_path):
    classifier = cnn(decision="tuned", learning_rate=0.05, epochs=9, wide=False)
    classifier.fit(texts, indicators, X_val=texts, y_val=indicators)
    expected = classifier.predict(texts)
    assert 0 < expected.mean() < 1
    saturated = shifted(classifier, 60.0)
    assert_array_equal(saturated.predict_proba(texts), np.ones((40, 3)))
    assert_array_equal(saturated.thresholds_, [1, 1, 1])
    to_onnx(saturated, tmp_path / "model.onnx")
    save(saturated, tmp_path / "model.skembed")
    assert_array_equal(saturated.predict(texts), expected)
    assert_array_equal(Predictor(tmp_path / "model.onnx").predict(texts), expected)
    assert_array_equal(load(tmp_path / "model.skembed").predict(texts), expected)
    assert_array_equal(pickle.loads(pickle.dumps(saturated)).predict(texts), expected)
    cuts = fitted_model(saturated, "the test").cuts
    saturated.partial_fit(texts[:1], indicators[:1])
    assert_array_equal(fitted_model(saturated, "the test").cuts, cuts)


@pytest.mark.parametrize("multilabel", [False, True], ids=["classes", "labels"])
def test_files_without_cuts_decide_by_their_thresholds(
    cnn, texts, labels, indicators, multilabel, tmp_path, monkeypatch
):
    y = indicators if multilabel else ["rare", *labels[1:]]
    classifier = cnn(decision="tuned", learning_rate=0.05).fit(texts, y, X_val=texts, y_val=y)
    expected = classifier.predict(texts)
    to_onnx(classifier, tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    facts = json.loads(model.metadata_props[0].value)
    del facts["cuts"]
    model.metadata_props[0].value = json.dumps(facts)
    onnx.save_model(model, tmp_path / "earlier.onnx")
    assert_array_equal(Predictor(tmp_path / "earlier.onnx").predict(texts), expected)
    all_fields = _encode.fields_of
    some = lambda kind: {k: v for k, v in all_fields(kind).items() if k != "cuts"}  # noqa: E731
    monkeypatch.setattr(_encode, "fields_of", some)
    save(classifier, tmp_path / "earlier.skembed")
    again = load(tmp_path / "earlier.skembed")
    assert_array_equal(again.thresholds_, classifier.thresholds_)
    assert_array_equal(again.predict(texts), expected)


def test_rare_classes_gain():
    rng = np.random.default_rng(1)
    shares = np.arange(9, 0, -1) ** 2 / 285
    targets = rng.choice(9, 600, p=shares)
    logits = (rng.normal(size=(600, 9)) + np.log(shares)).astype(np.float32)
    logits[np.arange(600), targets] += 2
    cuts = tune(logits[:300], targets[:300], shares)
    tuned = decide(logits[300:], cuts, multilabel=False)
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
