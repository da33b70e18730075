"""Exported networks of one's own compute what Keras computes, whatever their description says."""

import pickle
import re
from dataclasses import dataclass

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed import KerasTextClassifier, KerasTextRegressor, KerasTokenizer, to_onnx
from skembed.networks import (
    AttentiveLSTMEncoder,
    CharacterCNNEncoder,
    GRUEncoder,
    MeanEncoder,
    TransformerEncoder,
)
from skembed.serve import Predictor

RNG = np.random.default_rng(0)
WORDS = [f"word{i}" for i in range(30)]
TEXTS = [" ".join(RNG.choice(WORDS, RNG.integers(1, 25))) for _ in range(60)]
LABELS = ["a", "b", "c"] * 20
SMALL = dict(embedding_dim=5, epochs=1, random_state=0, batch_size=32)

ENCODERS = {
    "mean": MeanEncoder(),
    "gru": GRUEncoder(units=6, bidirectional=False),
    "gru, both directions": GRUEncoder(units=6),
    "attention": AttentiveLSTMEncoder(units=6),
    "transformer": TransformerEncoder(units=8, heads=2),
    "transformer, one head": TransformerEncoder(units=6, heads=1, blocks=1, dropout=0.0),
    "transformer, heads that do not divide": TransformerEncoder(units=10, heads=4, blocks=3),
    "transformer without blocks": TransformerEncoder(units=4, blocks=0),
    "characters": CharacterCNNEncoder(widest=4, filters=3),
}


def run(path, **inputs):
    """Run the file alone."""
    return onnxruntime.InferenceSession(path).run(["probabilities"], inputs)[0]


def with_telling_weights(classifier):
    """Return a copy whose weights are drawn: none is zero or one, and probabilities differ."""
    rng = np.random.default_rng(1)
    for name, weight in classifier._model.state.weights.items():
        own_scale = name.rpartition("/")[2] in ("bias", "beta", "gamma")
        scale = 0.5 if own_scale else 1.5 / np.sqrt(weight.shape[0])
        weight[:] = rng.normal(0, scale, weight.shape)
    return pickle.loads(pickle.dumps(classifier))  # no engine has loaded earlier weights of it


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name.startswith("transformer,") else [])
        for name in ENCODERS
    ],
)
def test_probabilities_are_those_of_keras(name, tmp_path):
    sequences = KerasTokenizer().fit_transform(TEXTS)
    classifier = KerasTextClassifier(encoder=ENCODERS[name], wide=False, **SMALL)
    classifier = with_telling_weights(classifier.fit(sequences, LABELS))
    path = tmp_path / "model.onnx"
    to_onnx(classifier, path)
    onnx.checker.check_model(str(path), full_check=True)
    together = run(path, ids=sequences.to_dense(padding="post"))
    assert together.std(axis=0).max() > 0.01
    assert_allclose(together, classifier.predict_proba(sequences), rtol=0, atol=1e-5)
    longer = np.pad(sequences.to_dense(padding="post"), ((0, 0), (0, 40)))
    assert_allclose(run(path, ids=longer), together, rtol=0, atol=1e-5)
    for i in (0, 17, 59):
        alone = run(path, ids=sequences[i][None])
        assert_allclose(alone, together[i : i + 1], rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["gru, both directions", "transformer"])
def test_ready_vectors_with_zeros_within(name, tmp_path):
    X = RNG.normal(size=(60, 8, 3)).astype(np.float32)
    X[:20, 5:] = 0  # padding
    X[:40, 2] = 0
    classifier = KerasTextClassifier(encoder=ENCODERS[name], epochs=1, random_state=0)
    classifier = with_telling_weights(classifier.fit(X, LABELS))
    to_onnx(classifier, tmp_path / "model.onnx")
    found = run(tmp_path / "model.onnx", steps=X)
    assert_allclose(found, classifier.predict_proba(X), rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["mean", "attention"])
def test_texts_are_answered_without_keras_and_with_a_linear_model(name, tmp_path):
    classifier = KerasTextClassifier(encoder=ENCODERS[name], dense_units=4, wide=True, **SMALL)
    to_onnx(classifier.fit(TEXTS, LABELS), tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    assert_allclose(predictor.predict_proba(TEXTS), classifier.predict_proba(TEXTS), atol=1e-5)
    assert_array_equal(predictor.predict(TEXTS), classifier.predict(TEXTS))


def test_numbers(tmp_path):
    numbers = np.linspace(-3, 50, 60)
    regressor = KerasTextRegressor(encoder=GRUEncoder(units=3), **SMALL).fit(TEXTS, numbers)
    to_onnx(regressor, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx").predict(TEXTS)
    assert_allclose(found, regressor.predict(TEXTS), rtol=1e-5)


@dataclass(frozen=True)
class LastStep:
    """A dense layer, and its output at a document's last step."""

    units: int = 4

    def __call__(self, steps, mask):
        n_steps = keras.ops.sum(keras.ops.cast(mask, "int32"), axis=1)
        last = keras.ops.reshape(n_steps - 1, (-1, 1, 1))
        read = keras.layers.Dense(self.units, activation="tanh")(steps)
        return keras.ops.squeeze(keras.ops.take_along_axis(read, last, axis=1), 1)

    def to_onnx(self, graph, steps, lengths, weights):
        last = graph.op("Unsqueeze", graph.plus(lengths, -1), graph.number([1]))
        kernel = graph.weight("own_kernel", weights["own_dense_1/kernel"])
        bias = graph.weight("own_bias", weights["own_dense_1/bias"])
        read = graph.op("GatherND", steps, last, batch_dims=1)
        return graph.op("Tanh", graph.op("Gemm", read, kernel, bias))


@dataclass(frozen=True)
class Louder(LastStep):
    """Other layers, whose nodes nobody has written."""

    def __call__(self, steps, mask):
        return 2 * super().__call__(steps, mask)


@dataclass(frozen=True)
class LouderWithNodes(Louder):
    def to_onnx(self, graph, steps, lengths, weights):
        last = super().to_onnx(graph, steps, lengths, weights)
        return graph.op("Mul", last, graph.number(2, np.float32))


@dataclass(frozen=True)
class Renamed(LastStep):
    """The layers and nodes of its parent."""


def plain(steps, mask):
    return keras.layers.GRU(3)(steps, mask=mask)


@pytest.mark.parametrize("encoder", [LastStep(), LouderWithNodes(), Renamed(units=2)])
def test_a_description_of_the_users_own(encoder, tmp_path):
    classifier = KerasTextClassifier(encoder=encoder, **SMALL).fit(TEXTS, LABELS)
    classifier = with_telling_weights(classifier)
    to_onnx(classifier, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx").predict_proba(TEXTS)
    assert_allclose(found, classifier.predict_proba(TEXTS), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("encoder", "name"), [(plain, "plain"), (Louder(), "Louder")])
def test_layers_that_nobody_knows(encoder, name, tmp_path):
    classifier = KerasTextClassifier(encoder=encoder, **SMALL).fit(TEXTS, LABELS)
    message = (
        f"to_onnx cannot write the encoder {__name__}:{name}, whose layers it does not know. Keep "
        "the estimator with skembed.save, or take a CNN or an LSTM."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        to_onnx(classifier, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
