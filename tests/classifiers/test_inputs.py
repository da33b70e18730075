"""All that X may be: equal content gives equal predictions, whichever way it enters."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed import GloveVectorizer, KerasTokenizer, TokenSequences
from skembed.classifiers._inputs import kind_of

FORMS = {
    "tuple": tuple,
    "array": np.array,
    "array of objects": lambda texts: np.array(texts, dtype=object),
    "column": lambda texts: np.array(texts, dtype=object)[:, None],
    "Series": lambda texts: pd.Series(texts, index=range(100, 100 + len(texts))),
    "string Series": lambda texts: pd.Series(texts, dtype="string"),
    "DataFrame": lambda texts: pd.DataFrame({"text": texts}),
    "polars Series": pl.Series,
    "polars DataFrame": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow array": pa.array,
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:5], texts[5:]]),
}


@pytest.mark.parametrize("form", FORMS)
def test_documents_in_every_form(cnn, texts, labels, fitted, assert_same_fit, form):
    X = FORMS[form](texts)
    assert_same_fit(cnn().fit(X, labels), fitted)
    assert_array_equal(fitted.predict_proba(X), fitted.predict_proba(texts))
    # and cut into two parts, by early stopping
    stopped = cnn(early_stopping=True, patience=9)
    assert_same_fit(stopped.fit(X, labels), stopped.fit(texts, labels))


@pytest.mark.parametrize(
    ("X", "kind"),
    [
        ([], "documents"),
        (["a"], "documents"),
        (TokenSequences([2], [0, 1]), "sequences"),
        (np.array([[0, 1], [2, 3]]), "ids"),
        ([[0, 1], [2, 3]], "ids"),
        (pd.DataFrame({"a": [1], "b": [2]}), "ids"),
        (np.zeros((1, 2)), "vectors"),
        ([[0.5, 1], [2, 3]], "vectors"),
        (np.zeros((1, 2, 3)), "vectors"),
        (pd.DataFrame({"a": [1.0], "b": [2.0]}), "vectors"),
    ],
)
def test_kinds(X, kind):
    assert kind_of(X) == kind


@pytest.fixture(scope="module")
def roads(texts):
    """The same documents as sequences and as padded matrices."""
    tokenizer = KerasTokenizer().fit(texts)
    sequences = tokenizer.transform(texts)
    return {
        "sequences": sequences,
        "pre": sequences.to_dense(padding="pre"),
        "post": sequences.to_dense(padding="post"),
        "wider": sequences.to_dense(max_length=30, padding="post"),
        "list": sequences.to_dense().tolist(),
        "int64": sequences.to_dense().astype(np.int64),
        "DataFrame": pd.DataFrame(sequences.to_dense()),
    }


@pytest.mark.parametrize(
    "road", ["sequences", "pre", "post", "wider", "list", "int64", "DataFrame"]
)
def test_ids_equal_documents(cnn, texts, labels, fitted, roads, assert_same_fit, road):
    classifier = cnn().fit(roads[road], labels)
    assert_same_fit(classifier, fitted)
    for other in roads.values():
        assert_array_equal(classifier.predict_proba(other), fitted.predict_proba(texts))


def test_a_tokenizer_of_the_users(cnn, texts, labels, fitted, assert_same_fit):
    padded = cnn(tokenizer=KerasTokenizer(output="padded"))
    assert_same_fit(padded.fit(texts, labels), fitted)
    assert not hasattr(padded.tokenizer, "vocabulary_")  # a clone was fitted
    short = cnn(tokenizer=KerasTokenizer(max_tokens=5)).fit(texts, labels)
    assert len(short.tokenizer_.vocabulary_) == 3
    assert short.set_params(tokenizer__max_tokens=4).fit(texts, labels).tokenizer_.max_tokens == 4


def test_sequences_with_vectors_equal_embeddings(cnn, texts, labels, vectors, assert_same_fit):
    sequences = GloveVectorizer(vectors, output="sequences").fit_transform(texts)
    by_vectors = cnn().fit(sequences, labels)
    assert by_vectors._state.spec.trainable_embedding
    by_name = cnn(embeddings=vectors).fit(texts, labels)
    assert_allclose(by_vectors.predict_proba(sequences), by_name.predict_proba(texts), atol=1e-6)


def test_ready_vectors_equal_frozen_embeddings(cnn, vectors):
    matrix = np.vstack([np.zeros((2, 2), np.float32), vectors.matrix])
    ids = np.random.default_rng(0).integers(2, 16, (30, 5))
    ids[::3, 3:] = 0
    y = np.arange(30) % 2
    by_ids = cnn(embeddings=matrix, trainable_embeddings=False, spatial_dropout=0.0).fit(ids, y)
    post = matrix[ids]
    by_vectors = cnn(spatial_dropout=0.0).fit(post, y)
    # the weights are drawn in another order, so the one takes those of the other
    state = by_vectors._state
    weights = {name: by_ids._state.weights[name] for name in state.weights}
    by_vectors._state = type(state)(**{**vars(state), "weights": weights})
    assert_allclose(by_vectors.predict_proba(post), by_ids.predict_proba(ids), atol=1e-6)
    pre = np.concatenate([np.zeros((30, 4, 2)), post], axis=1)
    assert_allclose(by_vectors.predict_proba(pre), by_ids.predict_proba(ids), atol=1e-6)
    assert by_vectors.n_features_in_ == 2


def test_padding_of_vectors_does_not_matter_in_training(lstm, assert_same_fit):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 4, 3)), np.arange(20) % 2
    X[3, 1:3] = 0  # zeros inside a document are steps like others
    empty = np.zeros((20, 2, 3))
    a = lstm().fit(X, y)
    assert_same_fit(lstm().fit(np.concatenate([empty, X], axis=1), y), a)
    assert_same_fit(lstm().fit(np.concatenate([X, empty], axis=1), y), a)


def test_a_matrix_of_floats_is_one_step_a_document(lstm, assert_same_fit):
    X, y = np.random.default_rng(0).normal(size=(20, 3)), np.arange(20) % 2
    a = lstm().fit(X, y)
    assert_same_fit(lstm().fit(X[:, None], y), a)
    assert_same_fit(lstm().fit(pd.DataFrame(X, columns=list("abc")), y), a)
    assert a.n_features_in_ == 3


def test_feature_names_are_remembered(cnn):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 3)), columns=list("abc"))
    classifier = cnn().fit(X, np.arange(20) % 2)
    assert classifier.feature_names_in_.tolist() == ["a", "b", "c"]


def test_a_document_alone_is_as_in_a_batch(fitted, texts):
    together = fitted.predict_proba(texts)
    alone = np.vstack([fitted.predict_proba([text]) for text in texts])
    assert_allclose(alone, together, atol=1e-5)


def test_no_documents(fitted):
    assert fitted.predict([]).shape == (0,)
    assert fitted.predict([]).dtype == fitted.classes_.dtype
    assert fitted.predict_proba([]).shape == (0, 2)


def test_documents_without_a_known_word_get_an_answer(fitted):
    proba = fitted.predict_proba(["", "unheard", "?", " \n"])
    assert np.isfinite(proba).all()
    assert_allclose(proba, np.repeat(proba[:1], 4, axis=0), atol=1e-6)
