"""Optimizers of one kernel against those of Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose

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
        for _ in range(5):
            made.apply([tf.constant(rng.normal(size=start.shape), tf.float32)], [variable])
            rows = tf.IndexedSlices(rng.normal(size=(2, 3)).astype("f"), [3, 0], (5, 3))
            made.apply([rows], [variable])
        weights.append((variable.numpy(), [(v.path, v.numpy()) for v in made.variables]))
    (expected, slots), (found, fused_slots) = weights
    assert np.abs(found - start).mean() > 0.1
    assert_allclose(found, expected, rtol=2e-4, atol=1e-6)
    assert [name for name, _ in fused_slots] == [name for name, _ in slots]
    for (_, a), (_, b) in zip(slots, fused_slots, strict=True):
        assert_allclose(b, a, rtol=2e-4, atol=1e-6)


def test_a_network_for_the_user_has_keras_s_optimizer(make):
    assert type(make_optimizer(make.objective(), "float32")) is keras.optimizers.Adam
    assert type(make_fused_optimizer(make.objective(), "float32")) is FusedAdam
    scaling = make_fused_optimizer(make.objective(), "mixed_float16")
    assert type(scaling.inner_optimizer) is FusedAdam
