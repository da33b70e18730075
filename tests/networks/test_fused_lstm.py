"""The fused LSTM against Keras's own: outputs, gradients, dropout."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skembed.networks._startup import load_engine


@pytest.fixture(scope="module")
def pair():
    """Make the fused layer and Keras's, with the same weights and the same dropout to come."""
    load_engine()
    import keras

    from skembed.networks._fused_lstm import FusedLSTM

    def make(**parameters):
        layers = [
            Layer(3, return_sequences=True, seed=4, **parameters)
            for Layer in (FusedLSTM, keras.layers.LSTM)
        ]
        rng = np.random.default_rng(0)
        weights = [rng.normal(size=s).astype(np.float32) for s in [(2, 12), (3, 12), (12,)]]
        for layer in layers:
            layer.build((None, None, 2))
            layer.set_weights(weights)
        return layers

    return make


def outputs_and_gradients(layer, x, training):
    import tensorflow as tf

    x = tf.constant(x)
    pull = np.random.default_rng(2).normal(size=(*x.shape[:2], 3)).astype(np.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, training=training)
        loss = tf.reduce_sum(outputs * pull)
    sources = [x, *(variable.value for variable in layer.trainable_variables)]
    return [np.asarray(value) for value in (outputs, *tape.gradient(loss, sources))]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_outputs_and_gradients_are_keras(pair, dropout, training):
    x = np.random.default_rng(1).normal(size=(5, 7, 2)).astype(np.float32)
    fused, reference = (
        outputs_and_gradients(layer, x, training) for layer in pair(dropout=dropout)
    )
    for ours, theirs in zip(fused, reference, strict=True):
        assert_allclose(ours, theirs, atol=2e-5)


def test_dropout_drops_in_training_only(pair):
    fused, _ = pair(dropout=0.5)
    x = np.random.default_rng(1).normal(size=(5, 7, 2)).astype(np.float32)
    quiet = outputs_and_gradients(fused, x, training=False)[0]
    assert np.abs(outputs_and_gradients(fused, x, training=True)[0] - quiet).max() > 0.01


@pytest.mark.parametrize("shape", [(1, 4, 2), (3, 1, 2)])
def test_edges(pair, shape):
    x = np.ones(shape, np.float32)
    fused, reference = (outputs_and_gradients(layer, x, True) for layer in pair())
    for ours, theirs in zip(fused, reference, strict=True):
        assert ours.shape == theirs.shape
        assert_allclose(ours, theirs, atol=2e-5)
