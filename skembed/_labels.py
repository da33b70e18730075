"""Labels of users, as an array without missing values."""

from collections.abc import Hashable, Iterable, Mapping, Set
from itertools import groupby
from math import lgamma, log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import DataConversionWarning
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_array

from skembed._caller import warn_caller
from skembed._missing import is_missing
from skembed._types import Labels

_BINARIZER = (
    "sklearn.preprocessing.MultiLabelBinarizer turns lists or sets of labels into an indicator "
    "matrix."
)

RARELY = 0.001
"""An order of labels that is less probable than this did not happen by chance."""


def check_labels(y: Labels, *, name: str = "y", warn: bool = False) -> NDArray[Any]:
    """Check labels of any kind, or an indicator matrix.

    Returns an array of shape (n_samples,), or (n_samples, n_labels) of 0 and 1. `name` is what
    errors call the user's argument; `warn` warns of a column, as scikit-learn's classifiers do.
    """
    array = as_labels(y, name)
    if array.ndim == 2 and array.shape[1] > 1:
        if type_of_target(array, input_name=name) != "multilabel-indicator":
            raise ValueError(
                f"{name} of shape {array.shape} must be an indicator matrix of 0 and 1 "
                "(multi-label), but holds other values. For one label per document pass one "
                f"column. {_BINARIZER}"
            )
        if not np.isin(array, (0, 1)).all():
            place = tuple(np.argwhere(~np.isin(array, (0, 1)))[0].tolist())
            raise ValueError(
                f"{name} of shape {array.shape} must hold only 0 and 1, as it has a column for "
                f"each label (multi-label), but {name}[{place[0]}, {place[1]}] is {array[place]}."
            )
        return check_array(array, dtype=np.int64)
    if warn and array.ndim == 2 and array.shape[1] == 1:
        warn_caller(
            f"A column-vector {name} was passed when a 1d array was expected. Pass an array of "
            f"shape (n_samples,), such as {name}.ravel().",
            DataConversionWarning,
        )
    array = array.ravel()
    kind = type_of_target(array, input_name=name)
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"Unknown label type: {kind}. {name} must hold classes, such as str, int or bool."
        )
    return array


def read_number_column(column: list[Any], name: str) -> NDArray[np.float64]:
    """Return the numbers of a table's column, which are texts in CSV."""
    numbers: list[Any] = []
    for i, cell in enumerate(column):
        try:
            numbers.append(float(cell) if isinstance(cell, str) else cell)
        except ValueError:
            raise ValueError(
                f"{name} must hold numbers, but that of row {i} is {cell!r}. Correct it, "
                "remove the row, or predict classes."
            ) from None
    return as_numbers(numbers, name)


def as_numbers(y: Labels, name: str) -> NDArray[np.float64]:
    """Make an array of finite numbers, float64, in the shape of `y`: one dimension or two."""
    array = as_labels(y, name, what="number")
    if array.dtype.kind not in "biuf":
        first = array.ravel()[:1].tolist()
        raise ValueError(
            f"{name} must hold numbers, but {_at(name, array, 0)} is {first[0]!r}. Convert them, "
            "or predict labels with CNNTextClassifier or LSTMTextClassifier."
        )
    return array.astype(np.float64)


def as_labels(y: Labels, name: str, *, what: str = "label") -> NDArray[Any]:
    """Make an array of labels of one type, none of which is missing, in the shape of `y`.

    They are strings or numbers. If all objects are numbers, they get the dtype of numbers.
    """
    array = _as_array(y, name)
    _refuse_missing(array, name, what)
    if array.dtype.kind != "O":
        return array
    flat = array.ravel().tolist()
    strings = [isinstance(label, str) for label in flat]
    if any(strings) and not all(strings):
        i, k = strings.index(True), strings.index(False)
        raise ValueError(
            f"{name} must hold labels of one type, but {_at(name, array, i)} is {flat[i]!r} and "
            f"{_at(name, array, k)} is {flat[k]!r}. Turn all of them into str, or all into int."
        )
    numeric = flat and all(isinstance(label, bool | int | float | np.number) for label in flat)
    return np.array(flat).reshape(array.shape) if numeric else array


def _as_array(y: Any, name: str) -> NDArray[Any]:
    """Make an array of labels; refuse a collection of labels instead of one label."""
    if hasattr(y, "toarray"):
        y = y.toarray()
    if isinstance(y, str | bytes | Mapping | Set):
        raise no_labels(y, name)
    if np.ma.is_masked(y):
        y = np.where(np.ma.getmaskarray(y), np.array(None), np.ma.getdata(y))
    try:
        array = np.asarray(y)
    except ValueError:  # lists of unequal lengths
        array = np.fromiter(y, dtype=object, count=len(y))
    if array.dtype.kind == "T":  # scikit-learn does not know strings of any length
        array = array.astype(object)
    if array.ndim == 0 or array.dtype.kind == "V":  # a generator, a view of a dict, or records
        raise no_labels(y, name)
    if array.ndim > 2 or array.shape[1:] == (0,):
        raise ValueError(f"{name} must be one column or several, got shape {array.shape}.")
    if array.dtype.kind == "U" and isinstance(y, list | tuple):
        objects = np.asarray(y, dtype=object)  # NumPy has turned all labels into strings
        if not all(isinstance(label, str) for label in objects.ravel().tolist()):
            array = objects
    if array.dtype.kind == "O" and array.ndim == 1:
        for i, label in enumerate(array):
            if isinstance(label, list | tuple | Set | np.ndarray):
                raise ValueError(
                    f"{name} must hold one label per document, or be an indicator matrix of 0 and "
                    f"1 (multi-label), but {_at(name, array, i)} is {label!r}. {_BINARIZER}"
                )
    return array


def no_labels(y: object, name: str) -> TypeError:
    """Return the error for a value that is not a collection of labels."""
    shown = f": {y!r:.60}" if isinstance(y, str | bytes) else ""
    return TypeError(
        f"{name} must be a list, an array or a column of a table with a label for each document, "
        f"got {type(y).__name__}{shown}."
    )


def _refuse_missing(array: NDArray[Any], name: str, what: str) -> None:
    if array.dtype.kind in "fc":
        missing = ~np.isfinite(array)
    elif array.dtype.kind in "mM":
        missing = np.isnat(array)
    elif array.dtype.kind == "O":
        missing = np.array([is_missing(x) for x in array.ravel()], dtype=bool)
        missing = missing.reshape(array.shape)
    else:
        return
    if missing.any():
        first = int(np.argmax(missing))
        value = array.ravel()[first]
        kind = "infinity" if isinstance(value, float) and np.isinf(value) else "NaN"
        n_more = int(missing.sum()) - 1
        more = f" (and {n_more:,} more)" if n_more else ""
        raise ValueError(
            f"Input {name} contains {kind}: {_at(name, array, first)} is {value}{more}, but every "
            f"document needs a {what}. Drop the documents without one."
        )


def _at(name: str, array: NDArray[Any], i: int) -> str:
    """Describe the place of a label, given its place in the flat array."""
    place = ", ".join(str(k) for k in np.unravel_index(i, array.shape))
    return f"{name}[{place}]" if name.isidentifier() else f"position {place} of {name}"


def are_grouped(labels: object) -> bool:
    """Return whether labels come one class after the other, which is hardly ever by chance."""
    listed = list(labels) if isinstance(labels, Iterable) else []
    if not all(isinstance(label, Hashable) for label in listed):
        return False
    groups = [(label, len([*group])) for label, group in groupby(listed)]
    if len({label for label, _ in groups}) < len(groups):
        return False
    log_orders = lgamma(len(listed) + 1) - sum(lgamma(size + 1) for _, size in groups)
    return lgamma(len(groups) + 1) - log_orders < log(RARELY)
