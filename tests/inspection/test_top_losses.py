"""The hardest documents, by hand, and a wrong label that is found."""

import io
import re
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed.inspection import TopLosses, top_losses

TEXTS = ["first", "second " * 20, "third", "fourth\nline"]
PROBABILITIES = [[0.9, 0.1], [0.25, 0.75], [1.0, 0.0], [0.5, 0.5]]


def test_losses_by_hand():
    found = TopLosses.from_predictions(TEXTS, ["b", "b", "b", "a"], PROBABILITIES, ["a", "b"], n=3)
    assert found.indices.tolist() == [2, 0, 3]
    assert_allclose(found.losses[1:], -np.log([0.1, 0.5]))
    assert np.isfinite(found.losses[0])
    assert found.labels.tolist() == ["b", "b", "a"]
    assert found.predicted.tolist() == ["a", "a", "a"]
    assert found.probabilities.tolist() == [1.0, 0.9, 0.5]
    assert found.texts == ("third", "first", "fourth\nline")
    assert len(found) == 3


def test_it_prints_as_a_table(monkeypatch):
    found = TopLosses.from_predictions(TEXTS, ["b", "a", "a", "a"], PROBABILITIES, ["a", "b"], n=3)
    assert str(found).splitlines() == [
        "position  loss  label  predicted  probability  text",
        "0         2.30  b      a          0.900        first",
        "1         1.39  a      b          0.750        " + "second " * 8 + "sec…",
        "3         0.69  a      a          0.500        fourth line",
    ]
    assert repr(found) == str(found)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    print(found, flush=True)
    assert str(found).splitlines()[2].endswith(" sec...")
    monkeypatch.undo()
    frame = found.to_frame()
    columns = ["position", "label", "predicted", "probability", "loss", "text"]
    assert frame.columns.tolist() == columns
    assert frame.index.tolist() == frame["position"].tolist() == [0, 1, 3]


def test_it_is_a_table_in_a_notebook():
    texts = ["<first>", "second " * 60, "third"]
    found = TopLosses.from_predictions(texts, ["b", "a", "a"], PROBABILITIES[:3], ["a", "b"], n=2)
    html = found._repr_html_()
    assert html.startswith('<div style="overflow-x:auto"><table>')
    assert re.findall(r"<th [^>]*>(.*?)</th>", html) == [
        *("position", "loss", "label", "predicted", "probability", "text"),
    ]
    cells = re.findall(r"<td [^>]*>(.*?)</td>", html)
    assert cells[:6] == ["0", "2.30", "b", "a", "0.900", "&lt;first&gt;"]
    assert (len(cells), len(cells[-1]), cells[-1][-1]) == (12, 300, "…")


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0004, "<0.001"), (0.9996, ">0.999"), (1.0, "1.000"), (0.0, "0.000")]
)
def test_probabilities_are_not_rounded_to_certainty(value, shown):
    found = TopLosses.from_predictions(["x"], ["a"], [[value, 0.0]], ["a", "b"])
    assert str(found).splitlines()[1].split() == [
        "0",
        f"{found.losses[0]:.2f}",
        "a",
        "a",
        shown,
        "x",
    ]


INDICES = {
    "shuffled": pd.Index([3, 2, 1, 0]),
    "named": pd.Index([*"wxyz"], name="id"),
    "repeated": pd.Index([*"abab"]),
    "of dates": pd.date_range("2026-01-01", periods=4),
    "of two levels": pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a"), (2, "b")]),
}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
@pytest.mark.parametrize("make", [pd.Series.to_frame, pd.Series.copy], ids=["table", "column"])
def test_the_index_is_that_of_the_texts(index, make):
    texts = make(pd.Series(TEXTS, index=index, name="text"))
    y = pd.Series(["b", "b", "b", "a"], index=[9, 8, 7, 6])  # goes by position
    frame = TopLosses.from_predictions(texts, y, PROBABILITIES, ["a", "b"], n=3).to_frame()
    assert frame["position"].tolist() == [2, 0, 3]
    pd.testing.assert_index_equal(frame.index, index[[2, 0, 3]])
    assert frame["text"].tolist() == ["third", "first", "fourth\nline"]
    if index.is_unique:
        assert np.ravel(texts.loc[frame.index]).tolist() == frame["text"].tolist()


@pytest.mark.parametrize("make", [list, np.array, pl.Series, tuple])
def test_other_texts_have_positions_for_an_index(make):
    found = TopLosses.from_predictions(make(TEXTS), ["b", "b", "b", "a"], PROBABILITIES, ["a", "b"])
    assert found.to_frame().index.tolist() == [2, 0, 3, 1]


def test_labels_corrected_after_a_shuffle():
    table = pd.DataFrame({"text": ["good film", "bad film"] * 20, "label": ["fine", "foul"] * 20})
    table.loc[6, "label"] = "foul"
    shuffled = table.sample(frac=1, random_state=0)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    frame = top_losses(model, shuffled["text"], shuffled["label"], n=1, cv=4).to_frame()
    assert frame.index.tolist() == [6]
    assert shuffled.index[frame["position"]].tolist() == [6]


def test_a_wrong_label_is_found_by_folds():
    texts, labels = ["good film", "bad film", "good day", "bad day"] * 10, ["fine", "foul"] * 20
    labels[6], labels[17] = "foul", "fine"
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    assert set(top_losses(model, texts, labels, n=2, cv=5).indices) == {6, 17}
    assert set(top_losses(model.fit(texts, labels), texts, labels, n=2).indices) == {6, 17}


@pytest.mark.parametrize(
    ("y", "probabilities", "message"),
    [
        (["a"] * 3, PROBABILITIES, r"y must hold one label for each of the 4 documents of X; got"),
        (["a", "a", None, "b"], PROBABILITIES, r"y\[2\] is None, but every document needs a label"),
        (["a", "a", "a", "c"], PROBABILITIES, "y holds 'c', which is not among the classes"),
        (
            ["a"] * 4,
            [[1.0]] * 4,
            r"probabilities must have shape \(4, 2\), a row for each document",
        ),
    ],
)
def test_refusals(y, probabilities, message):
    with pytest.raises(ValueError, match=message):
        TopLosses.from_predictions(TEXTS, y, probabilities, ["a", "b"])


@pytest.mark.parametrize("n", [0, -1, 1.5])
def test_numbers_of_documents_that_make_no_sense(n):
    with pytest.raises(ValueError, match="n must be a positive integer"):
        TopLosses.from_predictions(TEXTS, list("abab"), PROBABILITIES, ["a", "b"], n=n)


def test_an_unfitted_estimator_without_folds():
    with pytest.raises(ValueError, match="not fitted yet"):
        top_losses(make_pipeline(TfidfVectorizer(), LogisticRegression()), TEXTS, list("abab"))
