"""The page says of scikit-learn's estimators what is measured."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("saving_list", DOCS / "saving_list.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_what_the_page_says_is_measured(script):
    found = script.measured()
    assert len(found) > 200
    assert script.report(found) in (DOCS / "saving.md").read_text()


def test_an_estimator_that_cannot_be_saved_is_listed(script):
    report = script.report({"First": "", "Second": "Second.func is a lambda function"})
    assert report.startswith("1 of the 2 estimators of scikit-learn ")
    assert "| `Second` | Second.func is a lambda function |" in report
    assert "`First`" not in report
