"""Labels of every kind are read alike, or refused alike, by all that takes y."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.dummy import DummyClassifier

from skembed import CNNTextClassifier, KerasTokenizer, compare
from skembed.data import stream
from skembed.inspection import LargestClassesDisplay, top_losses

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 10
LABELS = ["fine", "foul"] * 20


def with_one(value, labels=LABELS):
    return [*labels[:5], value, *labels[6:]]


@pytest.fixture(scope="module")
def fitted():
    return CNNTextClassifier(filters=4, epochs=1, random_state=0).fit(TEXTS, LABELS)


TAKERS = {
    "fit": lambda c, y: CNNTextClassifier(epochs=1).fit(TEXTS, y),
    "partial_fit": lambda c, y: CNNTextClassifier().partial_fit(TEXTS, y, classes=["fine", "foul"]),
    "score": lambda c, y: c.score(TEXTS, y),
    "y_val": lambda c, y: CNNTextClassifier(epochs=1).fit(TEXTS, LABELS, X_val=TEXTS, y_val=y),
    "top_losses": lambda c, y: top_losses(c, TEXTS, y),
    "top_losses by folds": lambda c, y: top_losses(c, TEXTS, y, cv=2),
    "compare": lambda c, y: compare([DummyClassifier()], TEXTS, y, cv=2),
    "coverage": lambda c, y: KerasTokenizer().fit(TEXTS).coverage({"sun"}, TEXTS, y),
    "confusion": lambda c, y: LargestClassesDisplay.from_predictions(y, LABELS),
    "stream": lambda c, y: CNNTextClassifier(epochs=1).fit(stream([(TEXTS, y)])),
}
NAMES = {"y_val": "y_val", "confusion": "y_true", "stream": "X's labels in batch 0"}
MISSING = {
    "None": (with_one(None), "None"),
    "NaN in a list": (with_one(np.nan), "nan"),
    "NaN in an array": (np.array(with_one(np.nan), dtype=object), "nan"),
    "NA": (pd.Series(with_one(pd.NA), dtype="string"), "<NA>"),
    "NaT": (with_one(pd.NaT), "NaT"),
    "categories": (pd.Series(with_one(None), dtype="category"), "nan"),
    "numbers": (pd.Series(with_one(None, [0, 1] * 20), dtype="Int64"), "nan"),
    "booleans": (pd.Series(with_one(None, [True, False] * 20), dtype="boolean"), "<NA>"),
    "dates": (np.array(with_one("NaT", ["2026-01-01"] * 40), dtype="datetime64[D]"), "NaT"),
    "polars": (pl.Series(with_one(None)), "None"),
    "Arrow": (pa.array(with_one(None)), "None"),
    "Arrow's numbers": (pa.array(with_one(None, [0, 1] * 20)), "nan"),
}


MIXED = with_one(7)


def place(taker, i):
    name = NAMES.get(taker, "y")
    return f"{name}[{i}]" if name.isidentifier() else f"position {i} of {name}"


@pytest.mark.parametrize(("y", "value"), MISSING.values(), ids=MISSING)
@pytest.mark.parametrize("taker", TAKERS)
def test_a_missing_label_is_refused_with_its_position(fitted, taker, y, value):
    message = (
        f"Input {NAMES.get(taker, 'y')} contains NaN: {place(taker, 5)} is {value}, but every "
        "document needs a label. Drop the documents without one."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        TAKERS[taker](fitted, y)


def test_missing_labels_are_counted(texts):
    y = [None if i in (5, 8, 9) else "fine" for i in range(len(texts))]
    with pytest.raises(ValueError, match=r": y\[5\] is None \(and 2 more\), but every document"):
        CNNTextClassifier().fit(texts, y)


@pytest.mark.parametrize(
    "y", [with_one(7), tuple(with_one(7)), np.array(with_one(7), dtype=object)]
)
@pytest.mark.parametrize("taker", TAKERS)
def test_labels_of_two_types_are_refused(fitted, taker, y):
    message = (
        f"{NAMES.get(taker, 'y')} must hold labels of one type, but {place(taker, 0)} is 'fine' "
        f"and {place(taker, 5)} is 7. Turn all of them into str, or all into int."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        TAKERS[taker](fitted, y)


def test_batches_of_two_types_are_refused():
    batches = [(TEXTS, LABELS), (TEXTS, [0, 1] * 20)]
    message = (
        "X is a Stream whose labels must be of one type, but one batch holds 'fine' and another "
        "0. Turn all of them into str, or all into int."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        CNNTextClassifier().fit(stream(batches))


def test_missing_classes_are_refused():
    with pytest.raises(ValueError, match=r"Input classes contains NaN: classes\[1\] is None"):
        CNNTextClassifier().partial_fit(TEXTS, LABELS, classes=["fine", None, "foul"])


@pytest.mark.parametrize(
    "y", ["fine" * 10, dict.fromkeys(TEXTS, "fine"), {"a": 1}.values(), set(LABELS)]
)
@pytest.mark.parametrize("taker", ["top_losses", "compare", "confusion"])
def test_what_has_no_order_or_is_one_string_is_refused(fitted, taker, y):
    message = (
        f"{NAMES.get(taker, 'y')} must be a list, an array or a column of a table with a label "
        f"for each document, got {type(y).__name__}{f': {y!r}' if isinstance(y, str) else ''}."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        TAKERS[taker](fitted, y)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (pd.Categorical(LABELS), ["fine", "foul"]),
        (pl.Series(LABELS, dtype=pl.Categorical), ["fine", "foul"]),
        (pa.chunked_array([LABELS]), ["fine", "foul"]),
        (pa.array(LABELS).dictionary_encode(), ["fine", "foul"]),
        (np.array([0, 1] * 20, dtype=object), [0, 1]),
        (np.array([True, False] * 20, dtype=object), [False, True]),
        (pd.Series([True, False] * 20, dtype="boolean"), [False, True]),
        ([0.0, 1.0] * 20, [0.0, 1.0]),
        ([np.int64(3), 4] * 20, [3, 4]),
    ],
)
def test_labels_of_many_kinds(y, classes):
    classifier = CNNTextClassifier(filters=4, epochs=1, random_state=0).fit(TEXTS, y)
    assert classifier.classes_.tolist() == classes
    assert {*classifier.predict(TEXTS).tolist()} <= {*classes}
    assert 0 <= classifier.score(TEXTS, y) <= 1
    assert len(top_losses(classifier, TEXTS, y)) == 20


@pytest.mark.parametrize(
    "make",
    [
        sparse.csr_matrix,
        sparse.coo_array,
        pd.DataFrame,
        pl.DataFrame,
        np.ndarray.tolist,
        lambda Y: pd.DataFrame({"a": Y[:, 0].astype(bool), "b": Y[:, 1]}),
    ],
    ids=["csr", "coo", "pandas", "polars", "lists", "two dtypes"],
)
def test_indicators_of_many_kinds(make):
    Y = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 10)
    expected, classifier = (
        CNNTextClassifier(filters=4, epochs=1, random_state=0).fit(TEXTS, y) for y in (Y, make(Y))
    )
    np.testing.assert_array_equal(classifier.predict_proba(TEXTS), expected.predict_proba(TEXTS))
    assert classifier.score(TEXTS, make(Y)) == expected.score(TEXTS, Y)
