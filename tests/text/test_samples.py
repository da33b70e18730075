"""The truth table of X: every container of texts, ids and vectors, and every refusal."""

import re
from array import array
from collections import deque
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from numpy.testing import assert_array_equal

from skembed.text import TokenSequences, doubt_about, recognise, to_sequences

pytestmark = pytest.mark.filterwarnings("ignore:NumPy .* picks wrong rows:UserWarning")

TEXTS = ["The sun.", "", "La lune é"]

DOCUMENTS = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "deque": deque(TEXTS),
    "generator": (text for text in TEXTS),
    "values of a dict": dict(enumerate(TEXTS)).values(),
    "keys of a dict": dict.fromkeys(TEXTS).keys(),
    "array": np.array(TEXTS),
    "array of objects": np.array(TEXTS, dtype=object),
    "array of StringDType": np.array(TEXTS, dtype=np.dtypes.StringDType()),
    "column": np.array(TEXTS)[:, None],
    "column of objects": np.array(TEXTS, dtype=object)[:, None],
    "Series": pd.Series(TEXTS, index=[9, 9, 1]),
    "Series of objects": pd.Series(TEXTS, dtype=object),
    "Series, python": pd.Series(TEXTS, dtype="string[python]"),
    "Series, pyarrow": pd.Series(TEXTS, dtype="string[pyarrow]"),
    "Series as of pandas 3": pd.Series(TEXTS, dtype="str"),
    "Series, Arrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.large_string())),
    "Series of categories": pd.Series(TEXTS, dtype="category"),
    "values of a Series": pd.Series(TEXTS).values,
    "array of a Series": pd.Series(TEXTS).array,
    "array of objects of a Series": pd.Series(TEXTS, dtype=object).array,
    "array of a Series, pyarrow": pd.Series(TEXTS, dtype="string[pyarrow]").array,
    "array of a Series, Arrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())).array,
    "Categorical": pd.Categorical(TEXTS),
    "Index": pd.Index(TEXTS),
    "DataFrame": pd.DataFrame({"text": TEXTS}),
    "DataFrame of categories": pd.DataFrame({"text": pd.Categorical(TEXTS)}),
    "values of a DataFrame": pd.DataFrame({"text": TEXTS}).values,
    "polars Series": pl.Series(TEXTS),
    "polars categories": pl.Series(TEXTS, dtype=pl.Categorical),
    "polars Enum": pl.Series(TEXTS, dtype=pl.Enum(TEXTS)),
    "polars DataFrame": pl.DataFrame({"text": TEXTS}),
    "Arrow": pa.array(TEXTS),
    "Arrow large_string": pa.array(TEXTS, pa.large_string()),
    "Arrow string_view": pa.array(TEXTS, pa.string_view()),
    "Arrow dictionary": pa.array(TEXTS).dictionary_encode(),
    "Arrow chunks": pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
    "Arrow chunks of dictionaries": pa.chunked_array([pa.array(TEXTS).dictionary_encode()]),
    "Arrow table": pa.table({"text": TEXTS}),
    "Arrow record batch": pa.record_batch({"text": TEXTS}),
}


class OnlyArray:
    """What an array can be made of, and nothing more."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)

    def __len__(self):
        return len(self.values)


@pytest.mark.parametrize("form", DOCUMENTS)
def test_documents(form):
    samples = recognise(DOCUMENTS[form])
    assert samples.kind == "documents"
    assert samples.values == TEXTS
    assert {type(text) for text in samples.values} == {str}


def test_documents_that_can_only_become_an_array():
    assert recognise(OnlyArray(TEXTS)).values == TEXTS


@pytest.mark.parametrize(
    "empty",
    [[], (), {}.values(), np.array([]), pd.Series([], dtype=object), pd.DataFrame({"text": []}),
     pl.Series([], dtype=pl.String), pa.array([], pa.string())],
    ids=lambda empty: type(empty).__name__,
)  # fmt: skip
def test_nothing_is_no_documents(empty):
    assert recognise(empty).kind == "documents"
    assert recognise(empty).values == []


IDS = [[0, 2, 3], [4, 0, 0], [0, 0, 0], [5, 0, 6]]
FRAME = pd.DataFrame(IDS, columns=["a", "b", "c"])
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
MATRICES = {
    "list": IDS,
    "tuples": tuple(map(tuple, IDS)),
    "deque of arrays": deque(np.array(IDS)),
    **{f"array of {dtype}": np.array(IDS, dtype) for dtype in INTEGERS},
    "big-endian array": np.array(IDS, ">i4"),
    "array of objects": np.array(IDS, dtype=object),
    "OnlyArray": OnlyArray(IDS),
    "DataFrame": FRAME,
    "DataFrame of objects": FRAME.astype(object),
    "DataFrame of mixed integers": FRAME.astype({"a": "uint64", "b": "int8"}),
    "nullable DataFrame": FRAME.astype("Int64"),
    "nullable unsigned DataFrame": FRAME.astype("UInt8"),
    "DataFrame of Arrow's integers": FRAME.astype("int64[pyarrow]"),
    "polars DataFrame": pl.DataFrame(IDS, schema=list("abc"), orient="row"),
    "unsigned polars DataFrame": pl.from_numpy(np.array(IDS, np.uint16)),
    "Arrow table": pa.table(dict(zip("abc", np.array(IDS).T, strict=True))),
    "Arrow record batch": pa.record_batch(dict(zip("abc", np.array(IDS).T, strict=True))),
    "Series of lists": pd.Series(IDS),
    "polars lists": pl.Series(IDS),
    "Arrow lists": pa.array(IDS),
    "polars DataFrame of lists": pl.DataFrame({"ids": IDS}),
}  # fmt: skip


@pytest.mark.parametrize("form", MATRICES)
def test_ids(form):
    samples = recognise(MATRICES[form])
    assert samples.kind == "ids"
    sequences = to_sequences(samples.values)
    assert sequences.ids.tolist() == [2, 3, 4, 1, 5, 1, 6]
    assert sequences.offsets.tolist() == [0, 2, 3, 4, 7]


ROWS = [[0, 2, 3], [4], [], [0, 0], [0, 5, 0, 6, 0]]
RAGGED = {
    "lists": ROWS,
    "array of lists": np.array(ROWS, dtype=object),
    "arrays": [np.array(row, dtype=np.int32) for row in ROWS],
    "Series of lists": pd.Series(ROWS),
    "polars lists": pl.Series(ROWS),
    "Arrow lists": pa.array(ROWS),
    "Arrow large lists": pa.array(ROWS, pa.large_list(pa.uint16())),
    "arrays of the standard library": [array("i", row) for row in ROWS],
}


@pytest.mark.parametrize("form", RAGGED)
def test_ids_of_unequal_length(form):
    samples = recognise(RAGGED[form])
    assert samples.kind == "ids"
    assert samples.values.ids.tolist() == [2, 3, 4, 1, 1, 5, 1, 6]
    assert samples.values.offsets.tolist() == [0, 2, 3, 4, 5, 8]


@pytest.mark.parametrize("wanted", ["ids", "sequences"])
@pytest.mark.parametrize("empty", [[], np.array([]), pd.Series([], dtype=object)], ids=len)
def test_nothing_is_no_ids_where_ids_are_wanted(empty, wanted):
    samples = recognise(empty, wanted=wanted)
    assert samples.kind == "ids"
    assert len(to_sequences(samples.values, 5)) == 0


def test_nothing_is_no_vectors_where_vectors_are_wanted():
    samples = recognise([], wanted="vectors")
    assert samples.kind == "vectors"
    assert samples.values.shape == (0, 0)


def test_empty_rows_are_ids_without_a_word():
    assert to_sequences(recognise([[], []]).values).ids.tolist() == [1, 1]


@pytest.mark.parametrize(
    "ids",
    [
        [[2, 9, 3], [2**40, 0, 0]],
        [[2, 9, 3], [2**40]],
        np.array([[2, 9, 3], [2**63, 0, 0]], np.uint64),
        TokenSequences([2, 9, 3, 2**31 - 1], [0, 3, 4]),
        [[2, 10**30, 3], [2**70, 0, 0]],
        [[2, 10**30, 3], [2**70]],
        np.array([[2, 10**30, 3], [2**63, 0, 0]], dtype=object),
        [np.array([2, 9, 3], np.uint64), np.array([2**63], np.uint64)],
        pd.DataFrame({0: np.array([2, 2**63], np.uint64), 1: [9, 0], 2: [3, 0]}),
        pl.DataFrame({"0": pl.Series([2, 2**64 - 1], dtype=pl.UInt64), "1": [9, 0], "2": [3, 0]}),
        pa.table({"0": pa.array([2, 2**64 - 1], pa.uint64()), "1": [9, 0], "2": [3, 0]}),
        pd.DataFrame({0: [2, 10**30], 1: [9, 0], 2: [3, 0]}, dtype=object),
    ],
    ids=["list", "unequal", "uint64", "TokenSequences", "beyond 64 bits", "beyond 64 bits, unequal",
         "objects", "uint64 arrays", "pandas", "polars", "Arrow", "DataFrame of objects"],
)  # fmt: skip
def test_ids_that_are_too_large_are_unknown_words(ids):
    sequences = to_sequences(recognise(ids).values, 4)
    assert sequences.ids.tolist() == [2, 1, 3, 1]
    assert sequences.offsets.tolist() == [0, 3, 4]


def test_sequences():
    sequences = TokenSequences([2, 3], [0, 1, 2])
    samples = recognise(sequences)
    assert samples.kind == "sequences"
    assert samples.values is sequences
    assert to_sequences(sequences) is sequences
    assert to_sequences(sequences, 4) is sequences


FLOATS = [[0.5, 1.0], [2.0, -3.0]]
VECTORS = {
    "list": FLOATS,
    "list with integers": [[0.5, 1], [2, -3]],
    "array": np.array(FLOATS),
    "float16": np.array(FLOATS, np.float16),
    "array of objects": np.array([[0.5, 1], [2, -3]], dtype=object),
    "rows": [np.array(row) for row in FLOATS],
    "DataFrame": pd.DataFrame(FLOATS),
    "DataFrame with integers": pd.DataFrame({"a": [0.5, 2], "b": [1, -3]}),
    "nullable DataFrame": pd.DataFrame(FLOATS).astype("Float32"),
    "polars": pl.DataFrame({"a": [0.5, 2], "b": [1, -3]}),
    "Arrow": pa.table({"a": [0.5, 2], "b": [1, -3]}),
    "decimals": [[Decimal("0.5"), Decimal(1)], [Decimal(2), Decimal(-3)]],
    "decimals of Arrow": pa.table(
        {"a": pa.array([Decimal("0.5"), Decimal("2.0")]), "b": pa.array([Decimal(1), Decimal(-3)])}
    ),
}


@pytest.mark.parametrize("form", VECTORS)
def test_vectors(form):
    samples = recognise(VECTORS[form])
    assert samples.kind == "vectors"
    assert samples.values.dtype.kind == "f"
    assert_array_equal(samples.values, FLOATS)


@pytest.mark.parametrize(
    "X",
    [[[[0.5, 1]], [[2, 3]]], np.array([[[0.5, 1]], [[2, 3]]]),
     [np.array([[0.5, 1]]), np.array([[2.0, 3]])], np.array([[[0.5, 1]], [[2, 3]]], dtype=object)],
    ids=["lists", "array", "list of matrices", "objects"],
)  # fmt: skip
def test_vectors_of_three_dimensions(X):
    samples = recognise(X)
    assert samples.kind == "vectors"
    assert_array_equal(samples.values, [[[0.5, 1]], [[2, 3]]])


def test_single_numbers_of_two_dimensions():
    assert recognise(np.array([[0.5], [1.5]])).kind == "vectors"
    assert recognise(np.array([[0.5], [1.5]], dtype=object)).kind == "vectors"
    assert recognise(np.array([[5], [3]])).kind == "ids"


COLLECTION = (
    "X must be a collection of documents in a fixed order, such as a list, an array or a Series; "
    "got {}."
)
ONE = "X must be a collection of documents, got one {}. To pass a single document, put it into a "
MISSING = "Drop missing documents, or replace them by ''."
BYTES = "Decode bytes: [text.decode() for text in np.asarray(X).tolist()]."
SECOND = "Select the text of each row: [row[1] for row in X]."
JOIN = "Join tokens: [' '.join(tokens) for tokens in X]."
STR = "Turn it into a str, or drop the document."
NUMBERS = (
    "X must hold one string per document, but is a column of numbers: X[0] is {}. Pass the column "
    "that holds the texts. Token ids are a row for each document: shape (n_samples, n_steps)."
)
SHAPE = "X must hold one document per row, got shape {}"
SPARSE = (
    "X is a sparse matrix of shape (2, 2), as TfidfVectorizer and CountVectorizer make. Leave out "
    "the vectorizer and pass the texts themselves."
)
SELECT = SHAPE + (". Select the column with the texts, or join the columns into one text first.")
CELL = "X must hold a number in each cell, but {}. Drop the row, or fill the cell."
BOOLS = (
    "X holds True and False, but token ids are integers. To pass numbers as vectors, use "
    "np.asarray(X, dtype=float)."
)


def one(where, way):
    return f"X must hold one string per document, but X{where}. {way}"


REFUSED = {
    "a text": ("the sun", TypeError, ONE.format("str: 'the sun'") + "list."),
    "bytes": (b"sun", TypeError, ONE.format("bytes: b'sun'") + "list."),
    "None": (None, TypeError, COLLECTION.format("NoneType")),
    "a number": (7, TypeError, COLLECTION.format("int")),
    "a set": ({"a"}, TypeError, COLLECTION.format("set")),
    "a frozenset": (frozenset("a"), TypeError, COLLECTION.format("frozenset")),
    "a dict": ({"a": "b"}, TypeError, COLLECTION.format("dict")
               + " Select the column of the texts. Or name it by text_columns=... of a text "
               "classifier or regressor."),
    "a lazy frame": (pl.LazyFrame({"a": ["b"]}), TypeError,
                     COLLECTION.format("LazyFrame") + " Collect it first: X.collect()."),
    "a sparse matrix": (sp.csr_matrix(np.eye(2)), TypeError, SPARSE),
    "a sparse array that is a dict": (sp.dok_array(np.eye(2)), TypeError, SPARSE),
    "None first": ([None, "a"], TypeError, one("[0] is None (NoneType)", MISSING)),
    "None only": ([None], TypeError, one("[0] is None (NoneType)", MISSING)),
    "NaN only": ([float("nan")], TypeError, one("[0] is nan (float)", MISSING)),
    "NaN in a Series": (pd.Series(["a", np.nan]), TypeError, one("[1] is nan (float)", MISSING)),
    "NaN first in a frame": (pd.DataFrame({"t": [np.nan, "a"]}), TypeError,
                             one("[0] is nan (float)", MISSING)),
    "NA": (pd.Series(["a", None], dtype="string"), TypeError, one("[1] is <NA> (NAType)", MISSING)),
    "NA in categories": (pd.Series(["a", None], dtype="category"), TypeError,
                         one("[1] is nan (float)", MISSING)),
    "null of polars": (pl.Series(["a", None]), TypeError, one("[1] is None (NoneType)", MISSING)),
    "null of Arrow": (pa.table({"t": ["a", None]}), TypeError,
                      one("[1] is None (NoneType)", MISSING)),
    "NaT": (["a", pd.NaT], TypeError, one("[1] is NaT (NaTType)", MISSING)),
    "missing string of NumPy": (
        np.array(["a", None], dtype=np.dtypes.StringDType(na_object=None)), TypeError,
        one("[1] is None (NoneType)", MISSING)),
    "bytes among texts": (["a", b"b"], TypeError, one("[1] is b'b' (bytes)", BYTES)),
    "array of bytes": (np.array([b"a"]), TypeError, one("[0] is b'a' (bytes)", BYTES)),
    "Arrow's binary": (pa.array([b"a"]), TypeError, one("[0] is b'a' (bytes)", BYTES)),
    "tokens": ([["a", "b"], ["c"]], TypeError, one("[0] is ['a', 'b'] (list)", JOIN)),
    "as many tokens in each": ([["a"], ["c"]], TypeError, one("[0] is ['a'] (list)", JOIN)),
    "an id and a text": ([(2, "c"), (3, "d")], TypeError, one("[0] is (2, 'c') (tuple)", SECOND)),
    "a text later": ([[1], [2, "c"]], TypeError, one("[1] is [2, 'c'] (list)", SECOND)),
    "ids among texts": ([[1], "a"], TypeError, one("[0] is [1] (list)", "Pass texts only.")),
    "tokens among texts": (["a", ["c"]], TypeError, one("[1] is ['c'] (list)", JOIN)),
    "polars lists of tokens": (pl.Series([["a"], ["b"]]), TypeError,
                               one("[0] is ['a'] (list)", JOIN)),
    "items of a dict": ({"a": "b"}.items(), TypeError, one("[0] is ('a', 'b') (tuple)", JOIN)),
    "a number among texts": (["a", 3], TypeError, one("[1] is 3 (int)", STR)),
    "a bool among texts": ([True, "a"], TypeError, one("[0] is True (bool)", STR)),
    "a date": ([date(2020, 1, 2)], TypeError,
               one("[0] is datetime.date(2020, 1, 2) (date)", STR)),
    "a Decimal": ([Decimal(1)], ValueError, NUMBERS.format("Decimal('1')")),
    "rows of a table": (
        [{"a": 1, "b": "c"}], TypeError,
        one("[0] is {'a': 1, 'b': 'c'} (dict)", "Select the text of each row: [row['b'] for row in "
            "X]. Or pass text_columns=['b'] to a text classifier or regressor.")),
    "dicts": ([{"a": 1}], TypeError, one("[0] is {'a': 1} (dict)", STR)),
    "dates of NumPy": (
        np.array(["2020-01-01"], "M8[D]"), TypeError,
        "X must hold one string per document, but is an array of dtype datetime64[D]. Pass the "
        "texts."),
    "integers": ([3, 4], ValueError, NUMBERS.format("3")),
    "range": (range(3), ValueError, NUMBERS.format("0")),
    "array of floats": (np.array([1.5, 2.5]), ValueError, NUMBERS.format("1.5")),
    "column of numbers with a gap": (pd.Series([np.nan, 2.5]), ValueError, NUMBERS.format("nan")),
    "Series of integers": (pd.Series([3, 4]), ValueError, NUMBERS.format("3")),
    "frame of a column of numbers": (pd.DataFrame({"price": [3, 4]}), ValueError,
                                     NUMBERS.format("3")),
    "polars numbers": (pl.Series([3]), ValueError, NUMBERS.format("3")),
    "Arrow numbers": (pa.table({"price": [3]}), ValueError, NUMBERS.format("3")),
    "bools": (np.array([True, False]), ValueError, NUMBERS.format("True")),
    "id and text": (
        pd.DataFrame({"id": [1, 2], "text": ["a", "b"]}), ValueError,
        SHAPE.format("(2, 2) with texts in the column 'text'. Select it: X['text'].")),
    "id and text, first missing": (
        pd.DataFrame({"id": [1, 2], "text": [None, "b"]}), ValueError,
        SHAPE.format("(2, 2) with texts in the column 'text'. Select it: X['text'].")),
    "numbered columns": (
        pd.DataFrame([[1, "a"]]), ValueError,
        SHAPE.format("(1, 2) with texts in the column 1. Select it: X[1].")),
    "polars id and text": (
        pl.DataFrame({"id": [1], "text": ["a"]}), ValueError,
        SHAPE.format("(1, 2) with texts in the column 'text'. Select it: X['text'].")),
    "Arrow id and text": (
        pa.table({"id": [1], "text": ["a"]}), ValueError,
        SHAPE.format("(1, 2) with texts in the column 'text'. Select it: X['text'].")),
    "title and text": (
        pd.DataFrame({"title": ["a"], "id": [1], "text": pd.Categorical(["b"])}), ValueError,
        SHAPE.format("(1, 3) with texts in the columns 'title', 'text'. Select one of them, or "
                     "join them by TextColumns(['title', 'text']) in a Pipeline, or by "
                     "text_columns=... of a text classifier or regressor.")),
    "dates beside numbers": (
        pd.DataFrame({"id": [1], "when": pd.to_datetime(["2020-01-01"])}), ValueError,
        SHAPE.format("(1, 2) with something else than texts and numbers in the column 'when'. Pass "
                     "the column with the texts, or only columns of numbers.")),
    "bools beside integers": (
        pd.DataFrame({"id": [1], "spam": [True]}), ValueError,
        SHAPE.format("(1, 2) with True and False in the column 'spam'. Token ids are integers. To "
                     "pass numbers as vectors, use np.asarray(X, dtype=float).")),
    "a frame without columns": (
        pd.DataFrame(), ValueError,
        SHAPE.format("(0, 0). Pass the column with the texts.")),
    "array of two columns": (np.array([["a", "b"]]), ValueError, SELECT.format("(1, 2)")),
    "array of id and text": (np.array([[1, "b"]], dtype=object), ValueError,
                             SELECT.format("(1, 2)")),
    "array without dimensions": (np.array("a"), TypeError, ONE.format("str: 'a'") + "list."),
    "a number as an array": (np.array(7), TypeError, COLLECTION.format("int")),
    "array of three dimensions": (np.array([[["a"]]]), ValueError, SELECT.format("(1, 1, 1)")),
    "complex numbers": (
        np.ones((2, 2), complex), ValueError,
        "Complex data not supported: X is an array of dtype complex128. Pass texts, token ids, or "
        "vectors of real numbers."),
    "a matrix of bools": (np.eye(2, dtype=bool), ValueError, BOOLS),
    "rows of bools": ([[True, False]], ValueError, BOOLS),
    "integers of three dimensions": (
        np.ones((2, 3, 4), int), ValueError,
        "X is an array of integers of shape (2, 3, 4), but token ids have the shape (n_samples, "
        "n_steps). To pass vectors, use np.asarray(X, dtype=float)."),
    "a number for a row": (
        [[1, 2], 3], ValueError,
        "X must hold a row of numbers for each document, but X[1] is 3 (int)."),
    "None in a row": ([[1, 2], [3, None]], ValueError, CELL.format("X[1][1] is None (NoneType)")),
    "None for a row": ([[1, 2], None], ValueError, CELL.format("X[1] is None (NoneType)")),
    "None for the first row": ([None, [1]], ValueError, CELL.format("X[0] is None (NoneType)")),
    "NaN in a list": ([[0.5], [np.nan]], ValueError, CELL.format("X[1][0] is nan (float)")),
    "NA in a frame": (
        FRAME.astype("Int64").replace(4, pd.NA), ValueError,
        CELL.format("row 1 of the column 'a' is <NA> (NAType)")),
    "None in a frame": (
        pd.DataFrame({"a": [1, 2], "b": [3, None]}, dtype=object), ValueError,
        CELL.format("row 1 of the column 'b' is None (NoneType)")),
    "null in a frame of polars": (
        pl.DataFrame({"a": [1, 2], "b": [None, 3]}), ValueError,
        CELL.format("row 0 of the column 'b' is None (NoneType)")),
    "null in a table of Arrow": (
        pa.table({"a": [1, 2], "b": [None, 3]}), ValueError,
        CELL.format("row 0 of the column 'b' is None (NoneType)")),
    "None in three dimensions": ([[[None]]], ValueError,
                                 CELL.format("X[0][0][0] is None (NoneType)")),
    "masked cells": (
        np.ma.array([[1, 2]], mask=[[False, True]]), ValueError,
        "X has masked cells, but must be complete. Drop these documents, or fill the cells."),
    "negative ids of unequal length": (
        [[1], [2, -3]], ValueError, "token ids must not be negative, but X[1][1] is -3."),
    "vectors of unequal length": (
        [[0.5, 1], [2.0]], ValueError,
        "X must be a full array, but X[1] has shape (1,) and X[0] has shape (2,). Vectors must all "
        "have as many dimensions; documents shorter than others are padded with zeros."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case):
    X, error, message = REFUSED[case]
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        recognise(X)


def test_messages_name_the_argument():
    message = (
        "X_val must hold one document per row, got shape (1, 2) with texts in the column 'text'. "
        "Select it: X_val['text']."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        recognise(pd.DataFrame({"id": [1], "text": ["a"]}), name="X_val")


def test_numbers_of_one_dimension_are_reshaped_only_where_vectors_are_wanted():
    message = (
        "X must hold one vector per document, but has a single dimension. Reshape your data: "
        "np.reshape(X, (1, -1)) is one vector."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        recognise([0.5, 1.5], wanted="vectors")
    message = (
        "X must hold one string per document, but is a column of numbers: X[0] is 0.5. Pass the "
        "column that holds the texts."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        recognise([0.5, 1.5], wanted="documents")


def test_a_tensor_is_what_its_array_is():
    tf = pytest.importorskip("tensorflow")
    assert_array_equal(recognise(tf.constant(IDS)).values, IDS)
    assert_array_equal(recognise(tf.constant(FLOATS)).values, FLOATS)
    for X in (tf.ragged.constant([[2, 3], [4]]), [tf.constant([2, 3]), tf.constant([4])]):
        ragged = recognise(X)
        assert ragged.kind == "ids"
        assert ragged.values.ids.tolist() == [2, 3, 4]
    assert_array_equal(recognise([tf.constant(row) for row in FLOATS]).values, FLOATS)
    message = one("[0] is b'The sun.' (bytes)", BYTES)
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        recognise(tf.constant(TEXTS))


COUNTS = np.array([[1, 0, 2, 0, 0, 1], [0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 3], [0, 0, 0, 0, 0, 0]])
PADDED = np.array([[0, 0, 0, 2, 3, 4], [0, 0, 5, 2, 3, 4], [2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]])


def test_integers_that_look_like_counts():
    message = (
        "X is a matrix of integers and was read as token ids, but 2 of its 4 rows have a 0 between "
        "other numbers, as counts of words have. Padding is only at the ends of a row. If they "
        "are counts, pass the texts instead, or np.asarray(X, dtype=float) to have each row read "
        "as a vector."
    )
    for counts in (COUNTS, COUNTS.tolist(), pd.DataFrame(COUNTS)):
        assert doubt_about(recognise(counts)) == message
    for ids in (PADDED, COUNTS[1:], COUNTS[:, :2], [[2, 0, 3], [4]], TEXTS):
        assert doubt_about(recognise(ids)) is None


def test_whole_floats():
    message = (
        "X holds whole numbers from 0 on, of dtype float64, and was read as vectors: each document "
        "is one vector of 6 numbers. If they are token ids, pass np.asarray(X, dtype=int). If they "
        "are counts of words, pass the texts instead."
    )
    for floats in (PADDED.astype(float), pd.DataFrame(PADDED.astype(float))):
        assert doubt_about(recognise(floats)) == message
    for vectors in (PADDED + 0.5, PADDED - 1.0, PADDED[:, :2].astype(float), PADDED[:, None] * 1.0):
        assert doubt_about(recognise(vectors)) is None
    assert doubt_about(recognise(np.full((2, 6), np.nan))) is None
    assert doubt_about(recognise(np.full((2, 6), np.inf))) is None


def test_tables_of_integers_whose_columns_have_names():
    message = (
        "X is a table of integers in the columns {} and was read as token ids. If they are "
        "something else, pass the column that holds the texts, or np.asarray(X, dtype=float) to "
        "have each row read as a vector. If they are token ids, pass np.asarray(X)."
    )
    columns = {"id": [1, 2], "price": [30, 40]}
    for table in (pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        assert doubt_about(recognise(table)) == message.format("'id', 'price'")
        assert doubt_about(recognise(np.asarray(table))) is None
    wide = {key: [5, 6] for key in ("id", "price", "year", "2")}
    assert doubt_about(recognise(pd.DataFrame(wide))) == message.format(
        "'id', 'price', 'year', ..."
    )
    ids = np.array(PADDED)
    numbered = pd.DataFrame(ids).add_prefix("word")
    for table in (
        pd.DataFrame(ids),
        pl.DataFrame(ids),
        numbered,
        pd.DataFrame({"ids": [[2], [3]]}),
    ):
        assert doubt_about(recognise(table)) is None
