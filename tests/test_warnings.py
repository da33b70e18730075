"""Warnings point at the line of the user that caused them, and come once."""

import linecache
import warnings
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import (
    DataConversionWarning,
    EstimatorCheckFailedWarning,
    SkipTestWarning,
)
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, WordVectors, compare
from skembed.data import stream
from skembed.testing import check_text_estimator

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 10
LABELS = ["fine", "foul"] * 20
COLUMN = np.array(LABELS).reshape(-1, 1)
VECTORS = WordVectors(["sun", "rain"], np.eye(2, dtype=np.float32))
FEW = "Only 25% of the training words have a vector; see coverage_."


@pytest.fixture
def classifier():
    return CNNTextClassifier(filters=4, epochs=1, random_state=0, embeddings=VECTORS)


@contextmanager
def one_warning(category, message, *, n_fits=1):
    """Expect one warning of each fit, at a line of this file that is marked as the user's."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        yield
    found = [(warning.category, str(warning.message)) for warning in given]
    assert found == [(category, message)] * n_fits
    for warning in given:
        assert warning.filename == __file__
        assert "# the user's line" in linecache.getline(__file__, warning.lineno)


def test_fit(classifier):
    with one_warning(UserWarning, FEW):
        classifier.fit(TEXTS, LABELS)  # the user's line


def test_fit_of_a_pipeline(classifier):
    pipeline = make_pipeline(KerasTokenizer(), classifier)
    with one_warning(UserWarning, FEW.replace("25%", "27%")):
        pipeline.fit(TEXTS, LABELS)  # the user's line


def test_cross_validation(classifier):
    with one_warning(UserWarning, FEW, n_fits=2):
        cross_val_score(classifier, TEXTS, LABELS, cv=2)  # the user's line


def test_grid_search(classifier):
    search = GridSearchCV(classifier, {"filters": [2, 3]}, cv=2)
    with one_warning(UserWarning, FEW, n_fits=5):
        search.fit(TEXTS, LABELS)  # the user's line


def test_compare(classifier):
    with one_warning(UserWarning, FEW, n_fits=2):
        compare([classifier], TEXTS, LABELS, cv=2)  # the user's line


def test_stream(classifier, tmp_path):
    path = tmp_path / "texts.csv"
    pd.DataFrame({"text": TEXTS, "label": LABELS}).to_csv(path, index=False)
    documents = stream(path, text="text", label="label")
    with one_warning(UserWarning, FEW):
        classifier.fit(documents)  # the user's line


def message_of_column(name):
    return (
        f"A column-vector {name} was passed when a 1d array was expected. Pass an array of shape "
        f"(n_samples,), such as {name}.ravel()."
    )


@pytest.mark.parametrize(
    "column", [COLUMN, COLUMN.tolist(), pd.DataFrame(COLUMN)], ids=["array", "list", "frame"]
)
def test_a_column_of_labels(classifier, column):
    classifier.set_params(embeddings=None)
    with one_warning(DataConversionWarning, message_of_column("y")):
        classifier.fit(TEXTS, column)  # the user's line
    assert classifier.classes_.tolist() == ["fine", "foul"]
    assert classifier.predict(TEXTS).shape == (40,)


def test_a_column_of_labels_in_partial_fit(classifier):
    classifier.set_params(embeddings=None)
    with one_warning(DataConversionWarning, message_of_column("y")):
        classifier.partial_fit(TEXTS, COLUMN, classes=["fine", "foul"])  # the user's line


def test_a_column_of_validation_labels(classifier):
    classifier.set_params(embeddings=None)
    with one_warning(DataConversionWarning, message_of_column("y_val")):
        classifier.fit(TEXTS, LABELS, X_val=TEXTS, y_val=COLUMN)  # the user's line


def test_as_many_classes_as_documents(classifier):
    classifier.set_params(embeddings=None)
    message = (
        "y has 40 classes for 40 documents. Check that y holds classes, and neither numbers to be "
        "predicted nor texts."
    )
    with one_warning(UserWarning, message):
        classifier.fit(TEXTS, np.arange(40))  # the user's line


@pytest.fixture
def repeated(tmp_path):
    path = tmp_path / "repeated.txt"
    path.write_text("sun 1 0\nrain 0 1\nsun 5 5\n")
    message = (
        f"1 of the words in {path} came more than once; the first vector of each was kept "
        "(repeated at line or entry 3); report.duplicates lists them."
    )
    return path, message


def test_words_left_out_of_vectors(repeated, tmp_path):
    path, message = repeated
    with one_warning(UserWarning, message):
        WordVectors.load(path, cache_dir=tmp_path / "cache")  # the user's line


def test_words_left_out_in_the_fit_of_a_pipeline(repeated, tmp_path, monkeypatch):
    path, message = repeated
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))
    pipeline = make_pipeline(GloveVectorizer(path))
    with one_warning(UserWarning, message):
        pipeline.fit_transform(TEXTS)  # the user's line


def test_a_cache_that_cannot_be_written(tmp_path):
    vectors, in_the_way = tmp_path / "vectors.txt", tmp_path / "file"
    vectors.write_text("sun 1 0\nrain 0 1\n")
    in_the_way.write_bytes(b"")
    folder = in_the_way / "vectors"
    message = (
        f"The cache folder {folder} cannot be written ([Errno 20] Not a directory: '{folder}'), "
        "so each process reads the vectors again and holds them in memory. Set cache_dir or "
        "SKEMBED_CACHE to a writable folder."
    )
    with one_warning(UserWarning, message):
        WordVectors.load(vectors, cache_dir=in_the_way)  # the user's line


class OneCheckFails(CountVectorizer):
    """Says that it takes no texts."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = False
        return tags


def test_checks_of_an_estimator():
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("default")
        check_text_estimator(OneCheckFails(), on_fail="warn")
    assert EstimatorCheckFailedWarning in {warning.category for warning in given}
    assert {warning.filename for warning in given} == {__file__}
    assert {warning.category for warning in given} <= {EstimatorCheckFailedWarning, SkipTestWarning}
