"""The fused LSTM against Keras's own: outputs, gradients, dropout."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skembed.networks import load_engine


@pytest.fixture(scope="module")
def pair():
    """Make the fused layer and Keras's, with the same weights and the same dropout to come."""
    load_engine()
    import keras

    from skembed.networks._layers import FusedLSTM

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


@pytest.fixture
def outputs_and_gradients(differentiate):
    def compute(layer, x, training):
        return differentiate(lambda x: layer(x, training=training), x, layer.trainable_variables)

    return compute


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("recurrent_dropout", [0.0, 0.5])
def test_outputs_and_gradients_are_keras(
    pair, outputs_and_gradients, dropout, recurrent_dropout, training
):
    x = np.random.default_rng(1).normal(size=(5, 7, 2)).astype(np.float32)
    fused, reference = (
        outputs_and_gradients(layer, x, training)
        for layer in pair(dropout=dropout, recurrent_dropout=recurrent_dropout)
    )
    for ours, theirs in zip(fused, reference, strict=True):
        assert_allclose(ours, theirs, atol=2e-5)


@pytest.mark.parametrize("dropped", ["dropout", "recurrent_dropout"])
def test_dropout_drops_in_training_only(pair, outputs_and_gradients, dropped):
    fused, _ = pair(**{dropped: 0.5})
    x = np.random.default_rng(1).normal(size=(5, 7, 2)).astype(np.float32)
    quiet = outputs_and_gradients(fused, x, training=False)[0]
    assert np.abs(outputs_and_gradients(fused, x, training=True)[0] - quiet).max() > 0.01


@pytest.mark.parametrize("shape", [(1, 4, 2), (3, 1, 2)])
def test_edges(pair, outputs_and_gradients, shape):
    x = np.ones(shape, np.float32)
    fused, reference = (outputs_and_gradients(layer, x, True) for layer in pair())
    for ours, theirs in zip(fused, reference, strict=True):
        assert ours.shape == theirs.shape
        assert_allclose(ours, theirs, atol=2e-5)
