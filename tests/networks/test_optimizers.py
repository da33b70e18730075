"""Optimizers of an engine against those of Keras."""

import keras
import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks._kernels import kernels
from skembed.networks._optimizers import make_fast_optimizer, make_optimizer


def values(variable):
    return kernels().to_numpy(variable.value).copy()


def step(optimizer, gradient, variable):
    optimizer.apply([ops.convert_to_tensor(gradient.astype(np.float32))], [variable])


@pytest.mark.parametrize("clipnorm", [None, 0.5])
@pytest.mark.parametrize("name", ["adam", "adamw", "rmsprop"])
def test_steps_and_variables_are_keras_s(make, name, clipnorm):
    objective = make.objective(optimizer=name, clipnorm=clipnorm)
    rng = np.random.default_rng(0)
    start = rng.normal(size=(5, 3)).astype(np.float32)
    weights = []
    for optimizer in (make_optimizer, make_fast_optimizer):
        rng = np.random.default_rng(1)
        variable = keras.Variable(start, name="w")
        made = optimizer(objective, "float32")
        made.build([variable])
        made.learning_rate.assign(0.1)
        for _ in range(9):
            step(made, rng.normal(size=start.shape), variable)
        weights.append((values(variable), [(v.path, values(v)) for v in made.variables]))
    (expected, slots), (found, fused_slots) = weights
    assert np.abs(found - start).mean() > 0.1
    assert_allclose(found, expected, rtol=2e-4, atol=1e-6)
    assert [name for name, _ in fused_slots] == [name for name, _ in slots]
    for (_, a), (_, b) in zip(slots, fused_slots, strict=True):
        assert_allclose(b, a, rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("clipnorm", [None, 0.5])
@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_rows_that_a_batch_does_not_use_stay_as_they_are(make, name, clipnorm):
    objective = make.objective(optimizer=name, clipnorm=clipnorm)
    rng = np.random.default_rng(0)
    start = rng.normal(size=(5, 3)).astype(np.float32)
    with keras.name_scope("embedding"):
        whole = keras.Variable(start, name="embeddings")
    used = keras.Variable(start[[3, 0]], name="w")  # Keras sees these two rows and no others
    fast, theirs = make_fast_optimizer(objective, "float32"), make_optimizer(objective, "float32")
    for optimizer, variable in ((fast, whole), (theirs, used)):
        optimizer.build([variable])
        optimizer.learning_rate.assign(0.1)
        optimizer.weight_decay = None  # which moves all rows
    for _ in range(5):
        gradient = rng.normal(size=(2, 3))
        step_on_rows(fast, gradient, whole, [3, 0])
        step(theirs, gradient, used)
    assert_allclose(values(whole)[[3, 0]], values(used), rtol=2e-4, atol=1e-6)
    assert_array_equal(values(whole)[[1, 2, 4]], start[[1, 2, 4]])


def step_on_rows(optimizer, gradient, variable, rows):
    """Take a step as the engine does, for a batch that has some rows."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        gradient = tf.IndexedSlices(tf.constant(gradient, tf.float32), rows, variable.shape)
        optimizer.apply([gradient], [variable])
        return
    whole, has = np.zeros(variable.shape), np.zeros(variable.shape[0], dtype=bool)
    whole[rows], has[rows] = gradient, True
    optimizer.used_rows = ops.convert_to_tensor(has)
    step(optimizer, whole, variable)


def test_a_network_for_the_user_has_keras_s_optimizer(make):
    keras_s = type(keras.optimizers.Adam())
    assert type(make_optimizer(make.objective(), "float32")) is keras_s
    own = {"tensorflow": "FusedAdam"}.get(keras.backend.backend(), "RowsAdam")
    assert type(make_fast_optimizer(make.objective(), "float32")).__name__ == own
    scaling = make_fast_optimizer(make.objective(), "mixed_float16")
    assert type(scaling.inner_optimizer).__name__ == own
