"""Convolutions against Keras's own layers, their gradients included."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import borrow_engine
from skembed.networks._convolutions import FEW_STEPS, ConvolveMax, ConvolvePool, Lengthen

DOCUMENTS = [[1, 2, 3, 4, 5, 2, 3, 4, 5], [6], [1, 6, 6, 2], [5, 4, 3, 2, 1, 5]]
LENGTHS = np.array([len(document) for document in DOCUMENTS], dtype=np.int32)
N_IDS, N_DIMS, FILTERS = 7, 3, 8


def keras_windows(layer, document):
    """Windows of one document by itself; one that is shorter than the kernel gets zeros."""
    missing = max(layer.kernel_size[0] - len(document), 0)
    return layer(tf.pad(document, [[0, missing], [0, 0]])[None])[0]


def gradients(table, layer, compute):
    """Return outputs, and under random gradients from above those of words and weights."""
    with tf.GradientTape() as tape:
        tape.watch(table)
        outputs = compute()
        upstream = np.random.default_rng(1).normal(size=outputs.shape).astype(np.float32)
        total = tf.reduce_sum(outputs * upstream)
    sources = [table, layer.kernel.value, layer.bias.value]
    return [outputs, *map(tf.convert_to_tensor, tape.gradient(total, sources))]


def compare(layer, theirs, reduce):
    """Compare a layer on padded documents with Keras's on each document by itself."""
    rng = np.random.default_rng(0)
    table = tf.constant(rng.normal(size=(N_IDS, N_DIMS)), tf.float32)
    padded = np.zeros((len(DOCUMENTS), max(LENGTHS)), dtype=np.int32)
    for row, document in zip(padded, DOCUMENTS, strict=True):
        row[: len(document)] = document
    inside = (np.arange(max(LENGTHS)) < LENGTHS[:, None])[:, :, None].astype(np.float32)
    layer(tf.zeros((1, 20, N_DIMS)), LENGTHS[:1])
    theirs(tf.zeros((1, 20, N_DIMS)))
    for each in (layer, theirs):
        each.set_weights([rng.normal(size=w.shape) for w in theirs.get_weights()])
    theirs.set_weights(layer.get_weights())

    def ours():
        outputs = layer(tf.gather(table, padded) * inside, LENGTHS)
        return outputs[0] if isinstance(outputs, tuple) else outputs

    def one_by_one():
        each = [reduce(keras_windows(theirs, tf.gather(table, d))) for d in DOCUMENTS]
        longest = max(len(e) for e in each) if each[0].shape.rank == 2 else None
        return tf.stack(
            [tf.pad(e, [[0, longest - len(e)], [0, 0]]) if longest else e for e in each]
        )

    found, expected = gradients(table, layer, ours), gradients(table, theirs, one_by_one)
    for mine, wanted in zip(found, expected, strict=True):
        assert np.abs(wanted).max() > 0.1
        assert_allclose(mine, wanted, atol=1e-5)


@pytest.mark.parametrize("few_steps", [True, False])
@pytest.mark.parametrize("kernel_size", [1, 2, 5])
def test_the_maximum_over_time_and_its_gradients_are_keras_s(kernel_size, few_steps):
    layer = ConvolveMax(FILTERS, kernel_size)
    layer.few_steps = few_steps
    theirs = keras.layers.Conv1D(FILTERS, kernel_size, activation="relu")
    compare(layer, theirs, lambda windows: tf.reduce_max(windows, axis=0))


@pytest.mark.parametrize(("kernel_size", "pool_size"), [(1, 2), (2, 3), (3, 1), (5, 4), (12, 5)])
def test_pooled_windows_and_their_gradients_are_keras_s(kernel_size, pool_size):
    layer = ConvolvePool(FILTERS, kernel_size, pool_size)

    def pool(windows):
        starts = range(0, len(windows), pool_size)
        return tf.stack([tf.reduce_max(windows[i : i + pool_size], axis=0) for i in starts])

    compare(layer, keras.layers.Conv1D(FILTERS, kernel_size, activation="relu"), pool)
    _, lengths = layer(tf.zeros((4, 9, N_DIMS)), LENGTHS)
    assert_array_equal(lengths, [-(-max(n - kernel_size + 1, 1) // pool_size) for n in LENGTHS])


def test_steps_are_put_behind_until_there_are_enough():
    ids = tf.constant([[1, 2]])
    assert_array_equal(Lengthen(4)(ids), [[1, 2, 0, 0]])
    assert_array_equal(Lengthen(2)(ids), ids)
    assert_array_equal(Lengthen(3)(tf.ones((1, 1, 2))), [[[1, 1], [0, 0], [0, 0]]])


def test_long_and_short_documents_get_a_gradient_of_their_own(make):
    spec, objective = make.spec(make.cnn(filters=4)), make.objective()
    with borrow_engine(spec, objective, training=True) as engine:
        short, long = engine.train_step(FEW_STEPS - 1), engine.train_step(FEW_STEPS)
        assert short is not long
        assert engine.train_step(10 * FEW_STEPS) is long
    for encoder in (make.cnn(stacked=True, pool_size=2), make.lstm()):
        with borrow_engine(make.spec(encoder), objective, training=True) as engine:
            assert engine.train_step(1) is engine.train_step(1000)
