"""joblib's Memory keeps the fitted first step of a pipeline."""

import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from skembed import GloveVectorizer


def test_the_page(run, monkeypatch):
    names = run("joblib")
    cached, texts = names["cached"], names["texts"]

    def fail(*arguments):
        pytest.fail("the vectorizer was fitted again")

    monkeypatch.setattr(GloveVectorizer, "fit_transform", fail)
    again = clone(cached).set_params(logisticregression__C=1.0).fit(texts, names["weather"])
    assert_array_equal(again.predict_proba(texts), cached.predict_proba(texts))


def test_other_texts_are_not_taken_from_the_cache(run):
    names = run("joblib")
    other = [text.replace("sun", "hail") for text in names["texts"]]
    again = clone(names["cached"]).fit(other, names["weather"])
    assert "sun" not in again[0].vocabulary_
