"""Rows of integers as sequences of known ids."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.text._ids import PADDING_ID, UNKNOWN_ID
from skembed.text._sequences import TokenSequences
from skembed.words import gather_positions, offsets_of

LARGEST_ID = int(np.iinfo(np.int32).max)
"""The largest id that is stored; larger ones are stored as this one."""


def from_rows(flat: NDArray[np.int64], lengths: NDArray[np.int64], name: str) -> TokenSequences:
    """Read rows of unequal length, without the padding at either end of a row.

    The result equals that of `TokenSequences.from_dense` for the padded rows. `flat` holds the rows
    one after the other, zeros among them; `lengths` has the shape (n_samples,).
    """
    offsets = offsets_of(lengths)
    if len(flat) and flat.min() < 0:
        place = int(flat.argmin())
        row = int(np.searchsorted(offsets, place, side="right")) - 1
        raise ValueError(
            f"token ids must not be negative, but {name}[{row}][{place - offsets[row]}] is "
            f"{flat[place]}."
        )
    filled = np.flatnonzero(flat != PADDING_ID)
    first, last = (np.searchsorted(filled, bounds) for bounds in (offsets[:-1], offsets[1:]))
    bounded = np.append(filled, len(flat))  # a row without an id takes the one after all rows
    starts = np.where(first < last, bounded[first], len(flat))
    stops = np.where(first < last, bounded[last - 1], len(flat)) + 1
    positions, offsets = gather_positions(starts, stops - starts)
    ids = np.append(np.minimum(flat, LARGEST_ID), PADDING_ID)[positions]
    return TokenSequences(np.where(ids == PADDING_ID, UNKNOWN_ID, ids), offsets)


def to_sequences(ids: Any, n_rows: int | None = None, *, name: str = "X") -> TokenSequences:
    """Read ids as sequences; ids that are too large are unknown words.

    Ids are `TokenSequences`, or a matrix of shape (n_samples, n_steps) of integers or whole floats.
    Ids from `n_rows` on are too large; None: all are known.
    """
    if not isinstance(ids, TokenSequences):
        if ids.dtype.kind == "f":
            ids = _whole(ids, name)
        too_large = ids > LARGEST_ID if n_rows is None else ids >= n_rows
        if too_large.any():
            ids = np.where(too_large, LARGEST_ID if n_rows is None else UNKNOWN_ID, ids)
        return TokenSequences.from_dense(ids)
    if n_rows is None or not len(ids.ids) or ids.ids.max() < n_rows:
        return ids
    known = np.where(ids.ids < n_rows, ids.ids, UNKNOWN_ID)
    return TokenSequences(known, ids.offsets, ids.vocabulary, ids.vectors)


def _whole(numbers: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Read whole floats as ids."""
    rule = f"{name} must hold token ids, a row of whole numbers for each document, but"
    if numbers.ndim != 2:
        raise ValueError(f"{rule} has the shape {numbers.shape}.")
    odd = np.argwhere(~np.isfinite(numbers) | (numbers != np.floor(numbers)))
    if len(odd):
        row, column = odd[0]
        value = numbers[row, column]
        way = f" Padding is 0: pass np.nan_to_num({name})." if np.isnan(value) else ""
        raise ValueError(f"{rule} {name}[{row}, {column}] is {value}.{way}")
    return np.clip(numbers, -LARGEST_ID, LARGEST_ID).astype(np.int64)
