"""Exported networks compute what Keras computes, whatever their parameters."""

import json
import re

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TokenSequences,
    WordVectors,
    to_onnx,
)
from skembed.classifiers._parameters import ACTIVATIONS as KERAS_ACTIVATIONS
from skembed.export._activations import ACTIVATIONS
from skembed.export._graph import Graph

RNG = np.random.default_rng(0)
WORDS = [f"word{i}" for i in range(30)]
TEXTS = [" ".join(RNG.choice(WORDS, RNG.integers(1, 25))) for _ in range(60)]
LABELS = ["a", "b", "c"] * 20
VECTORS = WordVectors(WORDS, RNG.normal(size=(30, 5)).astype(np.float32))
SMALL = dict(embedding_dim=5, epochs=1, random_state=0, batch_size=32, wide=False)


def lstm(**parameters):
    plain = {"units": 6, "bidirectional": False, "pooling": "last"}
    return LSTMTextClassifier(**{**plain, **SMALL, **parameters})


def cnn(**parameters):
    return CNNTextClassifier(**{"filters": 7, **SMALL, **parameters})


class CharacterTokenizer(TransformerMixin, BaseEstimator):
    """Numbers characters by their code points."""

    def fit(self, X, y=None):
        self.n_features_in_ = 1
        return self

    def transform(self, X):
        ends = np.cumsum([0, *map(len, X)])
        return TokenSequences([ord(character) for text in X for character in text], ends)


def run(path, ids):
    """Run the file on ids alone."""
    session = onnxruntime.InferenceSession(path)
    return session.run(["logits", "probabilities"], {"ids": ids})


NETWORKS = {
    "lstm": lstm(),
    "lstm, both directions": lstm(bidirectional=True),
    "lstm, maximum": lstm(pooling="max"),
    "lstm, mean of both directions": lstm(pooling="mean", bidirectional=True),
    "lstm, dropouts": lstm(dropout=0.2, recurrent_dropout=0.2, dense_dropout=0.3),
    "lstm, dense layers": lstm(dense_units=(4, 3), dense_activation="tanh", batch_norm=True),
    "cnn": cnn(),
    "cnn, one kernel": cnn(kernel_sizes=(1,)),
    "cnn, kernels wider than documents": cnn(kernel_sizes=(2, 40)),
    "cnn, dense layers": cnn(dense_units=(4,), batch_norm=True),
    "stacked": cnn(stacked=True, kernel_sizes=(3, 2, 2), pool_size=2),
    "stacked, pooled widely": cnn(stacked=True, kernel_sizes=(4, 5), pool_size=7),
    "stacked once": cnn(stacked=True, kernel_sizes=(3,)),
    "given vectors": cnn(embeddings=VECTORS),
    "frozen vectors": lstm(embeddings=VECTORS, trainable_embeddings=False),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_probabilities_are_those_of_keras(name, tmp_path):
    sequences = KerasTokenizer().fit_transform(TEXTS)
    classifier = NETWORKS[name].fit(sequences, LABELS)
    path = tmp_path / "model.onnx"
    to_onnx(classifier, path)
    onnx.checker.check_model(str(path), full_check=True)
    logits, probabilities = run(path, sequences.to_dense(padding="post"))
    assert probabilities.dtype == np.float32
    assert_allclose(probabilities, classifier.predict_proba(sequences), rtol=0, atol=2e-6)
    assert_array_equal(classifier.classes_[logits.argmax(axis=1)], classifier.predict(sequences))


@pytest.mark.parametrize("name", ["lstm, mean of both directions", "stacked", "cnn"])
def test_a_document_alone_gets_what_it_gets_in_a_batch(name, tmp_path):
    sequences = KerasTokenizer().fit_transform(TEXTS)
    path = tmp_path / "model.onnx"
    to_onnx(NETWORKS[name].fit(sequences, LABELS), path)
    _, together = run(path, sequences.to_dense(padding="post"))
    for i in (0, 17, 59):
        _, alone = run(path, sequences[i][None])
        assert_allclose(alone, together[i : i + 1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("make", [lstm, cnn], ids=["lstm", "cnn"])
@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_ids_above_those_of_training_are_unknown_words(make, dtype, tmp_path):
    classifier = make().fit([[2, 3, 4], [5, 3, 0], [4, 2, 0]] * 20, LABELS)
    to_onnx(classifier, tmp_path / "net.onnx", embedding_dtype=dtype)
    larger, unknown = (
        run(tmp_path / "net.onnx", np.array(ids, np.int32))
        for ids in ([[2, 6, 4], [2**31 - 1, 0, 0]], [[2, 1, 4], [1, 0, 0]])
    )
    assert_array_equal(larger[1], unknown[1])
    if dtype == "float32":
        expected = classifier.predict_proba([[2, 6, 4], [2**31 - 1, 0, 0]])
        assert_allclose(larger[1], expected, atol=1e-5)


def test_every_activation_has_its_operators():
    assert set(ACTIVATIONS) == KERAS_ACTIVATIONS


@pytest.mark.parametrize("activation", sorted(KERAS_ACTIVATIONS))
def test_activations(activation):
    import keras

    graph = Graph()
    x = graph.input("x", np.float32, ["n"])
    graph.output(ACTIVATIONS[activation](graph, x), "y", np.float32, ["n"])
    session = onnxruntime.InferenceSession(graph.model({}).SerializeToString())
    values = np.linspace(-9, 9, 91, dtype=np.float32)
    (found,) = session.run(["y"], {"x": values})
    assert_allclose(found, keras.activations.get(activation)(values), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", [lstm, cnn], ids=["lstm", "cnn"])
def test_multi_label(make, tmp_path):
    sequences = KerasTokenizer().fit_transform(TEXTS)
    targets = np.array([[1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 0, 0]] * 20)
    classifier = make().fit(sequences, targets)
    to_onnx(classifier, tmp_path / "model.onnx")
    _, probabilities = run(tmp_path / "model.onnx", sequences.to_dense(padding="post"))
    assert_allclose(probabilities, classifier.predict_proba(sequences), rtol=0, atol=2e-6)
    assert probabilities.sum(axis=1).max() > 1.05


def test_low_precision_is_computed_in_float32(tmp_path):
    sequences = KerasTokenizer().fit_transform(TEXTS)
    classifier = cnn(precision="mixed_bfloat16").fit(sequences, LABELS)
    to_onnx(classifier, tmp_path / "model.onnx")
    _, probabilities = run(tmp_path / "model.onnx", sequences.to_dense(padding="post"))
    assert_allclose(probabilities, classifier.predict_proba(sequences), rtol=0, atol=0.02)


def test_ready_vectors(tmp_path):
    X = RNG.normal(size=(60, 8, 3)).astype(np.float32)
    X[:20, 5:] = 0  # padding
    classifier = lstm(bidirectional=True).fit(X, LABELS)
    to_onnx(classifier, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    (probabilities,) = session.run(["probabilities"], {"steps": X})
    assert_allclose(probabilities, classifier.predict_proba(X), rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    ("dtype", "share", "tolerance"), [("float16", 0.5, 1e-4), ("int8", 0.3, 5e-3)]
)
def test_vectors_in_fewer_bytes(dtype, share, tolerance, tmp_path):
    sequences = KerasTokenizer().fit_transform(TEXTS)
    classifier = cnn(embedding_dim=200).fit(sequences, LABELS)
    to_onnx(classifier, tmp_path / "all.onnx")
    to_onnx(classifier, tmp_path / "few.onnx", embedding_dtype=dtype)
    n_saved = (tmp_path / "all.onnx").stat().st_size - (tmp_path / "few.onnx").stat().st_size
    n_vectors = classifier._model.state.weights["embedding"].nbytes
    assert n_saved >= (1 - share) * n_vectors - 1000
    _, probabilities = run(tmp_path / "few.onnx", sequences.to_dense(padding="post"))
    expected = classifier.predict_proba(sequences)
    assert_allclose(probabilities, expected, rtol=0, atol=tolerance)
    assert np.abs(probabilities - expected).max() > 1e-8


def test_int8_rounds_each_word_by_its_own_scale(tmp_path):
    sequences = TokenSequences([1, 2], [0, 1, 2])
    classifier = cnn(kernel_sizes=(1,)).fit(sequences, ["a", "b"])
    table = classifier._model.state.weights["embedding"]
    table[:] = np.array([[0, 0, 0, 0, 0], [127, 63.6, -127, 0, 1], [1.27, 0, 0, 0.004, 0]])
    to_onnx(classifier, tmp_path / "model.onnx", embedding_dtype="int8")
    stored = {
        t.name: onnx.numpy_helper.to_array(t)
        for t in onnx.load(tmp_path / "model.onnx").graph.initializer
    }
    assert stored["embedding"].tolist() == [[0] * 5, [127, 64, -127, 0, 1], [127, 0, 0, 0, 0]]
    assert_allclose(stored["scales"].ravel()[1:], [1, 0.01])


def test_metadata_tell_labels_and_rules(tmp_path):
    pipeline = make_pipeline(KerasTokenizer(max_length=7, truncating="post"), cnn())
    to_onnx(pipeline.fit(TEXTS, [2, 0, 1] * 20), tmp_path / "model.onnx")
    properties = onnx.load(tmp_path / "model.onnx").metadata_props
    facts = json.loads({p.key: p.value for p in properties}["skembed"])
    assert facts["labels"] == [0, 1, 2]
    assert (facts["multilabel"], facts["thresholds"]) == (False, None)
    rules = facts["tokenizer"]
    assert (rules["max_length"], rules["truncating"], rules["tokenizer"]) == (7, "post", None)
    assert rules["words"] == pipeline[0].get_vocabulary()[2:]


def test_what_cannot_be_exported(tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(ValueError, match="embedding_dtype must be one of float32, float16, int8"):
        to_onnx(cnn(), path, embedding_dtype="int4")
    with pytest.raises(Exception, match="is not fitted yet"):
        to_onnx(cnn(), path)
    pooled = make_pipeline(GloveVectorizer(VECTORS), LogisticRegression())
    with pytest.raises(
        TypeError,
        match="to_onnx takes a text classifier or regressor of skembed, such as CNNTextClassifier",
    ):
        to_onnx(pooled, path)
    search = GridSearchCV(cnn(), {"filters": [4]}, cv=2).fit(TEXTS, LABELS)
    with pytest.raises(TypeError, match=r"; got GridSearchCV\(.*\)\. Pass its best_estimator_\.$"):
        to_onnx(search, path)
    own = make_pipeline(KerasTokenizer(tokenizer=str.split), cnn()).fit(TEXTS, LABELS)
    with pytest.raises(TypeError, match="cannot write a tokenizing function"):
        to_onnx(own, path)
    vectorizer = make_pipeline(GloveVectorizer(VECTORS), cnn()).fit(TEXTS, LABELS)
    message = "to_onnx cannot follow words through the step GloveVectorizer of a Pipeline. Pass the"
    with pytest.raises(TypeError, match=message):
        to_onnx(vectorizer, path)
    own = cnn(tokenizer=CharacterTokenizer()).fit(TEXTS, LABELS)
    message = "rules of a KerasTokenizer; here CharacterTokenizer makes the classifier's input"
    with pytest.raises(TypeError, match=message):
        to_onnx(own, path)
    assert not path.exists()


def test_a_file_that_the_classifier_reads_is_not_overwritten(tmp_path):
    vectors = tmp_path / "vectors.txt"
    content = "".join(f"{word} 1 0\n" for word in WORDS)
    vectors.write_text(content)
    classifier = cnn(embeddings=str(vectors)).fit(TEXTS, LABELS)
    message = (
        rf"^{re.escape(str(vectors))} is the same file as the parameter embeddings \(.*\), which "
        r"would be lost\. Write the model vectors\.txt to another file\.$"
    )
    with pytest.raises(ValueError, match=message):
        to_onnx(classifier, vectors)
    assert vectors.read_text() == content
