"""Optimizers of one kernel against those of Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks._optimizers import FusedAdam, make_fused_optimizer, make_optimizer


@pytest.mark.parametrize("clipnorm", [None, 0.5])
@pytest.mark.parametrize("name", ["adam", "adamw", "rmsprop"])
def test_steps_and_variables_are_keras_s(make, name, clipnorm):
    objective = make.objective(optimizer=name, clipnorm=clipnorm)
    rng = np.random.default_rng(0)
    start = rng.normal(size=(5, 3)).astype(np.float32)
    weights = []
    for optimizer in (make_optimizer, make_fused_optimizer):
        rng = np.random.default_rng(1)
        variable = keras.Variable(start, name="w")
        made = optimizer(objective, "float32")
        made.build([variable])
        made.learning_rate.assign(0.1)
        for _ in range(9):
            made.apply([tf.constant(rng.normal(size=start.shape), tf.float32)], [variable])
        weights.append((variable.numpy(), [(v.path, v.numpy()) for v in made.variables]))
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
    whole = keras.Variable(rng.normal(size=(5, 3)), name="w")
    start = whole.numpy()
    used = keras.Variable(start[[3, 0]], name="w")  # Keras sees these two rows and no others
    fused, theirs = make_fused_optimizer(objective, "float32"), make_optimizer(objective, "float32")
    for optimizer, variable in ((fused, whole), (theirs, used)):
        optimizer.build([variable])
        optimizer.learning_rate.assign(0.1)
        optimizer.weight_decay = None  # which moves all rows
    for _ in range(5):
        gradient = tf.constant(rng.normal(size=(2, 3)), tf.float32)
        fused.apply([tf.IndexedSlices(gradient, [3, 0], (5, 3))], [whole])
        theirs.apply([gradient], [used])
    assert_allclose(whole.numpy()[[3, 0]], used, rtol=2e-4, atol=1e-6)
    assert_array_equal(whole.numpy()[[1, 2, 4]], start[[1, 2, 4]])


def test_a_network_for_the_user_has_keras_s_optimizer(make):
    assert type(make_optimizer(make.objective(), "float32")) is keras.optimizers.Adam
    assert type(make_fused_optimizer(make.objective(), "float32")) is FusedAdam
    scaling = make_fused_optimizer(make.objective(), "mixed_float16")
    assert type(scaling.inner_optimizer) is FusedAdam
