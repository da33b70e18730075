"""Networks against a slow reference that knows no padding, and their sizes by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skembed.networks import LSTMEncoder, NetworkData, borrow_engine, predict_logits

LENGTHS = [1, 2, 7, 3, 1, 12, 5, 4]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


def lstm_states(steps, weights, name):
    kernel = weights[f"{name}/kernel"]
    recurrent = weights[f"{name}/recurrent_kernel"]
    bias = weights[f"{name}/bias"]
    hidden = cell = np.zeros(len(recurrent))
    states = []
    for step in steps:
        gates = step @ kernel + hidden @ recurrent + bias
        i, forget, candidate, output = np.split(gates, 4)
        cell = sigmoid(forget) * cell + sigmoid(i) * np.tanh(candidate)
        hidden = sigmoid(output) * np.tanh(cell)
        states.append(hidden)
    return np.array(states)


def encode_recurrent(steps, weights, spec):
    pool = {
        "last": lambda states: states[-1],
        "max": lambda states: states.max(axis=0),
        "mean": lambda states: states.mean(axis=0),
    }[spec.pooling]
    pooled = [pool(lstm_states(steps, weights, "lstm"))]
    if spec.bidirectional:
        pooled.append(pool(lstm_states(steps[::-1], weights, "lstm_backward")))
    return np.concatenate(pooled)


def windows(steps, weights, i):
    """All windows inside a document, or the one of a document shorter than the kernel."""
    kernel, bias = weights[f"conv_{i}/kernel"], weights[f"conv_{i}/bias"]
    size = len(kernel)
    if len(steps) < size:
        steps = np.vstack([steps, np.zeros((size - len(steps), steps.shape[1]))])
    return np.array(
        [
            relu(np.einsum("kd,kdf->f", steps[j : j + size], kernel) + bias)
            for j in range(len(steps) - size + 1)
        ]
    )


def encode_convolution(steps, weights, spec):
    numbers = range(1, len(spec.kernel_sizes) + 1)
    if not spec.stacked:
        return np.concatenate([windows(steps, weights, i).max(axis=0) for i in numbers])
    for i in numbers:
        steps = windows(steps, weights, i)
        if i < len(spec.kernel_sizes):
            size = spec.pool_size
            steps = np.array([steps[j : j + size].max(0) for j in range(0, len(steps), size)])
    return steps.max(axis=0)


def reference(state, data):
    weights = {name: value.astype(np.float64) for name, value in state.weights.items()}
    spec = state.spec
    rows = []
    for i in range(len(data)):
        steps = data.steps[data.offsets[i] : data.offsets[i + 1]]
        if spec.n_rows is not None:
            steps = weights["embedding"][steps]
        encode = encode_recurrent if isinstance(spec.encoder, LSTMEncoder) else encode_convolution
        x = encode(steps.astype(np.float64), weights, spec.encoder)
        for j in range(1, len(spec.dense_units) + 1):
            x = x @ weights[f"dense_{j}/kernel"] + weights[f"dense_{j}/bias"]
            x = {"relu": relu, "sigmoid": sigmoid, "tanh": np.tanh}[spec.dense_activation](x)
            if spec.batch_norm:
                norm = {k: weights[f"batch_norm_{j}/{k}"] for k in ("gamma", "beta")}
                mean = weights[f"batch_norm_{j}/moving_mean"]
                variance = weights[f"batch_norm_{j}/moving_variance"]
                x = (x - mean) / np.sqrt(variance + 1e-3) * norm["gamma"] + norm["beta"]
        x = x @ weights["logits/kernel"] + weights["logits/bias"]
        rows.append(x)
    return np.array(rows)


NETWORKS = {
    "lstm last": lambda make: make.spec(make.lstm()),
    "lstm max, every dropout": lambda make: make.spec(
        make.lstm(pooling="max", dropout=0.5, recurrent_dropout=0.5),
        spatial_dropout=0.5,
        dense_dropout=0.5,
        dense_units=(3,),
    ),
    "lstm mean": lambda make: make.spec(make.lstm(pooling="mean")),
    "bidirectional last": lambda make: make.spec(make.lstm(bidirectional=True)),
    "bidirectional max": lambda make: make.spec(make.lstm(bidirectional=True, pooling="max")),
    "bidirectional mean": lambda make: make.spec(make.lstm(bidirectional=True, pooling="mean")),
    "lstm of vectors": lambda make: make.spec(make.lstm(), n_rows=None),
    "bidirectional lstm of vectors, mean": lambda make: make.spec(
        make.lstm(bidirectional=True, pooling="mean"), n_rows=None
    ),
    "cnn": lambda make: make.spec(make.cnn(kernel_sizes=(1, 2, 5))),
    "cnn of one kernel": lambda make: make.spec(make.cnn(kernel_sizes=(4,))),
    "cnn of vectors": lambda make: make.spec(make.cnn(), n_rows=None),
    "stacked": lambda make: make.spec(
        make.cnn(kernel_sizes=(2, 2, 3), stacked=True, pool_size=2), spatial_dropout=0.5
    ),
    "stacked once": lambda make: make.spec(make.cnn(kernel_sizes=(3,), stacked=True, pool_size=2)),
    "stacked, of vectors": lambda make: make.spec(
        make.cnn(kernel_sizes=(3, 2), stacked=True, pool_size=3), n_rows=None
    ),
    "cnn of three classes": lambda make: make.spec(make.cnn(), n_outputs=3),
    "dense, batch norm": lambda make: make.spec(
        make.cnn(), dense_units=(5, 3), batch_norm=True, dense_activation="sigmoid"
    ),
    "lstm, dense, tanh": lambda make: make.spec(
        make.lstm(), dense_units=(4,), dense_activation="tanh"
    ),
}


def documents(make, spec, lengths):
    if spec.n_rows is None:
        return make.vectors(lengths)
    return make.ids(lengths)


def only(data, i):
    """Document i of some, as all there is."""
    start, stop = data.offsets[i : i + 2]
    return NetworkData(data.steps[start:stop], np.array([0, stop - start]))


@pytest.fixture(params=NETWORKS, scope="module")
def state(request, make):
    return make.with_random_weights(NETWORKS[request.param](make))


def test_logits_are_those_of_the_reference(state, make):
    data = documents(make, state.spec, LENGTHS)
    assert_allclose(predict_logits(state, data), reference(state, data), atol=1e-5, rtol=1e-5)


def test_a_document_alone_is_as_in_a_batch_with_much_longer_ones(state, make):
    data = documents(make, state.spec, [*LENGTHS, 300])
    with borrow_engine(state.spec, state.objective, training=False) as engine:
        engine.load(state)
        together = engine.predict_on(data.batch(np.arange(len(data))))
    alone = np.vstack([predict_logits(state, only(data, i)) for i in range(len(LENGTHS))])
    assert_allclose(together[: len(LENGTHS)], alone, atol=1e-5)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", ["bidirectional max", "stacked"])
def test_half_precision_comes_near(make, name, precision):
    spec = NETWORKS[name](make)
    exact = make.with_random_weights(spec)
    rough = make.with_random_weights(
        type(spec)(**{**vars(spec), "precision": precision}), optimizer="sgd"
    )
    data = documents(make, spec, LENGTHS)
    logits = predict_logits(rough, data)
    assert logits.dtype == np.float32
    assert_allclose(logits, predict_logits(exact, data), atol=0.1)


@pytest.mark.parametrize(
    ("network", "n_parameters"),
    [
        # embedding 18 × 4, LSTM 4 × 3 × (4 + 3 + 1), logits (3 + 1) × 2
        (lambda make: make.spec(make.lstm()), 72 + 96 + 8),
        # the LSTM twice, logits (6 + 1) × 2
        (lambda make: make.spec(make.lstm(bidirectional=True)), 72 + 192 + 14),
        # kernels of 2 and 3 steps: 3 × (8 + 1) and 3 × (12 + 1), logits (6 + 1) × 2
        (lambda make: make.spec(make.cnn()), 72 + 27 + 39 + 14),
        # 3 × (8 + 1), then 3 × (9 + 1), logits (3 + 1) × 2
        (
            lambda make: make.spec(make.cnn(kernel_sizes=(2, 3), stacked=True, pool_size=2)),
            72 + 27 + 30 + 8,
        ),
        # dense (6 + 1) × 5 and (5 + 1) × 2, normalised by 4 × 5 and 4 × 2, logits (2 + 1) × 2
        (
            lambda make: make.spec(make.cnn(), dense_units=(5, 2), batch_norm=True),
            72 + 27 + 39 + 35 + 20 + 12 + 8 + 6,
        ),
        # no embedding for vectors
        (lambda make: make.spec(make.cnn(), n_rows=None), 27 + 39 + 14),
    ],
)
def test_numbers_of_parameters(make, network, n_parameters):
    state = make.with_random_weights(network(make))
    assert sum(value.size for value in state.weights.values()) == n_parameters
