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


@pytest.mark.parametrize(
    ("X", "found"),
    [
        ([2, 3], "X[0] is 2 (int)"),
        (np.array([2, 3]), f"X[0] is {np.int64(2)!r} (int64)"),
        (["the sun"], "X[0] is 'the sun' (str)"),
        ("the sun", "got 'the sun' (str)"),
        (3, "got 3 (int)"),
        (None, "got None (NoneType)"),
        ([[2], None], "X[1] is None (NoneType)"),
        ([[2], [3, None]], "X[1][1] is None (NoneType)"),
        ([[2, 3.5]], "X[0][1] is 3.5 (float)"),
        ([[2, np.nan]], "X[0][1] is nan (float)"),
        ([[np.inf]], "X[0][0] is inf (float)"),
        ([["the", "sun"]], "X[0][0] is 'the' (str)"),
        ([[True]], "X[0][0] is True (bool)"),
        ([[[2], [3]]], "X[0][0] is [2] (list)"),
    ],
)
def test_what_are_no_rows_of_ids(tokenizer, X, found):
    message = (
        "X must hold a row of token ids, which are whole numbers, for each document, as "
        f"[[2, 3], [4]] does; but {found}. Put the ids of a single document into a list."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        tokenizer.inverse_transform(X)


def test_negative_ids(tokenizer):
    message = "token ids must not be negative, but X[1][0] is -1."
    for X in ([[2], [-1, 3]], np.array([[2, 0], [-1, 3]])):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            tokenizer.inverse_transform(X)
