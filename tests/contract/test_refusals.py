"""In which words all estimators refuse what is no collection of documents."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.exceptions import NotFittedError

NO_DOCUMENTS = {
    "None": (None, r"X\[2\] is None"),
    "NaN": (float("nan"), r"X\[2\] is nan"),
    "bytes": (b"sun", r"X\[2\] is b'sun'"),
    "number": (7, r"X\[2\] is 7"),
}


def test_one_string_is_refused(case, fitted, labels):
    with pytest.raises(TypeError, match=r"X must be a collection of documents, got one str: 'sun"):
        case.new().fit("sun and sea", labels)
    with pytest.raises(TypeError, match=r"X must be a collection of documents, got one str: 'sun"):
        case.outcome(fitted, "sun and sea")


@pytest.mark.parametrize("collect", [list, lambda texts: np.array(texts, dtype=object)])
@pytest.mark.parametrize(("value", "message"), NO_DOCUMENTS.values(), ids=list(NO_DOCUMENTS))
def test_what_is_no_document_is_refused_with_its_position(
    case, fitted, texts, labels, collect, value, message
):
    texts[2] = value
    with pytest.raises(TypeError, match=f"X must hold one string per document, but {message}"):
        case.new().fit(collect(texts), labels)
    with pytest.raises(TypeError, match=f"X must hold one string per document, but {message}"):
        case.outcome(fitted, collect(texts))


def test_a_missing_text_in_a_table_is_refused_with_its_position(case, texts, labels):
    texts[2] = None
    for column in (pd.Series(texts), pl.Series(texts), pa.array(texts)):
        with pytest.raises(TypeError, match=r"but X\[2\] is (None|nan)"):
            case.new().fit(column, labels)


def test_use_before_fit_is_refused(case, texts):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        case.outcome(case.new(), texts)
    if case.classifies:
        with pytest.raises(NotFittedError, match="not fitted yet"):
            case.new().predict(texts)


def test_no_documents_are_refused(case):
    with pytest.raises(ValueError, match=r"X (and y )?holds? no documents"):
        case.new().fit([], [])


@pytest.mark.parametrize(
    "collect",
    [
        lambda texts: np.array([texts, texts]).T,
        lambda texts: np.array([texts, texts], dtype=object).T,
        lambda texts: pd.DataFrame({"title": texts, "text": texts}),
        lambda texts: pl.DataFrame({"title": texts, "text": texts}),
        lambda texts: pa.table({"title": texts, "text": texts}),
    ],
    ids=["array of str", "array of objects", "pandas", "polars", "Arrow"],
)
def test_two_columns_of_texts_are_refused(case, fitted, texts, labels, collect):
    rule = (
        r"X must hold one document per row, got shape \(40, 2\)"
        r"(\. Select the column with the texts, or join the columns into one text first\."
        r"| with texts in the columns 'title', 'text'\. Select one of them, or join them )"
    )
    with pytest.raises(ValueError, match=rule):
        case.new().fit(collect(texts), labels)


@pytest.mark.parametrize("collect", [set, dict.fromkeys])
def test_what_has_no_order_is_refused(case, labels, collect):
    with pytest.raises(TypeError, match="X must be a collection of documents in a fixed order"):
        case.new().fit(collect([f"sun {i}" for i in range(40)]), labels)


def test_lists_of_words_are_refused(case, texts, labels):
    with pytest.raises(TypeError, match=r"X\[0\] is \['.*Join tokens"):
        case.new().fit([text.split() for text in texts], labels)


def test_lengths_that_differ_are_refused(case, texts, labels):
    if case.classifies:
        with pytest.raises(ValueError, match=r"inconsistent numbers of samples: .*39.* 40"):
            case.new().fit(texts[1:], labels)
