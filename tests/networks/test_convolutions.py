"""Convolutions against Keras's own layers, their gradients included."""

import keras
import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import borrow_engine
from skembed.networks._convolutions import FEW_STEPS, ConvolveMax, ConvolvePool
from skembed.networks._layers import PadSteps

DOCUMENTS = [[1, 2, 3, 4, 5, 2, 3, 4, 5], [6], [1, 6, 6, 2], [5, 4, 3, 2, 1, 5]]
LENGTHS = np.array([len(document) for document in DOCUMENTS], dtype=np.int32)
N_IDS, N_DIMS, FILTERS = 7, 3, 8


def keras_windows(layer, document):
    """Windows of one document by itself; one that is shorter than the kernel gets zeros."""
    missing = max(layer.kernel_size[0] - len(document), 0)
    return layer(ops.pad(document, [[0, missing], [0, 0]])[None])[0]


@pytest.fixture
def compare(differentiate):
    """Compare a layer on padded documents with Keras's on each document by itself."""

    def check(layer, theirs, reduce):
        rng = np.random.default_rng(0)
        table = rng.normal(size=(N_IDS, N_DIMS)).astype(np.float32)
        padded = np.zeros((len(DOCUMENTS), max(LENGTHS)), dtype=np.int32)
        for row, document in zip(padded, DOCUMENTS, strict=True):
            row[: len(document)] = document
        inside = (np.arange(max(LENGTHS)) < LENGTHS[:, None])[:, :, None].astype(np.float32)
        layer(ops.zeros((1, 20, N_DIMS)), ops.convert_to_tensor(LENGTHS[:1]))
        theirs(ops.zeros((1, 20, N_DIMS)))
        layer.set_weights([rng.normal(size=w.shape) for w in theirs.get_weights()])
        theirs.set_weights(layer.get_weights())

        def ours(table):
            steps = ops.take(table, padded, axis=0) * ops.convert_to_tensor(inside)
            outputs = layer(steps, ops.convert_to_tensor(LENGTHS))
            return outputs[0] if isinstance(outputs, tuple) else outputs

        def one_by_one(table):
            each = [reduce(keras_windows(theirs, ops.take(table, d, axis=0))) for d in DOCUMENTS]
            if len(each[0].shape) == 2:
                longest = max(len(e) for e in each)
                each = [ops.pad(e, [[0, longest - len(e)], [0, 0]]) for e in each]
            return ops.stack(each)

        found = differentiate(ours, table, [layer.kernel, layer.bias])
        expected = differentiate(one_by_one, table, [theirs.kernel, theirs.bias])
        for mine, wanted in zip(found, expected, strict=True):
            assert np.abs(wanted).max() > 0.1
            assert_allclose(mine, wanted, atol=1e-5)

    return check


@pytest.mark.parametrize("few_steps", [True, False])
@pytest.mark.parametrize("kernel_size", [1, 2, 5])
def test_the_maximum_over_time_and_its_gradients_are_keras_s(compare, kernel_size, few_steps):
    layer = ConvolveMax(FILTERS, kernel_size)
    layer.few_steps = few_steps
    theirs = keras.layers.Conv1D(FILTERS, kernel_size, activation="relu")
    compare(layer, theirs, lambda windows: ops.max(windows, axis=0))


@pytest.mark.parametrize(("kernel_size", "pool_size"), [(1, 2), (2, 3), (3, 1), (5, 4), (12, 5)])
def test_pooled_windows_and_their_gradients_are_keras_s(compare, kernel_size, pool_size):
    layer = ConvolvePool(FILTERS, kernel_size, pool_size)

    def pool(windows):
        starts = range(0, len(windows), pool_size)
        return ops.stack([ops.max(windows[i : i + pool_size], axis=0) for i in starts])

    compare(layer, keras.layers.Conv1D(FILTERS, kernel_size, activation="relu"), pool)
    _, lengths = layer(ops.zeros((4, 9, N_DIMS)), ops.convert_to_tensor(LENGTHS))
    assert_array_equal(lengths, [-(-max(n - kernel_size + 1, 1) // pool_size) for n in LENGTHS])


def test_steps_are_put_behind_until_there_are_enough():
    ids = ops.convert_to_tensor([[1, 2]])
    assert_array_equal(PadSteps(4)(ids), [[1, 2, 0, 0]])
    assert_array_equal(PadSteps(2)(ids), ids)
    assert_array_equal(PadSteps(3)(ops.ones((1, 1, 2))), [[[1, 1], [0, 0], [0, 0]]])


@pytest.mark.tensorflow
def test_long_and_short_documents_get_a_gradient_of_their_own(make, monkeypatch):
    from skembed.networks._engine_tensorflow import TensorFlowEngine

    chosen = []
    step = TensorFlowEngine._train_step

    def traced(engine, *batch):
        chosen[-1].append(all(layer.few_steps for layer in engine._over_time))
        return step(engine, *batch)

    monkeypatch.setattr(TensorFlowEngine, "_train_step", traced)
    objective = make.objective(loss="focal", optimizer="sgd")
    for encoder in (make.cnn(filters=4), make.cnn(stacked=True, pool_size=2), make.lstm()):
        chosen.append([])
        with borrow_engine(make.spec(encoder), objective, training=True) as engine:
            for mean_steps in (FEW_STEPS - 1, FEW_STEPS, 1, 10 * FEW_STEPS):
                engine.mean_steps = mean_steps
                engine.train_on(np.ones((2, 9), np.int32), np.int32([0, 1]), np.ones(2, "f4"))
    assert chosen == [[True, False], [True], [True]]
