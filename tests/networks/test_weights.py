"""Names, shapes and first values of weights, which are known without a network."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import CNNEncoder, LSTMEncoder, NetworkSpec, weight_shapes
from skembed.networks._weights import draw_weight

RNG = np.random.default_rng(0)
RECURRENT = dict(units=3, dropout=0.0, recurrent_dropout=0.0)
NETWORK = dict(
    n_dims=5,
    trainable_embedding=True,
    spatial_dropout=0.1,
    dense_dropout=0.0,
    dense_activation="relu",
    n_outputs=2,
    precision="float32",
)


def draw(make, name, shape, rng=RNG, **changes):
    encoder = make.lstm(bidirectional=True) if name.startswith("lstm") else make.cnn()
    return draw_weight(name, shape, make.spec(encoder, **changes), rng)


@pytest.mark.parametrize("n_rows", [None, 7])
@pytest.mark.parametrize(
    ("dense_units", "batch_norm"), [((), False), ((4, 6), True), ((4,), False)]
)
@pytest.mark.parametrize(
    "encoder",
    [
        LSTMEncoder(bidirectional=False, pooling="last", **RECURRENT),
        LSTMEncoder(bidirectional=True, pooling="max", **RECURRENT),
        CNNEncoder(filters=3, kernel_sizes=(1, 4), stacked=False, pool_size=0),
        CNNEncoder(filters=3, kernel_sizes=(2, 3, 2), stacked=True, pool_size=2),
    ],
    ids=["lstm", "both directions", "side by side", "stacked"],
)
def test_names_and_shapes_are_those_of_keras(encoder, n_rows, dense_units, batch_norm):
    import keras

    from skembed.networks._build import build_network
    from skembed.networks._names import named_weights

    spec = NetworkSpec(
        n_rows=n_rows, encoder=encoder, dense_units=dense_units, batch_norm=batch_norm, **NETWORK
    )
    network = build_network(spec)
    variables = named_weights(network)
    shapes = weight_shapes(spec)
    assert shapes == {name: tuple(variable.shape) for name, variable in variables.items()}
    assert list(shapes) == list(variables)
    del network
    keras.backend.clear_session(free_memory=False)


@pytest.mark.parametrize(
    ("name", "shape", "activation", "initializer"),
    [
        ("logits/kernel", (60, 40), "relu", "GlorotUniform"),
        ("dense_1/kernel", (60, 40), "sigmoid", "GlorotUniform"),
        ("dense_1/kernel", (60, 40), "relu", "HeUniform"),
        ("conv_1/kernel", (3, 20, 50), "relu", "GlorotUniform"),
        ("lstm/kernel", (30, 80), "relu", "GlorotUniform"),
        ("embedding", (50, 60), "relu", "RandomUniform"),
    ],
)
def test_kernels_are_drawn_as_keras_does(make, name, shape, activation, initializer):
    from skembed.networks._startup import load_engine

    load_engine()
    import keras

    drawn = draw(make, name, shape, np.random.default_rng(1), dense_activation=activation)
    reference = np.asarray(getattr(keras.initializers, initializer)(seed=1)(shape))
    assert drawn.dtype == np.float32
    assert_allclose(np.abs(drawn).max(), np.abs(reference).max(), rtol=0.01)
    assert_allclose(drawn.std(), reference.std(), rtol=0.05)
    assert_allclose(drawn.std(), np.abs(reference).max() / np.sqrt(3), rtol=0.05)  # uniform
    assert abs(drawn.mean()) < 0.05 * np.abs(drawn).max()


@pytest.mark.parametrize("name", ["lstm", "lstm_backward"])
def test_recurrent_kernels_are_orthogonal(make, name):
    drawn = draw(make, f"{name}/recurrent_kernel", (7, 28))
    assert_allclose(drawn @ drawn.T, np.eye(7), atol=1e-6)


def test_the_forget_gate_begins_open(make):
    drawn = draw(make, "lstm_backward/bias", (12,))
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
def test_other_weights_begin_with_one_value(make, name, value):
    assert_array_equal(draw(make, name, (5,)), np.full(5, value))
