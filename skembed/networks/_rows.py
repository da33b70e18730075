"""Rows of matrices: the room of an engine, the rows that a network uses, and moved rows."""

import keras
import numpy as np

from skembed.networks._kernels import kernels
from skembed.networks._names import EMBEDDING
from skembed.networks._spec import NetworkSpec, round_up
from skembed.networks._types import Numbers


def room_for(n_rows: int) -> int:
    """Return how many rows an engine gets, with spare ones for the words of other folds."""
    return round_up(n_rows + n_rows // 8)


def _rows_used(name: str, spec: NetworkSpec) -> int | None:
    """Return how many rows of a weight, or of an optimizer's variable of it, are in use."""
    if name == EMBEDDING or name.startswith(f"optimizer/{EMBEDDING}/"):
        return spec.n_rows
    return None


def pad_rows(array: Numbers, shape: tuple[int, ...], fill: float = 0) -> Numbers:
    """Append rows of one value to an array, so that it has a variable's shape."""
    if array.shape == shape:
        return array
    rows = np.full((shape[0] - len(array), *shape[1:]), fill, array.dtype)
    return np.concatenate([array, rows])


def without_untouched(slot: Numbers, first: float) -> Numbers:
    """Leave out the last rows of an optimizer's matrix that no step has moved.

    These are the rows of words that no training text has, which may be the most.
    """
    if slot.ndim < 2:
        return slot
    touched = np.flatnonzero((slot != first).any(axis=tuple(range(1, slot.ndim))))
    n_rows = touched[-1] + 1 if len(touched) else 0
    return slot if n_rows == len(slot) else slot[:n_rows].copy()


def copy_used(name: str, variable: keras.Variable, spec: NetworkSpec) -> Numbers:
    """Return a copy of a variable's rows in use, which later steps do not change."""
    value = kernels().to_numpy(variable.value)
    n_rows = _rows_used(name, spec)
    return (value if n_rows is None else value[:n_rows]).copy()
