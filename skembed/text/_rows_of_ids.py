"""Documents' ids, row by row, from whatever holds them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.text._ids import PADDING_ID, UNKNOWN_ID
from skembed.text._sequences import TokenSequences

LARGEST = int(np.iinfo(np.int64).max)
"""Any larger id is as unknown as this one."""


def rows_of_ids(X: Any) -> Iterator[NDArray[np.integer]]:
    """Yield the ids of each document, without padding.

    Parameters
    ----------
    X : TokenSequences, or collection of rows of ids, shape (n_samples,)
        Rows may differ in length. Zeros at either end of a row are padding; a
        row of zeros is one unknown id, and so is a zero between two ids.

    Yields
    ------
    ids : ndarray of shape (n_tokens,), any integer dtype

    Raises
    ------
    TypeError
        If X is not a collection of rows of whole numbers.
    ValueError
        If an id is negative.
    """
    if isinstance(X, TokenSequences):
        yield from X
        return
    if isinstance(X, str | bytes) or not isinstance(X, Iterable):
        raise TypeError(_rule(f"got {X!r:.60} ({type(X).__name__})"))
    if hasattr(X, "to_pylist"):  # Arrow
        X = X.to_pylist()
    elif hasattr(X, "to_numpy"):  # pandas and polars, whose frames give columns when iterated
        X = X.to_numpy()
    for i, row in enumerate(X):
        yield _read_row(row, i)


def _read_row(row: Any, position: int) -> NDArray[np.integer]:
    ids = row if isinstance(row, str | bytes) else np.asarray(row)
    if not isinstance(ids, np.ndarray) or ids.ndim == 0:
        raise TypeError(_rule(f"X[{position}] is {row!r:.60} ({type(row).__name__})"))
    if ids.dtype.kind not in "iu" or ids.ndim > 1:
        values = ids.tolist()
        for i, value in enumerate(values):
            if not isinstance(value, int | float) or isinstance(value, bool) or value != value // 1:
                found = f"X[{position}][{i}] is {value!r:.60} ({type(value).__name__})"
                raise TypeError(_rule(found))
        ids = np.array([min(value, LARGEST) for value in values], dtype=np.int64)
    if ids.min(initial=0) < 0:
        first = np.flatnonzero(ids < 0)[0]
        raise ValueError(
            f"token ids must not be negative, but X[{position}][{first}] is {ids[first]}."
        )
    filled = np.flatnonzero(ids)
    if not len(filled):
        return np.full(min(len(ids), 1), UNKNOWN_ID)
    inside = ids[filled[0] : filled[-1] + 1]
    return np.where(inside == PADDING_ID, UNKNOWN_ID, inside)


def _rule(found: str) -> str:
    return (
        "X must hold a row of token ids, which are whole numbers, for each document, as "
        f"[[2, 3], [4]] does; but {found}. Put the ids of a single document into a list."
    )
