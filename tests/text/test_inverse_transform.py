"""Ids are written as text as Keras writes them, whatever holds them."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from skembed import KerasTokenizer

TEXTS = ["The sun, the moon.", "The sun!"]  # the 2, sun 3, moon 4
RAGGED = [[2, 3], [4], [2, 3, 2, 4]]
PADDED = [[0, 0, 2, 3], [4, 0, 0, 0], [2, 3, 2, 4]]
WRITTEN = ["the sun", "moon", "the sun the moon"]


@pytest.fixture(scope="module")
def tokenizer():
    return KerasTokenizer().fit(TEXTS)


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        lambda rows: [tuple(row) for row in rows],
        lambda rows: [np.array(row) for row in rows],
        lambda rows: [np.array(row, dtype=object) for row in rows],
        lambda rows: np.array([np.array(row) for row in rows], dtype=object),
        lambda rows: pd.Series(rows),
        lambda rows: pd.Series(rows).values,
        lambda rows: pl.Series(rows),
        lambda rows: pa.array(rows),
        lambda rows: pa.chunked_array([rows]),
        lambda rows: iter(rows),
        lambda rows: {i: row for i, row in enumerate(rows)}.values(),
    ],
)
@pytest.mark.parametrize("rows", [RAGGED, PADDED], ids=["ragged", "padded"])
def test_rows_of_any_kind(tokenizer, form, rows):
    assert tokenizer.inverse_transform(form(rows)) == WRITTEN


@pytest.mark.parametrize(
    "form",
    [
        np.array,
        lambda rows: np.array(rows, dtype=np.int8),
        lambda rows: np.array(rows, dtype=np.uint64),
        lambda rows: np.array(rows, dtype=float),
        lambda rows: np.array(rows, dtype=object),
        pd.DataFrame,
        lambda rows: pd.DataFrame(rows, dtype="Int64"),
        lambda rows: pl.DataFrame(np.array(rows)),
    ],
)
def test_matrices_of_any_kind(tokenizer, form):
    assert tokenizer.inverse_transform(form(PADDED)) == WRITTEN


def test_token_sequences(tokenizer):
    assert tokenizer.inverse_transform(tokenizer.transform(WRITTEN)) == WRITTEN
    assert tokenizer.inverse_transform(tokenizer.transform(WRITTEN)[1:2]) == ["moon"]
    assert tokenizer.inverse_transform([]) == []


def test_unknown_ids_rows_without_ids_and_zeros_inside(tokenizer):
    rows = [[1, 5, 2, 10**12], [], [10**30, 2], [2, 0, 3], [0, 0]]
    assert tokenizer.inverse_transform(rows) == [
        "[UNK] [UNK] the [UNK]", "", "[UNK] the", "the [UNK] sun", "[UNK]"
    ]  # fmt: skip


@pytest.mark.parametrize("max_tokens", [None, 4, 3])
def test_texts_are_those_of_keras(KerasReference, max_tokens):
    reference = KerasReference(num_words=max_tokens, oov_token="[UNK]")
    reference.fit_on_texts(TEXTS)
    tokenizer = KerasTokenizer(max_tokens).fit(TEXTS)
    rows = [[2, 3], [4], [], [1, 9, 2], [2, 0, 3]]
    assert tokenizer.inverse_transform(rows) == reference.sequences_to_texts(rows)


RULE = "X must hold a row of token ids for each document, "
WHOLE = "X must hold token ids, a row of whole numbers for each document, but "
CELL = "X must hold a number in each cell, but {}. Drop the row, or fill the cell."


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([2, 3], ValueError, RULE + "but is a column of numbers: X[0] is 2. Put the ids of a "
         "single document into a list: [X]."),
        (np.array([2, 3]), ValueError, RULE + "but is a column of numbers: X[0] is 2. Put the ids "
         "of a single document into a list: [X]."),
        (["the sun"], TypeError, RULE + "as [[2, 3], [4]] does, but holds texts."),
        ("the sun", TypeError, "X must be a collection of documents, got one str: 'the sun'. To "
         "pass a single document, put it into a list."),
        (3, TypeError, "X must be a collection of documents in a fixed order, such as a list, an "
         "array or a Series; got int."),
        ([[2], None], ValueError, CELL.format("X[1] is None (NoneType)")),
        ([[2], [3, None]], ValueError, CELL.format("X[1][1] is None (NoneType)")),
        ([[2, 3.5]], ValueError, WHOLE + "X[0, 1] is 3.5."),
        (np.array([[2, np.nan]]), ValueError,
         WHOLE + "X[0, 1] is nan. Padding is 0: pass np.nan_to_num(X)."),
        ([[np.inf]], ValueError, WHOLE + "X[0, 0] is inf."),
        ([["the", "sun"]], TypeError, RULE + "but X[0] is ['the', 'sun'] (list)."),
        ([[True]], ValueError, "X holds True and False, but token ids are integers. To pass "
         "numbers as vectors, use np.asarray(X, dtype=float)."),
        ([[-1, 3], [2]], ValueError, "token ids must not be negative, but X[0][0] is -1."),
        (np.array([[2, 0], [-1, 3]]), ValueError,
         "token ids must not be negative, but row 1, column 0 holds -1."),
    ],
)  # fmt: skip
def test_what_are_no_rows_of_ids(tokenizer, X, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        tokenizer.inverse_transform(X)


def test_containers_that_every_method_takes(tokenizer):
    tf = pytest.importorskip("tensorflow")
    for ids in (
        tf.ragged.constant(RAGGED),
        pa.table({"ids": RAGGED}),
        pd.DataFrame({"ids": RAGGED}),
    ):
        assert tokenizer.inverse_transform(ids) == WRITTEN
