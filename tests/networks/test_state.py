"""First values of the weights, and what a state keeps."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import initial_state, with_trainable_embedding
from skembed.networks._state import draw_weight, generator

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("name", "shape", "activation", "initializer"),
    [
        ("logits/kernel", (60, 40), "relu", "GlorotUniform"),
        ("dense_1/kernel", (60, 40), "sigmoid", "GlorotUniform"),
        ("dense_1/kernel", (60, 40), "relu", "HeUniform"),
        ("conv_1/kernel", (3, 20, 50), "relu", "GlorotUniform"),
        ("lstm/lstm_cell/kernel", (30, 80), "relu", "GlorotUniform"),
        ("embedding/embeddings", (50, 60), "relu", "RandomUniform"),
    ],
)
def test_kernels_are_drawn_as_keras_does(name, shape, activation, initializer):
    from skembed.networks._startup import load_engine

    load_engine()
    import keras

    drawn = draw_weight(name, shape, np.random.default_rng(1), activation)
    reference = np.asarray(getattr(keras.initializers, initializer)(seed=1)(shape))
    assert drawn.dtype == np.float32
    assert_allclose(np.abs(drawn).max(), np.abs(reference).max(), rtol=0.01)
    assert_allclose(drawn.std(), reference.std(), rtol=0.05)
    assert_allclose(drawn.std(), np.abs(reference).max() / np.sqrt(3), rtol=0.05)  # uniform
    assert abs(drawn.mean()) < 0.05 * np.abs(drawn).max()


@pytest.mark.parametrize("name", ["lstm", "lstm_backward"])
def test_recurrent_kernels_are_orthogonal(name):
    drawn = draw_weight(f"{name}/lstm_cell/recurrent_kernel", (7, 28), RNG, "relu")
    assert_allclose(drawn @ drawn.T, np.eye(7), atol=1e-6)


def test_the_forget_gate_begins_open():
    drawn = draw_weight("lstm_backward/lstm_cell/bias", (12,), RNG, "relu")
    assert_array_equal(drawn, [0] * 3 + [1] * 3 + [0] * 6)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("logits/bias", 0),
        ("conv_1/bias", 0),
        ("batch_norm_1/gamma", 1),
        ("batch_norm_1/beta", 0),
        ("batch_norm_1/moving_mean", 0),
        ("batch_norm_1/moving_variance", 1),
    ],
)
def test_other_weights_begin_with_one_value(name, value):
    assert_array_equal(draw_weight(name, (5,), RNG, "relu"), np.full(5, value))


def test_given_weights_are_kept(make):
    matrix = np.ones((18, 4), dtype=np.float32)
    state = initial_state(make.spec(make.cnn()), make.objective(), seed=0, embedding=matrix)
    assert state.weights["embedding/embeddings"] is matrix
    assert state.n_epochs == 0


def test_freezing_and_releasing_forgets_the_optimizer_only_when_something_changes(make):
    state = make.with_random_weights(make.spec(make.cnn()))
    assert with_trainable_embedding(state, True) is state
    frozen = with_trainable_embedding(state, False)
    assert frozen.optimizer == {}
    assert frozen.weights is state.weights
    assert not frozen.spec.trainable_embedding


def test_the_generator_goes_on_where_the_state_left_it(make):
    state = make.state(make.spec(make.cnn()), seed=4)
    expected = np.random.default_rng(4).random(3)
    assert_array_equal(generator(state).random(3), expected)
    assert_array_equal(generator(pickle.loads(pickle.dumps(state))).random(3), expected)
