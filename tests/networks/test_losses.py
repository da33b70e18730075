"""Losses against values worked out by hand."""

import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_allclose

from skembed.networks import SigmoidOutput, SoftmaxOutput, load_engine

# Logits whose probabilities are plain: (1/2, 1/4, 1/4) and (1/8, 3/4, 1/8).
LOGITS = np.log(np.array([[2, 1, 1], [1, 6, 1]], dtype=np.float32))
TARGETS = np.array([1, 1], dtype=np.int32)
# Of two labels: probabilities 3/4 and 1/2.
LABEL_LOGITS = np.array([[np.log(3), 0]], dtype=np.float32)


@pytest.fixture
def losses(make):
    load_engine()

    def compute(logits, targets, weights=None, **objective):
        weights = np.ones(targets.shape, dtype=np.float32) if weights is None else weights
        tensors = [ops.convert_to_tensor(each) for each in (logits, targets, weights)]
        objective = make.objective(**objective)
        return np.asarray(objective.output.losses(*tensors, objective))

    return compute


def test_crossentropy(losses):
    assert_allclose(losses(LOGITS, TARGETS), [np.log(4), np.log(4 / 3)], rtol=1e-6)


def test_label_smoothing(losses):
    # 0.3 of the target is spread: 0.8 for the true class, 0.1 for each other one
    expected = [
        0.8 * np.log(4) + 0.1 * np.log(2) + 0.1 * np.log(4),
        0.8 * np.log(4 / 3) + 0.1 * np.log(8) + 0.1 * np.log(8),
    ]
    assert_allclose(losses(LOGITS, TARGETS, label_smoothing=0.3), expected, rtol=1e-6)


def test_focal_loss(losses):
    expected = [(3 / 4) ** 2 * np.log(4), (1 / 4) ** 2 * np.log(4 / 3)]
    assert_allclose(losses(LOGITS, TARGETS, loss="focal"), expected, rtol=1e-6)


def test_focal_loss_of_a_certain_answer_is_zero_and_its_gradient_finite(differentiate, make):
    targets, weights = np.array([0], np.int32), np.ones(1, np.float32)

    def focal(logits):
        target, weight = ops.convert_to_tensor(targets), ops.convert_to_tensor(weights)
        return SoftmaxOutput().losses(logits, target, weight, make.objective(loss="focal"))

    loss, gradient = differentiate(focal, np.float32([[200, 0, 0]]))
    assert loss == [0]
    assert np.isfinite(gradient).all()


def test_weights_multiply(losses):
    weights = np.array([2, 0.5], dtype=np.float32)
    expected = [2 * np.log(4), 0.5 * np.log(4 / 3)]
    assert_allclose(losses(LOGITS, TARGETS, weights), expected, rtol=1e-6)


def test_multilabel_crossentropy_is_the_mean_over_the_labels(losses):
    targets = np.array([[1, 0]], dtype=np.float32)
    expected = (np.log(4 / 3) + np.log(2)) / 2
    assert_allclose(losses(LABEL_LOGITS, targets, output=SigmoidOutput()), [expected], rtol=1e-6)


def test_multilabel_focal_loss_with_weights(losses):
    targets, weights = np.array([[0, 1]], np.float32), np.array([[3, 1]], np.float32)
    expected = (3 * (3 / 4) ** 2 * np.log(4) + (1 / 2) ** 2 * np.log(2)) / 2
    found = losses(LABEL_LOGITS, targets, weights, output=SigmoidOutput(), loss="focal")
    assert_allclose(found, [expected], rtol=1e-6)


def test_multilabel_smoothing(losses):
    targets = np.array([[1, 0]], dtype=np.float32)  # become 0.9 and 0.1
    first = 0.9 * np.log(4 / 3) + 0.1 * np.log(4)
    found = losses(LABEL_LOGITS, targets, output=SigmoidOutput(), label_smoothing=0.2)
    assert_allclose(found, [(first + np.log(2)) / 2], rtol=1e-6)


@pytest.mark.parametrize(("top_k", "expected"), [(1, 7.0), (2, 6.0), (3, 4.5), (4, 3.5), (9, 3.5)])
def test_top_k_counts_the_largest_losses_of_a_batch(make, top_k, expected):
    load_engine()
    from skembed.networks._outputs import batch_loss

    losses = np.array([1.5, 7, 0.5, 5], dtype=np.float32)
    assert float(batch_loss(losses, make.objective(loss="top_k", top_k=top_k))) == expected


def test_the_other_losses_average_the_batch(make):
    load_engine()
    from skembed.networks._outputs import batch_loss

    losses = np.array([1.5, 7, 0.5, 5], dtype=np.float32)
    assert float(batch_loss(losses, make.objective())) == 3.5
    assert float(batch_loss(losses, make.objective(loss="focal"))) == 3.5
