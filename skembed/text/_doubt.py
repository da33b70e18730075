"""Numbers that may mean something else than what they are read as."""

import numpy as np

from skembed.text._id_rows import LARGEST_ID
from skembed.text._ids import PADDING_ID
from skembed.text._ragged import find_unpadded
from skembed.text._samples import Samples

MANY_COLUMNS = 3
"""Columns from which on numbers are looked at: few may be anything."""

MANY_ROWS = 0.5
"""Share of rows with a zero between other numbers from which on they look like counts."""


def doubt_about(samples: Samples, name: str = "X") -> str | None:
    """Say how numbers were read that may mean something else, and how to say so.

    Whole floats from 0 on are read as vectors, but may be token ids that
    passed through a file or a column with missing cells. Integers with zeros
    between other numbers are read as token ids, but may be counts of words:
    padding stands only at the ends of a row.

    Parameters
    ----------
    samples : Samples
        What `recognise` found.
    name : str, default="X"
        What the caller's argument is called.

    Returns
    -------
    doubt : str or None
        None where there is no doubt: with texts, sequences, fewer than 3
        columns, zeros inside fewer than half of the rows.
    """
    values = samples.values
    is_matrix = isinstance(values, np.ndarray) and values.ndim == 2
    if not is_matrix or values.shape[1] < MANY_COLUMNS or not len(values):
        return None
    if samples.kind == "ids":
        _, lengths = find_unpadded(values != PADDING_ID)
        n_filled = (values != PADDING_ID).sum(axis=1)
        n_rows = int(((n_filled > 0) & (n_filled < lengths)).sum())
        if n_rows < MANY_ROWS * len(values):
            return None
        return (
            f"{name} is a matrix of integers and was read as token ids, but {n_rows} of its "
            f"{len(values)} rows have a 0 between other numbers, as counts of words have. Padding "
            "stands only at the ends of a row. If they are counts, pass the texts instead, or "
            f"{name}.astype(float) to have each row read as a vector."
        )
    is_in_range = values.min() >= 0 and float(values.max()) <= LARGEST_ID
    if not is_in_range or (values != np.floor(values)).any():
        return None
    return (
        f"{name} holds whole numbers from 0 on, of dtype {values.dtype}, and was read as vectors: "
        f"each document is one vector of {values.shape[1]} numbers. If they are token ids, pass "
        f"{name}.astype(int). If they are counts of words, pass the texts instead."
    )
