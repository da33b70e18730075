"""SHAP explains the probabilities of a classifier of texts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import GloveVectorizer

pytestmark = [
    pytest.mark.companions,
    pytest.mark.filterwarnings("ignore", "error:::skembed"),  # theirs are not ours to mend
]


def check(explanation, predict_proba, texts):
    for told, text, expected in zip(explanation, texts, predict_proba(texts), strict=True):
        assert "".join(told.data) == text
        assert_allclose(told.base_values + told.values.sum(axis=0), expected, atol=1e-6)
        assert np.ptp(told.values) > 0.01


def test_the_page(run):
    names = run("SHAP")
    explanation, classifier = names["explanation"], names["classifier"]
    check(explanation, classifier.predict_proba, ["sun and wind", "rain in the night"])
    fine = explanation[0, :, "fine"]
    values = dict(zip((word.strip() for word in fine.data), fine.values, strict=True))
    assert values["sun"] > 0 > values["wind"]


def test_a_pipeline(run):
    names = run("SHAP")
    model = make_pipeline(GloveVectorizer(), LogisticRegression())
    model.fit(names["texts"], names["weather"])
    explain = names["shap"].Explainer(model.predict_proba, names["words"])
    texts = ["sun and wind", "rain in the night"]
    check(explain(texts), model.predict_proba, texts)
