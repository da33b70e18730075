"""All that X may be: equal content gives equal predictions, whichever way it enters."""

import re
import warnings
from collections import deque

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skembed import GloveVectorizer, KerasTokenizer, TokenSequences
from skembed.classifiers import fitted_model


class OnlyArray:
    """What an array can be made of: it has no ``__getitem__``, so it cannot be cut."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)

    def __len__(self):
        return len(self.values)


FORMS = {
    "tuple": tuple,
    "deque": deque,
    "values of a dict": lambda texts: dict(enumerate(texts)).values(),
    "array-like": OnlyArray,
    "array": np.array,
    "array of objects": lambda texts: np.array(texts, dtype=object),
    "column": lambda texts: np.array(texts, dtype=object)[:, None],
    "Series": lambda texts: pd.Series(texts, index=range(100, 100 + len(texts))),
    "string Series": lambda texts: pd.Series(texts, dtype="string"),
    "categories": lambda texts: pd.Series(texts, dtype="category"),
    "values of a Series": lambda texts: pd.Series(texts).values,
    "array of a Series": lambda texts: pd.Series(texts).array,
    "DataFrame": lambda texts: pd.DataFrame({"text": texts}),
    "polars Series": pl.Series,
    "polars DataFrame": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow array": pa.array,
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:5], texts[5:]]),
    "Arrow table": lambda texts: pa.table({"text": texts}),
}


@pytest.mark.parametrize("form", FORMS)
def test_documents_in_every_form(cnn, texts, labels, fitted, assert_same_fit, form):
    X = FORMS[form](texts)
    assert_same_fit(cnn().fit(X, labels), fitted)
    assert_array_equal(fitted.predict_proba(X), fitted.predict_proba(texts))
    # and cut into two parts, by early stopping
    stopped = cnn(early_stopping=True, patience=9)
    assert_same_fit(stopped.fit(X, labels), stopped.fit(texts, labels))
    # and as documents to validate with
    watched = cnn(epochs=1)
    losses = [
        watched.fit(texts, labels, X_val=each, y_val=labels).history_["val_loss"]
        for each in (X, texts)
    ]
    assert losses[0] == losses[1]


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
        "uint8": sequences.to_dense().astype(np.uint8),
        "unequal": [ids.tolist() for ids in sequences],
        "array of lists": np.array([ids.tolist() for ids in sequences], dtype=object),
        "arrays": list(sequences),
        "array-like": OnlyArray(sequences.to_dense()),
        "DataFrame": pd.DataFrame(sequences.to_dense()),
        "nullable DataFrame": pd.DataFrame(sequences.to_dense()).astype("Int64"),
        "polars": pl.DataFrame(sequences.to_dense()),
        "Arrow": pa.Table.from_pandas(pd.DataFrame(sequences.to_dense())),
        "polars lists": pl.Series([ids.tolist() for ids in sequences]),
    }


ROADS = [
    "sequences", "pre", "post", "wider", "list", "int64", "uint8", "unequal", "array of lists",
    "arrays", "array-like", "DataFrame", "nullable DataFrame", "polars", "Arrow", "polars lists",
]  # fmt: skip


@pytest.mark.parametrize("road", ROADS)
def test_ids_equal_documents(cnn, texts, labels, fitted, roads, assert_same_fit, road):
    classifier = cnn().fit(roads[road], labels)
    assert_same_fit(classifier, fitted)
    stopped = cnn(early_stopping=True, patience=9)
    assert_same_fit(stopped.fit(roads[road], labels), stopped.fit(texts, labels))


def test_ids_in_every_form_are_predicted_alike(cnn, texts, labels, fitted, roads):
    assert list(roads) == ROADS
    classifier = cnn().fit(roads["sequences"], labels)
    expected = fitted.predict_proba(texts)
    for road in [*roads.values(), roads["pre"].astype(float)]:
        assert_array_equal(classifier.predict_proba(road), expected)


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
    assert fitted_model(by_vectors, "the test").state.spec.trainable_embedding
    by_name = cnn(embeddings=vectors).fit(texts, labels)
    assert_allclose(by_vectors.predict_proba(sequences), by_name.predict_proba(texts), atol=1e-6)


def test_ready_vectors_equal_frozen_embeddings(cnn, vectors, weights_of, change_state):
    matrix = np.vstack([np.zeros((2, 2), np.float32), vectors.matrix])
    ids = np.random.default_rng(0).integers(2, 16, (30, 5))
    ids[::3, 3:] = 0
    y = np.arange(30) % 2
    alone = dict(spatial_dropout=0.0, wide=False)
    by_ids = cnn(embeddings=matrix, trainable_embeddings=False, **alone).fit(ids, y)
    post = matrix[ids]
    by_vectors = cnn(**alone).fit(post, y)
    # the weights are drawn in another order, so the one takes those of the other
    theirs = weights_of(by_ids)
    change_state(by_vectors, weights={name: theirs[name] for name in weights_of(by_vectors)})
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


def test_no_ids(cnn, labels):
    classifier = cnn().fit(IDS, labels)
    for nothing in ([], np.zeros((0, 3), int), IDS[:0].tolist(), TokenSequences([], [0])):
        assert classifier.predict(nothing).shape == (0,)


def test_documents_without_a_known_word_get_an_answer(fitted):
    proba = fitted.predict_proba(["", "unheard", "?", " \n"])
    assert np.isfinite(proba).all()
    assert_allclose(proba, np.repeat(proba[:1], 4, axis=0), atol=1e-6)


IDS = np.array([[2, 3, 4], [5, 3, 0], [2, 4, 0], [5, 0, 0]] * 10)
LARGER = np.array([[2, 3, 6], [99, 3, 0], [2**31, 4, 0]])
AS_UNKNOWN = np.array([[2, 3, 1], [1, 3, 0], [1, 4, 0]])


class TestIdsAboveThoseOfTraining:
    """They are unknown words, in every method."""

    FORMS = {
        "array": lambda ids: ids,
        "uint64": lambda ids: ids.astype(np.uint64),
        "float": lambda ids: ids.astype(float),
        "list": lambda ids: ids.tolist(),
        "unequal": lambda ids: [row[row > 0].tolist() for row in ids],
        "DataFrame": pd.DataFrame,
        "polars": pl.DataFrame,
        "TokenSequences": lambda ids: TokenSequences.from_dense(np.minimum(ids, 2**31 - 1)),
    }

    @pytest.mark.parametrize("form", FORMS)
    def test_in_prediction(self, cnn, labels, form):
        for wide in (False, True):
            classifier = cnn(wide=wide).fit(IDS, labels)
            X = self.FORMS[form](LARGER)
            for method in ("predict", "predict_proba", "predict_log_proba"):
                expected = getattr(classifier, method)(AS_UNKNOWN)
                assert_array_equal(getattr(classifier, method)(X), expected)
            assert classifier.score(X, ["fine", "foul", "fine"]) == classifier.score(
                AS_UNKNOWN, ["fine", "foul", "fine"]
            )

    def test_in_lstm(self, lstm, labels):
        classifier = lstm().fit(IDS, labels)
        assert_array_equal(classifier.predict_proba(LARGER), classifier.predict_proba(AS_UNKNOWN))

    def test_in_partial_fit(self, cnn, labels, assert_same_fit):
        classes = ["fine", "foul"]
        one, other = (
            cnn().partial_fit(IDS, labels, classes=classes).partial_fit(X, labels[:3])
            for X in (LARGER, AS_UNKNOWN)
        )
        assert_same_fit(one, other)

    def test_in_warm_start(self, cnn, labels, assert_same_fit):
        one, other = (
            cnn(warm_start=True).fit(IDS, labels).fit(X, labels[:3]) for X in (LARGER, AS_UNKNOWN)
        )
        assert_same_fit(one, other)

    def test_in_validation_documents(self, cnn, labels):
        one, other = (
            cnn().fit(IDS, labels, X_val=X, y_val=labels[:3]) for X in (LARGER, AS_UNKNOWN)
        )
        assert one.history_["val_loss"] == other.history_["val_loss"]

    def test_in_the_part_set_aside(self, cnn, labels):
        ids = IDS.copy()
        ids[:, 0] = np.arange(10, 50)  # each document has an id of its own
        classifier = cnn(early_stopping=True).fit(ids, labels)
        assert np.isfinite(classifier.history_["val_loss"]).all()

    def test_in_cross_validation(self, cnn, lstm, labels):
        ids = IDS.copy()
        ids[:, 0] = np.arange(10, 50)
        for classifier in (cnn(), lstm(), cnn(wide=True), cnn(early_stopping=True)):
            scores = cross_val_score(classifier, ids, labels, cv=3)
            assert np.isfinite(scores).all()

    def test_after_fitting_on_texts(self, fitted):
        known = TokenSequences([2, 3, 1], [0, 3])
        beyond = TokenSequences([2, 3, 99], [0, 3])
        assert_array_equal(fitted.predict_proba(beyond), fitted.predict_proba(known))


class TestDoubt:
    """Numbers that may mean something else are read as before, with a warning at the caller."""

    WHOLE = (
        "X holds whole numbers from 0 on, of dtype float64, and was read as vectors: each document "
        "is one vector of 6 numbers. If they are token ids, pass np.asarray(X, dtype=int). If they "
        "are counts of words, pass the texts instead."
    )
    COUNTS = (
        "X is a matrix of integers and was read as token ids, but 40 of its 40 rows have a 0 "
        "between other numbers, as counts of words have. Padding is only at the ends of a row. "
        "If they are counts, pass the texts instead, or np.asarray(X, dtype=float) to have each "
        "row read as a vector."
    )

    @pytest.fixture
    def padded(self):
        return np.hstack([np.zeros((40, 3), int), IDS])

    def test_whole_floats(self, cnn, labels, padded, assert_same_fit):
        with pytest.warns(UserWarning, match=f"^{re.escape(self.WHOLE)}$") as caught:
            warned = cnn().fit(padded.astype(float), labels)
        assert [each.filename for each in caught] == [__file__]
        assert fitted_model(warned, "the test").state.spec.n_rows is None
        assert_same_fit(cnn().fit(padded.astype(float).astype(int), labels), cnn().fit(IDS, labels))

    def test_counts(self, cnn, labels):
        counts = np.tile([[1, 0, 2, 0, 0, 1], [0, 3, 0, 0, 1, 0]], (20, 1))
        with pytest.warns(UserWarning, match=f"^{re.escape(self.COUNTS)}$") as caught:
            make_pipeline(FunctionTransformer(), cnn(early_stopping=True)).fit(counts, labels)
        assert [each.filename for each in caught] == [__file__]

    def test_counts_of_a_vectorizer(self, cnn, texts, labels):
        counts = CountVectorizer().fit_transform(texts).toarray()
        with pytest.warns(UserWarning, match="as counts of words have"):
            cnn().fit(counts, labels)
        with pytest.warns(UserWarning, match="read as vectors"):
            cnn().fit(counts.astype(float), labels)

    def test_none_in_prediction_nor_where_training_goes_on(self, cnn, labels, padded):
        with pytest.warns(UserWarning, match="read as vectors"):
            classifier = cnn(warm_start=True).fit(padded.astype(float), labels)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            classifier.predict(padded.astype(float))
            classifier.fit(padded.astype(float), labels)
            cnn().fit(padded, labels)
            cnn().fit(padded + 0.5, labels)
