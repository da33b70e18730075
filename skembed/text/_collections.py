"""Any collection of any library as a list or an array."""

import os
from collections.abc import Iterable, Mapping, MappingView, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._caller import warn_caller
from skembed._compat import doubt_strings
from skembed._missing import is_missing
from skembed.text._cells import OF_DTYPE, classes_in, shorten, to_int64
from skembed.text._refused import refuse_cell

NAME_COLUMNS = "Or name it by text_columns=... of a text classifier or regressor."

MANY_COLUMNS = 5
"""Number of columns of a table that a message names."""


def to_plain(X: Any, name: str) -> list[Any] | NDArray[Any]:
    """Turn a collection into a list of its elements, or into an array.

    A table of one column becomes the list of its cells. Arrays, tensors and tables of several
    columns of numbers become arrays.
    """
    if isinstance(X, list):
        return X
    refuse_no_collection(X, name)
    if is_table(X):
        return _read_table(X, name)
    if hasattr(X, "to_pylist"):  # Arrow
        return list(X.to_pylist())
    if hasattr(X, "to_list"):  # pandas, whose categories warn of it; polars and ragged tensors
        return list(X.tolist() if hasattr(X, "tolist") else X.to_list())
    if hasattr(X, "__array__"):  # arrays, tensors, and columns of pandas without their index
        if np.ma.is_masked(X):
            raise ValueError(
                f"{name} has masked cells, but must be complete. Drop these documents, or fill the "
                "cells."
            )
        array = np.asarray(X)
        doubt = doubt_strings(array.dtype, name)
        if doubt is not None:
            warn_caller(doubt)
        return array if array.ndim else to_plain(array.item(), name)
    return list(X)


def refuse_no_collection(X: Any, name: str) -> None:
    """Refuse a single text, and collections without order."""
    if is_file(X):
        raise TypeError(
            f"{name} must be a collection of documents, got the path of a file: {shorten(X)}. "
            "Read it with skembed.datasets.load_table, or in batches with skembed.data.stream."
        )
    if isinstance(X, str | bytes | bytearray | memoryview):
        raise TypeError(
            f"{name} must be a collection of documents, got one {type(X).__name__}: "
            f"{shorten(X)}. To pass a single document, put it into a list."
        )
    if hasattr(X, "refuse_as_documents"):  # a stream, whose error says where to pass it
        X.refuse_as_documents(name)
    if hasattr(X, "tocsr"):
        raise TypeError(
            f"{name} is a sparse matrix of shape {tuple(X.shape)}, as TfidfVectorizer and "
            "CountVectorizer make. Leave out the vectorizer and pass the texts themselves."
        )
    is_unordered = isinstance(X, Mapping | Set) and not isinstance(X, MappingView)
    is_readable = any(hasattr(X, each) for each in ("to_pylist", "to_list", "__array__"))
    if is_unordered or not (isinstance(X, Iterable) or is_readable):
        way = f" Collect it first: {name}.collect()." if hasattr(X, "collect") else ""
        if isinstance(X, Mapping):
            way = " Select the column of the texts. " + NAME_COLUMNS
        raise TypeError(
            f"{name} must be a collection of documents in a fixed order, such as a list, an array "
            f"or a Series; got {type(X).__name__}.{way}"
        )


def is_file(X: object) -> bool:
    """Return whether X is the path of a file, which may not be a valid path at all."""
    return isinstance(X, str | os.PathLike) and os.path.isfile(X)


def is_table(X: object) -> bool:
    """Return whether X is a data frame or an Arrow table, with any number of columns."""
    is_frame = hasattr(X, "columns") and len(getattr(X, "shape", ())) == 2
    return is_frame and any(hasattr(X, each) for each in ("iloc", "get_columns", "to_pylist"))


def columns_of(table: Any) -> tuple[list[Any], list[Any]]:
    """Return the names and the columns of a pandas, polars or Arrow table."""
    if hasattr(table, "iloc"):
        return list(table.columns), [table.iloc[:, i] for i in range(table.shape[1])]
    if hasattr(table, "get_columns"):
        return list(table.columns), table.get_columns()
    return list(table.schema.names), list(table.columns)


def _read_table(table: Any, name: str) -> list[Any] | NDArray[Any]:
    """Read one column as its cells, and several columns of numbers as a matrix."""
    names, columns = columns_of(table)
    if not columns:
        raise ValueError(
            f"{name} must hold one document per row, got shape {tuple(table.shape)}. Pass the "
            "column with the texts."
        )
    if len(columns) == 1:
        return to_plain(columns[0], name)
    arrays = [_to_array(column) for column in columns]
    kinds = [_kind_of_column(array) for array in arrays]
    _refuse_columns(table, names, kinds, name)
    for column, array in zip(names, arrays, strict=True):
        cells = array.tolist() if array.dtype == object else []
        row = next((i for i, cell in enumerate(cells) if is_missing(cell)), None)
        if row is not None:
            refuse_cell(cells[row], f"row {row} of the column {column!r}", name)
    if set(kinds) == {"integer"}:
        return np.column_stack([to_int64(array) for array in arrays])
    return np.column_stack([array.astype(np.float64) for array in arrays])


def _to_array(column: Any) -> NDArray[Any]:
    """Turn a column into an array. Missing cells, often NaN, make it an array of objects."""
    is_pandas = hasattr(column, "iloc")
    if is_pandas:
        has_missing = column.hasnans and not isinstance(column.dtype, np.dtype)
    else:
        count = column.null_count
        has_missing = bool(count() if callable(count) else count)
    if not has_missing:
        return column.to_numpy() if is_pandas else np.asarray(column)
    array = np.empty(len(column), dtype=object)
    array[:] = column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()
    return array


def _kind_of_column(array: NDArray[Any]) -> str:
    """Return the kind of a column: texts, integers, floats or bools, in any library."""
    if array.dtype.kind != "O":
        return OF_DTYPE.get(array.dtype.kind, "other")
    classes = classes_in(array.tolist()) - {"missing"}
    if len(classes) == 1:
        return classes.pop()
    return "float" if classes <= {"integer", "float"} else "text" if "text" in classes else "other"


def _refuse_columns(table: Any, names: list[Any], kinds: list[str], name: str) -> None:
    """Refuse a table that holds texts and other values, or values that are not numbers."""
    found = [repr(each) for each, kind in zip(names, kinds, strict=True) if kind == "text"]
    rule = f"{name} must hold one document per row, got shape {tuple(table.shape)}"
    if len(found) == 1:
        raise ValueError(
            f"{rule} with texts in the column {found[0]}. Select it: {name}[{found[0]}]."
        )
    if found:
        few = [*found[:MANY_COLUMNS], *(["..."] if len(found) > MANY_COLUMNS else [])]
        raise ValueError(
            f"{rule} with texts in the columns {', '.join(few)}. Select one of them, or join them "
            f"by TextColumns([{found[0]}, {found[1]}]) in a Pipeline, or by text_columns=... of a "
            "text classifier or regressor."
        )
    others = [repr(each) for each, kind in zip(names, kinds, strict=True) if kind == "other"]
    if others:
        raise ValueError(
            f"{rule} with something else than texts and numbers in the column {others[0]}. Pass "
            "the column with the texts, or only columns of numbers."
        )
    if "bool" in kinds and "float" not in kinds:
        column = repr(names[kinds.index("bool")])
        raise ValueError(
            f"{rule} with True and False in the column {column}. Token ids are integers. To pass "
            f"numbers as vectors, use np.asarray({name}, dtype=float)."
        )
