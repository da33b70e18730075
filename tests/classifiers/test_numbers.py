"""Numbers: probabilities that are some, precisions that agree, weights that are repetitions."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import log_expit, log_softmax

from skembed import KerasTokenizer
from skembed.classifiers import fitted_model
from skembed.networks import predict_logits
from skembed.text import recognise

KINDS = {
    "cnn": {},
    "stacked cnn": {"kernel_sizes": (2, 2), "stacked": True, "pool_size": 2},
    "wide cnn": {"wide": True},
    "lstm": {},
    "deep lstm": {"bidirectional": True, "pooling": "mean", "dense_units": (6,)},
}
TOLERANCE = {"mixed_float16": 0.01, "mixed_bfloat16": 0.05}
"""Of probabilities, as docs/guide/training.md states it."""


@pytest.fixture(params=KINDS)
def make(request):
    maker = request.getfixturevalue(request.param.split()[-1])
    return lambda **parameters: maker(**{"wide": False, **KINDS[request.param], **parameters})


@pytest.fixture
def with_weights(change_state, weights_of):
    """Return what changes each of a network's weights."""

    def with_changed(classifier, change):
        weights = {name: change(weight) for name, weight in weights_of(classifier).items()}
        return change_state(classifier, weights=weights, optimizer={})

    return with_changed


def test_precisions_agree(make, texts, labels, change_state):
    classifier = make(learning_rate=0.05, epochs=8).fit(texts, labels)
    expected = classifier.predict_proba(texts)
    assert np.ptp(expected[:, 0]) > 0.2, "probabilities all alike would agree of themselves"
    spec = fitted_model(classifier, "the test").state.spec
    for precision, tolerance in TOLERANCE.items():
        change_state(classifier, spec=replace(spec, precision=precision), optimizer={})
        found = classifier.predict_proba(texts)
        assert found.dtype == np.float64
        assert_allclose(found, expected, atol=tolerance, rtol=0, err_msg=precision)


@pytest.mark.parametrize("target", ["three", "indicators"])
def test_probabilities_are_between_zero_and_one(request, make, texts, target, with_weights):
    classifier = make(epochs=1).fit(texts, request.getfixturevalue(target))
    documents = [*texts, "", "unheard-of", "sun " * 500]
    for factor in (1.0, 1e-20, 1e23, 1e3):
        with_weights(classifier, lambda weight, factor=factor: weight * np.float32(factor))
        probabilities = classifier.predict_proba(documents)
        assert np.all((probabilities >= 0) & (probabilities <= 1))
        logarithms = classifier.predict_log_proba(documents)
        assert np.all(np.isfinite(logarithms))
        assert_allclose(np.exp(logarithms), probabilities, atol=1e-6)
        if target != "indicators":
            assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6, rtol=0)


def test_outputs_that_overflow_are_an_error(cnn, texts, labels, with_weights):
    classifier = cnn().fit(texts, labels)
    with_weights(classifier, lambda weight: np.full_like(weight, 1e30))
    message = r"outputs overflow for 40 of 40 documents, the first at position 0\. Scale the inputs"
    with pytest.raises(FloatingPointError, match=message):
        classifier.predict_proba(texts)


def test_partial_fit_stops_when_the_loss_explodes(cnn, texts, labels):
    classifier = cnn(optimizer="sgd", learning_rate=1e30)
    with pytest.raises(FloatingPointError, match=r"Lower learning_rate \(it is 1e\+30\) or set"):
        classifier.partial_fit(texts, labels, classes=["fine", "foul"])
    assert not hasattr(classifier, "classes_"), "nothing is learned"


@pytest.mark.parametrize("loss", ["crossentropy", "focal"])
@pytest.mark.parametrize("target", ["labels", "indicators"])
def test_the_loss_of_a_weight_is_that_of_as_many_rows(request, cnn, texts, loss, target):
    """Compare by hand too: the sum of weight times loss, in 64 bits."""
    y = np.asarray(request.getfixturevalue(target))
    classifier = cnn(loss=loss).fit(texts, y)
    targets = (y == "foul").astype(np.int32) if target == "labels" else y.astype(np.float32)
    times = np.random.default_rng(0).integers(0, 4, len(texts))
    model = fitted_model(classifier, "the test")
    logits = predict_logits(model.state, model.reader.read(recognise(texts)))
    weights = np.float32(times)
    if target == "indicators":
        weights = np.repeat(weights[:, None], 3, axis=1)

    def losses(*arrays):
        tensors = map(keras.ops.convert_to_tensor, arrays)
        objective = model.state.objective
        return objective.output.losses(*tensors, objective)

    weighted = np.asarray(losses(logits, targets, weights))
    rows = np.repeat(np.arange(len(texts)), times)
    repeated = losses(logits[rows], targets[rows], np.ones_like(weights[rows]))
    assert_allclose(weighted.sum(), np.asarray(repeated).sum(), rtol=1e-6)
    assert_allclose(weighted, np.float32(times) * by_hand(logits, targets, loss), rtol=1e-5)


def by_hand(logits, targets, loss):
    logits = logits.astype(np.float64)
    if targets.ndim == 1:
        right = log_softmax(logits, axis=1)[np.arange(len(targets)), targets][:, None]
    else:
        right = np.where(targets == 1, log_expit(logits), log_expit(-logits))
    focus = (1 - np.exp(right)) ** 2 if loss == "focal" else 1
    return -np.mean(focus * right, axis=1)


@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_class_weights_are_repeated_rows(request, texts, labels, network):
    """In one batch and without dropout a fit cannot tell a weight from a repetition."""
    make = request.getfixturevalue(network)
    sequences = KerasTokenizer().fit_transform(texts)
    once = np.flatnonzero(np.asarray(labels) == "fine")
    thrice = np.repeat(np.flatnonzero(np.asarray(labels) == "foul"), 3)
    rows = np.concatenate([once, thrice])
    plain = {"batch_size": 1000, "spatial_dropout": 0.0, "learning_rate": 0.01, "epochs": 5}
    plain["wide"] = False  # the folds of a linear model tell them apart
    weighted = make(class_weight={"foul": 3.0}, **plain).fit(sequences, labels)
    repeated = make(**plain).fit(sequences[rows], np.asarray(labels)[rows])
    expected = repeated.history_["loss"]
    assert_allclose(weighted.history_["loss"], expected, rtol=1e-4)
    assert_allclose(weighted.predict_proba(sequences), repeated.predict_proba(sequences), atol=1e-4)
