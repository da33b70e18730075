"""Numbers that may have another meaning than the one they are read with."""

import numpy as np
from numpy.typing import NDArray

from skembed.text._collections import columns_of, is_table
from skembed.text._id_rows import LARGEST_ID
from skembed.text._ids import PADDING_ID
from skembed.text._samples import Samples
from skembed.words import find_unpadded

MANY_COLUMNS = 3
"""Least number of columns for a warning, because few columns may be anything."""

MANY_ROWS = 0.5
"""Share of rows with a zero between other numbers, above which they look like counts."""

MANY_NAMES = 3
"""Number of column names that a message shows."""


def doubt_about(samples: Samples) -> str | None:
    """Say how ambiguous numbers were read, and how to have them read otherwise.

    Whole floats from 0 on are read as vectors, but may be token ids that passed through a file or a
    column with missing cells. Integers with zeros between other numbers are read as token ids, but
    may be counts of words, because padding is only at the ends of a row. Integers in the columns of
    a table with names are read as token ids, but may be anything, because columns of ids are
    numbered, as in "0" or "column_0". There is no doubt (None) with texts, sequences, numbered
    columns, fewer than 3 columns without names, and zeros inside fewer than half of the rows.
    """
    values = samples.values
    if not isinstance(values, np.ndarray) or values.ndim != 2 or not len(values):
        return None
    is_wide = values.shape[1] >= MANY_COLUMNS
    if samples.kind == "vectors":
        return _doubt_floats(values) if is_wide else None
    zeros = _doubt_zeros(values) if is_wide else None
    return zeros or _doubt_names(samples.source)


def refuse_gaps(vectors: NDArray[np.floating], name: str) -> None:
    """Refuse token ids that became floats because cells are missing instead of padding."""
    gaps = np.isnan(vectors)
    if vectors.ndim == 2 and gaps.any() and not gaps.all() and _are_whole(vectors[~gaps]):
        row, column = np.argwhere(gaps)[0]
        raise ValueError(
            f"Input {name} contains NaN: {name}[{row}, {column}] is nan among whole numbers from "
            f"0 on. If they are token ids, padding is 0: pass np.nan_to_num({name}).astype(int)."
        )


def _are_whole(values: NDArray[np.floating]) -> bool:
    """Return whether floats may be token ids."""
    if not (values.min() >= 0 and float(values.max()) <= LARGEST_ID):
        return False
    return bool((values == np.floor(values)).all())


def _doubt_floats(values: NDArray[np.floating]) -> str | None:
    if not _are_whole(values):
        return None
    return (
        f"X holds whole numbers from 0 on, of dtype {values.dtype}, and was read as vectors: "
        f"each document is one vector of {values.shape[1]} numbers. If they are token ids, pass "
        "np.asarray(X, dtype=int). If they are counts of words, pass the texts instead."
    )


def _doubt_zeros(values: NDArray[np.integer]) -> str | None:
    _, lengths = find_unpadded(values != PADDING_ID)
    n_filled = (values != PADDING_ID).sum(axis=1)
    n_rows = int(((n_filled > 0) & (n_filled < lengths)).sum())
    if n_rows < MANY_ROWS * len(values):
        return None
    return (
        f"X is a matrix of integers and was read as token ids, but {n_rows} of its "
        f"{len(values)} rows have a 0 between other numbers, as counts of words have. Padding "
        "is only at the ends of a row. If they are counts, pass the texts instead, or "
        "np.asarray(X, dtype=float) to have each row read as a vector."
    )


def _doubt_names(source: object) -> str | None:
    names = columns_of(source)[0] if is_table(source) else []
    if len(names) < 2 or not any(
        isinstance(each, str) and not each[-1:].isdigit() for each in names
    ):
        return None
    shown = ", ".join(map(repr, names[:MANY_NAMES])) + ", ..." * (len(names) > MANY_NAMES)
    return (
        f"X is a table of integers in the columns {shown} and was read as token ids. If they "
        "are something else, pass the column that holds the texts, or "
        "np.asarray(X, dtype=float) to have each row read as a vector. If they are token "
        "ids, pass np.asarray(X)."
    )
