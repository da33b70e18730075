"""The vectorizers among scikit-learn's tools: unions, searches and its own checks."""

import joblib
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.utils import get_tags

from skembed.text import KerasTokenizer
from skembed.vectors import FastTextVectorizer, GloveVectorizer, Word2VecVectorizer, WordVectors
from skembed.vectors._pooling import POOLINGS

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
    assert frame.index.tolist() == list("abcde")
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
    grid = {"glovevectorizer__pooling": ["mean", "sif", ("mean", "max"), POOLINGS]}
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
