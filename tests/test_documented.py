"""The link from an estimator's diagram to its page of the documentation."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_html_repr

import skembed

ROOT = Path(__file__).parents[1]
ARGUMENTS = {"SentenceVectorizer": ["a folder"], "TextColumns": [["title"]]}
"""What estimators need that have parameters without defaults."""


def site():
    """Return the address of the documentation in the metadata."""
    configuration = ConfigParser()
    configuration.read(ROOT / "setup.cfg")
    return re.search(r"Documentation = (\S+)", configuration["metadata"]["project_urls"])[1]


def links(estimator):
    """Return the addresses that a diagram links to, in their order."""
    shown = estimator_html_repr(estimator)
    return re.findall(r'<a class="sk-estimator-doc-link[^>]*href="([^"]+)"', shown)


def public_estimators():
    every = {name: getattr(skembed, name) for name in skembed.__all__}
    return {
        name: kind
        for name, kind in every.items()
        if isinstance(kind, type) and issubclass(kind, BaseEstimator)
    }


@pytest.mark.parametrize("name", public_estimators())
def test_a_diagram_links_to_the_page_of_its_estimator(name):
    estimator = public_estimators()[name](*ARGUMENTS.get(name, []))
    assert links(estimator) == [f"{site()}api/skembed.{name}.html"]
    assert re.search(rf"(?m)^   {name}$", (ROOT / "docs" / "api.md").read_text("utf-8"))


def test_each_step_of_a_pipeline_has_its_own_link():
    pipeline = make_pipeline(skembed.GloveVectorizer(), LogisticRegression())
    _, ours, theirs = links(pipeline)
    assert ours == f"{site()}api/skembed.GloveVectorizer.html"
    assert "scikit-learn.org" in theirs


def test_a_derived_class_has_no_page():
    class Mine(skembed.CNNTextClassifier):
        pass

    assert links(Mine()) == []
