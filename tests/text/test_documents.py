import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from skembed.text import TokenSequences, check_documents

TEXTS = ["The sun.", "", "La lune é"]


class Text(str):
    __slots__ = ()


FORMS = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "generator": (text for text in TEXTS),
    "dict values": dict(enumerate(TEXTS)).values(),
    "array of str": np.array(TEXTS),
    "array of object": np.array(TEXTS, dtype=object),
    "array of variable strings": np.array(TEXTS, dtype=np.dtypes.StringDType()),
    "column": np.array(TEXTS)[:, np.newaxis],
    "pandas Series": pd.Series(TEXTS, index=[5, 5, 1]),
    "pandas string Series": pd.Series(TEXTS, dtype="string"),
    "pandas categories": pd.Series(TEXTS, dtype="category"),
    "pandas Index": pd.Index(TEXTS),
    "pandas frame": pd.DataFrame({"text": TEXTS}),
    "polars Series": pl.Series(TEXTS),
    "polars frame": pl.DataFrame({"text": TEXTS}),
    "arrow array": pa.array(TEXTS),
    "arrow large strings": pa.array(TEXTS, type=pa.large_string()),
    "arrow chunks": pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
    "arrow table": pa.table({"text": TEXTS}),
    "arrow batch": pa.record_batch({"text": TEXTS}),
    "subclass of str": [Text(text) for text in TEXTS],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_documents(form):
    documents = check_documents(FORMS[form])
    assert documents == TEXTS
    assert [type(document) for document in documents] == [str, str, str]


@pytest.mark.parametrize("empty", [[], (), np.array([], dtype=str), pd.Series([], dtype=object)])
def test_no_documents_are_no_error_here(empty):
    assert check_documents(empty) == []


def test_result_is_a_new_list():
    texts = list(TEXTS)
    assert check_documents(texts) is not texts


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("the sun", "X must be a collection of documents, got one str: 'the sun'. To pass a "),
        (b"the sun", "got one bytes: b'the sun'"),
        (bytearray(b"sun"), "got one bytearray"),
        ("x" * 500, "got one str: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'. To"),
        (None, "in a fixed order, such as a list, an array or a Series; got NoneType."),
        (7, "got int."),
        ({"a": "sun"}, "got dict."),
        ({"sun", "moon"}, "got set."),
        (frozenset(["sun"]), "got frozenset."),
        ({"a": 1}.keys(), "got dict_keys."),
    ],
)
def test_no_collection_of_documents(X, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        check_documents(X)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (["a", "b", None], "but X[2] is None (NoneType). Decode bytes, join tokens, and drop"),
        (["a", float("nan")], "but X[1] is nan (float)"),
        (["a", b"b"], "but X[1] is b'b' (bytes)"),
        ([3, "a"], "but X[0] is 3 (int)"),
        (["a", ["b", "c"]], "but X[1] is ['b', 'c'] (list)"),
        (np.array(["a", None], dtype=object), "but X[1] is None (NoneType)"),
        (np.array([1.5, 2.5]), "but X[0] is 1.5 (float)"),
        (np.array([b"a"]), "but X[0] is b'a' (bytes)"),
        (pd.Series(["a", None], dtype=object), "but X[1] is None (NoneType)"),
        (pd.Series(["a", None], dtype="string"), "but X[1] is <NA> (NAType)"),
        (pd.DataFrame({"text": ["a", 1.0]}), "but X[1] is 1.0 (float)"),
        (pl.Series(["a", None]), "but X[1] is None (NoneType)"),
        (pa.array(["a", None]), "but X[1] is None (NoneType)"),
        (range(3), "but X[0] is 0 (int)"),
        (TokenSequences([2, 3], [0, 2]), "but X[0] is array([2, 3], dtype=int32) (ndarray)"),
    ],
)
def test_position_of_what_is_no_document(X, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        check_documents(X)


@pytest.mark.parametrize(
    ("X", "shape"),
    [
        (np.array([["a", "b"]]), "(1, 2)"),
        (np.array("a"), "()"),
        (np.array([[["a"]]]), "(1, 1, 1)"),
        (pd.DataFrame({"title": ["a"], "text": ["b"]}), "(1, 2)"),
        (pl.DataFrame({"title": ["a"], "text": ["b"]}), "(1, 2)"),
        (pa.table({"title": ["a"], "text": ["b"]}), "(1, 2)"),
        (pd.DataFrame(), "(0, 0)"),
    ],
)
def test_more_than_one_column(X, shape):
    message = f"X must hold one document per row, got shape {shape}. Select the column with"
    with pytest.raises(ValueError, match=re.escape(message)):
        check_documents(X)


def test_name_of_the_argument():
    with pytest.raises(TypeError, match=re.escape("X_val must hold one string per document, but ")):
        check_documents([None], name="X_val")
    with pytest.raises(TypeError, match="X_val must be a collection of documents, got one str"):
        check_documents("sun", name="X_val")
