"""The vectorizers among scikit-learn's tools: unions, searches and its own checks."""

import joblib
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes the class public
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    ParameterGrid,
    RandomizedSearchCV,
)
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.utils import get_tags

from skembed import CNNTextClassifier, compare
from skembed.text import KerasTokenizer
from skembed.vectors import FastTextVectorizer, GloveVectorizer, Word2VecVectorizer, WordVectors
from tests.versions import SKLEARN

TEXTS = ["the sun rises", "sun and sea", "sun", "the moon falls", "moon and tide", "moon"] * 4
LABELS = ["day", "day", "day", "night", "night", "night"] * 4


@pytest.fixture(scope="module")
def vectors():
    """Return five words in memory."""
    words = ["the", "sun", "moon", "sea", "tide"]
    return WordVectors(words, [[1, 0], [2, 2], [0, -2], [4, 0], [-1, 3]])


def test_feature_names_and_pandas_output(vectors):
    vectorizer = GloveVectorizer(vectors, pooling=("mean", "sif")).set_output(transform="pandas")
    frame = vectorizer.fit_transform(pd.Series(TEXTS[:5], index=list("abcde")))
    names = [f"glovevectorizer_{name}" for name in ("mean0", "mean1", "sif0", "sif1")]
    assert frame.columns.tolist() == names
    # Before 1.7 scikit-learn gives only tables back with their index.
    assert frame.index.tolist() == (list("abcde") if SKLEARN >= (1, 7) else [*range(5)])
    assert vectorizer.get_feature_names_out().tolist() == names
    assert (frame.dtypes == np.float32).all()


def test_fit_leaves_parameters_and_input_alone(vectors):
    tokenizer = KerasTokenizer(max_tokens=None)
    vectorizer = GloveVectorizer(vectors, tokenizer=tokenizer, pooling=["mean", "sif"])
    before = joblib.hash(vectorizer)
    texts = list(TEXTS)
    fitted = clone(vectorizer).fit(texts)
    assert texts == TEXTS
    assert joblib.hash(vectorizer) == before
    assert not hasattr(tokenizer, "vocabulary_")
    assert vectorizer.get_params()["tokenizer__max_tokens"] is None
    assert fitted.tokenizer_ is not fitted.tokenizer


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize("cls", [GloveVectorizer, Word2VecVectorizer, FastTextVectorizer])
def test_a_fit_that_fails_leaves_what_was_learned_before(vectors, cls, method):
    if cls is GloveVectorizer:
        vectorizer, useless, message = cls(vectors), ["unheard-of"], "has a vector"
    else:
        vectorizer = cls(n_dims=2, epochs=1, random_state=0, min_count=4)
        useless, message = ["sun and sea"], "min_count"
    with pytest.raises(ValueError, match=message):
        getattr(vectorizer, method)(useless)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        vectorizer.transform(TEXTS)
    expected = vectorizer.fit_transform(TEXTS)
    with pytest.raises(ValueError, match=message):
        getattr(vectorizer, method)(useless)
    assert_array_equal(vectorizer.transform(TEXTS), expected)


def test_feature_union_with_tfidf(vectors):
    union = FeatureUnion([("glove", GloveVectorizer(vectors)), ("tfidf", TfidfVectorizer())])
    features = union.fit_transform(TEXTS).toarray()
    assert_allclose(features[:, :2], GloveVectorizer(vectors).fit_transform(TEXTS), rtol=1e-6)
    assert_allclose(features[:, 2:], TfidfVectorizer().fit_transform(TEXTS).toarray())
    names = union.get_feature_names_out()
    assert names[0] == "glove__glovevectorizer_mean0"
    assert len(names) == features.shape[1]


def test_grid_search_over_poolings_twice_with_two_jobs(vectors):
    pipeline = make_pipeline(GloveVectorizer(vectors), LogisticRegression())
    every = ("mean", "max", "min", "sum", "sif", "tfidf")
    grid = {"glovevectorizer__pooling": ["mean", "sif", ("mean", "max"), every]}
    for _ in range(2):
        search = GridSearchCV(pipeline, grid, cv=2, n_jobs=2).fit(TEXTS, LABELS)
        assert search.score(TEXTS, LABELS) == 1
    alone = GridSearchCV(pipeline, grid, cv=2).fit(TEXTS, LABELS)
    scores = search.cv_results_["mean_test_score"]
    assert_array_equal(alone.cv_results_["mean_test_score"], scores)


@pytest.mark.parametrize("cls", [GloveVectorizer, Word2VecVectorizer, FastTextVectorizer])
def test_tags(cls):
    tags = get_tags(cls())
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert tags.transformer_tags.preserves_dtype == []


@pytest.fixture(scope="module")
def other_vectors():
    """Return vectors of other words and of another width."""
    return WordVectors(["rain", "wind"], [[1, 0, 0], [0, 1, 0]])


RAINY_TEXTS = [text + " rain" for text in TEXTS]


def searches(pipeline, candidates):
    grid = {"glovevectorizer__embeddings": candidates}
    yield GridSearchCV(pipeline, grid, cv=2)
    yield GridSearchCV(pipeline, [grid, {"glovevectorizer__pooling": ["max"]}], cv=2)
    yield HalvingGridSearchCV(pipeline, grid, cv=2, min_resources=8, random_state=0)
    many = grid | {"logisticregression__C": loguniform(0.1, 10)}
    yield RandomizedSearchCV(pipeline, many, n_iter=6, cv=2, random_state=0)


def test_vectors_are_candidates_of_a_search(vectors, other_vectors):
    """Of the documents' words the second ones have none, so that only the first tell classes."""
    pipeline = make_pipeline(GloveVectorizer(vectors), LogisticRegression())
    for search in searches(pipeline, [other_vectors, vectors]):
        search.fit(RAINY_TEXTS, LABELS)
        assert search.best_score_ == 1
        assert search.best_params_.get("glovevectorizer__embeddings", vectors) is vectors
        column = search.cv_results_["param_glovevectorizer__embeddings"]
        assert {id(one) for one in column.compressed()} == {id(vectors), id(other_vectors)}
        shown = pd.DataFrame(search.cv_results_)["param_glovevectorizer__embeddings"].to_string()
        assert "WordVectors(5 words, 2 dimensions)" in shown
        assert "WordVectors(2 words, 3 dimensions)" in shown


def test_vectors_are_candidates_for_a_network(vectors):
    wider = WordVectors(list(vectors.words), np.eye(5))
    network = CNNTextClassifier(epochs=1, kernel_sizes=(1,), filters=2, random_state=0)
    search = GridSearchCV(network, {"embeddings": [vectors, wider]}, cv=2, refit=False)
    search.fit(TEXTS, LABELS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.cv_results_["param_embeddings"].tolist() == [vectors, wider]


def test_a_search_over_vectors_can_be_compared(vectors, other_vectors):
    pipeline = make_pipeline(GloveVectorizer(vectors), LogisticRegression())
    grid = {"glovevectorizer__embeddings": [other_vectors, vectors]}
    entries = {"search": GridSearchCV(pipeline, grid, cv=2)}
    frame = compare(entries, RAINY_TEXTS, LABELS, cv=2, baseline=None).to_frame()
    assert "search" in frame.to_string()


def test_vectors_are_one_thing_to_numpy_and_pandas(vectors, other_vectors):
    both = [vectors, other_vectors]
    for array in (np.array(both), np.array(both, dtype=object), np.array([vectors, None, "x"])):
        assert array.shape in {(2,), (3,)}
        assert array.dtype == object
        assert array[0] is vectors
    assert np.asarray(vectors).shape == ()
    assert np.asarray(vectors).item() is vectors
    assert np.full(2, vectors, dtype=object).tolist() == [vectors, vectors]
    filled = np.empty(2, dtype=object)
    filled[:] = both
    assert filled.tolist() == both
    assert (np.array(both) == vectors).tolist() == [True, False]
    assert pd.Series(both).tolist() == both
    assert pd.DataFrame({"a": both})["a"].map(len).tolist() == [5, 2]
    assert [one["vectors"] for one in ParameterGrid({"vectors": both})] == both


def test_vectors_are_looked_up_by_word_only(vectors):
    message = "Vectors are looked up by word, a str; got 0 of type int. Rows by number are in"
    with pytest.raises(KeyError, match=message):
        vectors[0]
    assert 0 not in vectors
    assert not pd.api.types.is_list_like(vectors)
    with pytest.raises(TypeError, match="'WordVectors' object is not iterable"):
        list(vectors)
