"""Columns of a table as one text a row, from the table to the server."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    TextColumns,
    compare,
    explain,
    load,
    save,
    to_onnx,
)
from skembed.data import stream
from skembed.datasets import load_table
from skembed.inspection import top_losses
from skembed.serve import Predictor
from tests.small import CNN, VECTORS

NAMES = ["title", "report"]
ROWS = {
    "title": ["Sun", "Rain", None, "Hail"] * 8,
    "report": ["sun and sea", None, "sand and sea", "wind and hail"] * 8,
    "stars": [*range(32)],
}
JOINED = ["Sun\nsun and sea", "Rain\n", "\nsand and sea", "Hail\nwind and hail"] * 8
LABELS = ["fine", "foul"] * 16
FRAME = pd.DataFrame(ROWS)

TABLES = {
    "pandas": FRAME,
    "pandas with an index": FRAME.set_index(pd.Index(range(100, 132))),
    "categories": FRAME.astype({"title": "category"}),
    "strings of pandas": FRAME.astype({"title": "string", "report": "string"}),
    "NaN": FRAME.fillna({"title": np.nan}),
    "polars": pl.DataFrame(ROWS),
    "Arrow": pa.table(ROWS),
    "a batch of Arrow": pa.table(ROWS).to_batches()[0],
    "a mapping": ROWS,
    "rows": FRAME.to_dict("records"),
}


@pytest.fixture(scope="module")
def fitted():
    """A pipeline that takes tables; not to be changed."""
    return make_pipeline(TextColumns(NAMES), clone(CNN).set_params(epochs=10)).fit(FRAME, LABELS)


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_every_kind_give_the_same_texts(name, fitted):
    joined = TextColumns(NAMES).fit_transform(TABLES[name])
    assert (joined.dtype, joined.shape) == (object, (32,))
    assert joined.tolist() == JOINED
    assert_array_equal(fitted.predict_proba(TABLES[name]), fitted.predict_proba(FRAME))


def test_order_and_separator_are_the_users():
    columns = TextColumns(("report", "title"), separator=" | ").fit(FRAME)
    assert columns.transform(FRAME)[:2].tolist() == ["sun and sea | Sun", " | Rain"]
    assert (columns.n_features_in_, columns.feature_names_in_.tolist()) == (2, ["report", "title"])
    assert columns.get_feature_names_out().tolist() == ["text"]
    assert TextColumns(["report"]).fit_transform({"report": ["sun"]}).tolist() == ["sun"]


def test_it_is_an_estimator_of_scikit_learn(fitted):
    columns = TextColumns(NAMES, separator=" ")
    assert clone(columns).get_params() == {"columns": NAMES, "separator": " "}
    assert repr(columns) == "TextColumns(columns=['title', 'report'], separator=' ')"
    model = make_pipeline(TextColumns(NAMES), TfidfVectorizer(), LogisticRegression())
    space = {"textcolumns__columns": [["title"], NAMES]}
    whole = FRAME.fillna("none")
    assert GridSearchCV(model, space, cv=2).fit(whole, LABELS).score(whole, LABELS) > 0.9


@pytest.mark.parametrize(
    ("columns", "table", "error", "message"),
    [
        (
            NAMES,
            ["sun"],
            TypeError,
            "X must be a table, a mapping of columns, or a list of mappings, with the columns "
            "'title', 'report'; got list: ['sun']. Pass the whole table.",
        ),
        (
            ["title"],
            pd.Series(["Sun"], ["title"]),
            TypeError,
            "X must be a table, a mapping of columns, or a list of mappings, with the columns "
            f"'title'; got Series: title    Sun dtype: {pd.Series(['Sun']).dtype}. For one row, "
            "pass table.iloc[[0]].",
        ),
        (
            ["title"],
            ["Sun", "Rain"],
            TypeError,
            "X must be a table, a mapping of columns, or a list of mappings, with the columns "
            "'title'; got list: ['Sun', 'Rain']. Pass the whole table.",
        ),
        (
            ["title"],
            pl.Series("title", ["Sun"]),
            TypeError,
            "X must be a table, a mapping of columns, or a list of mappings, with the columns "
            "'title'; got Series: shape: (1,) Series: 'title' [str] [ ...]. Pass the whole "
            "table.",
        ),
        (
            ["title"],
            __file__,
            TypeError,
            "X must be a table, a mapping of columns, or a list of mappings, with the columns "
            f"'title'; got str: {__file__!r:.36}...'. Read the file with pandas first, or in "
            "batches with skembed.data.stream.",
        ),
        (
            ["titel"],
            FRAME,
            ValueError,
            "X has no column 'titel'. Its columns: 'title', 'report', 'stars'. Did you mean "
            "'title'?",
        ),
        (
            ["title"],
            FRAME[["title", "title"]],
            ValueError,
            "X has several columns 'title'. Its columns: 'title', 'title'.",
        ),
        (
            ["title", "stars"],
            FRAME,
            ValueError,
            "X, row 0: column 'stars' holds 0 (int), but must hold texts. Leave that column out, "
            "or turn it into strings.",
        ),
        (
            NAMES,
            {"title": ["Sun", " "], "report": ["sea", None]},
            ValueError,
            "X, row 1: there is no text in the columns 'title', 'report'. Fill one in, or remove "
            "the row.",
        ),
        (
            ["title"],
            [{"title": "Sun"}, {"report": "sea"}],
            ValueError,
            "X[1] has no 'title'. It has 'report'.",
        ),
        (
            ["title"],
            {"title": "Sun"},
            TypeError,
            "X must hold a list for each column, but the column 'title' is 'Sun' (str). For one "
            "row, pass a list of it: [row].",
        ),
        (
            NAMES,
            {"title": ["Sun", "Rain"], "report": ["sea"]},
            ValueError,
            "X must have columns of one length, but 'title' has 2 rows and 'report' has 1.",
        ),
        (
            [],
            FRAME,
            ValueError,
            "columns must name at least one column, and each once; got [].",
        ),
        ([0], FRAME, TypeError, "columns must hold names, but columns[0] is 0 (int)."),
    ],
)
def test_what_is_refused(columns, table, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        TextColumns(columns).fit(table)


def test_a_word_of_columns_is_no_list():
    with pytest.raises(ValueError, match="'columns' parameter of TextColumns must be an instance"):
        TextColumns("title").fit(FRAME)


def test_saved_and_served(fitted, tmp_path):
    save(fitted, tmp_path / "model.skembed")
    assert_array_equal(
        load(tmp_path / "model.skembed").predict_proba(FRAME), fitted.predict_proba(FRAME)
    )
    to_onnx(fitted, tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    for table in TABLES.values():
        assert_allclose(predictor.predict_proba(table), fitted.predict_proba(FRAME), atol=1e-4)
    assert predictor.predict([{"title": "Sun", "report": None}]).tolist() == ["fine"]
    message = "documents[0] has no 'report'. It has 'title'."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        predictor.predict([{"title": "Sun"}])
    with pytest.raises(TypeError, match=r"^documents must be a table, a mapping of columns, or a"):
        predictor.predict(["Sun"])


def test_a_tokenizer_or_vectorizer_may_stand_between(tmp_path):
    for step in (KerasTokenizer(), GloveVectorizer(VECTORS, output="sequences")):
        model = make_pipeline(TextColumns(NAMES), step, clone(CNN)).fit(FRAME, LABELS)
        to_onnx(model, tmp_path / "model.onnx")
        found = Predictor(tmp_path / "model.onnx").predict_proba(FRAME)
        assert_allclose(found, model.predict_proba(FRAME), atol=1e-4)
        assert explain(model, FRAME.iloc[0]).columns == ("title", "report", "report", "report")


def test_words_are_explained_with_their_columns(fitted):
    found = explain(fitted, FRAME.iloc[0], classes=["fine"])
    assert found.tokens == ("sun", "sun", "and", "sea")
    assert found.columns == ("title", "report", "report", "report")
    assert found.to_frame().index.tolist() == [*zip(found.columns, found.tokens, strict=True)]
    assert "\n  title: sun " in str(found)
    assert 'title="report: +' in found._repr_html_()
    ax = found.plot()
    assert "title: sun" in [label.get_text() for label in ax.get_yticklabels()]
    plt.close(ax.figure)
    missing = explain(fitted, {"title": None, "report": "sand and sea"}, classes=["fine"])
    assert missing.columns == ("report",) * 3
    whole = explain(fitted[1], JOINED[0], classes=["fine"])
    assert_array_equal(whole.parts, found.parts)
    assert whole.columns is None


def test_columns_of_what_was_cut():
    for truncating, columns in (("post", ("title", "report")), ("pre", ("report", "report"))):
        tokenizer = KerasTokenizer(max_length=2, truncating=truncating)
        model = make_pipeline(TextColumns(NAMES), tokenizer, clone(CNN)).fit(FRAME, LABELS)
        assert explain(model, FRAME.iloc[0]).columns == columns


def test_a_text_is_no_row(fitted):
    message = (
        "text must be a row with the columns 'title', 'report', such as a dict or table.iloc[0], "
        "because the estimator reads tables; got str: 'sun'."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        explain(fitted, "sun")


@pytest.mark.parametrize("cv", [None, 2])
def test_the_hardest_rows_keep_their_index(fitted, cv):
    table = TABLES["pandas with an index"]
    found = top_losses(fitted, table, LABELS, n=3, cv=cv)
    assert found.to_frame().index.tolist() == [100 + i for i in found.indices.tolist()]
    assert [*found.texts] == [JOINED[i] for i in found.indices.tolist()]


@pytest.mark.parametrize("table", [FRAME, TABLES["polars"]], ids=["pandas", "polars"])
def test_tables_are_compared_with_tfidf_of_their_columns(table):
    ours = make_pipeline(TextColumns(["report", "title"]), TfidfVectorizer(), LogisticRegression())
    found = compare({"ours": ours}, table, LABELS, cv=2)
    assert found.names == ["TF-IDF + logistic regression", "ours"]
    assert_array_equal(found.scores[0], [1, 1])


def test_streams_and_tables_in_files_are_joined_alike(tmp_path):
    path = tmp_path / "weather.csv"
    FRAME.assign(label=LABELS).to_csv(path, index=False)
    batches = stream(path, text=NAMES, label="label")
    assert repr(batches) == "Stream(text=['title', 'report'], label='label')"
    ((texts, labels),) = batches
    assert (texts, labels) == (JOINED, LABELS)
    corpus = load_table(path, text=NAMES, label="label")
    assert corpus.data == JOINED
    assert corpus.DESCR == "32 rows of weather.csv: columns 'title', 'report' labelled by 'label'."
    network = CNNTextClassifier(filters=8, epochs=2, random_state=0)
    streamed = clone(network).fit(batches)
    in_memory = make_pipeline(TextColumns(NAMES), network).fit(FRAME, LABELS)
    assert_array_equal(streamed.predict_proba(JOINED), in_memory.predict_proba(FRAME))


def test_a_row_of_a_file_without_text_is_told_by_its_line(tmp_path):
    path = tmp_path / "weather.csv"
    path.write_text("title,report,label\nSun,sea,fine\n, ,foul\n", encoding="utf-8")
    message = (
        f"{path}, line 3: there is no text in the columns 'title', 'report'. Fill one in, or "
        "remove the row."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load_table(path, text=NAMES, label="label")
    with pytest.raises(ValueError, match=r"^text must name at least one column, and each once; go"):
        load_table(path, text=["title", "title"], label="label")
    with pytest.raises(ValueError, match="has no column 'titel'"):
        load_table(path, text=["titel", "report"], label="label")
