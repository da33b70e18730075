"""The kind of X: this module decides it for every estimator, function and server."""

from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skembed._types import Frame
from skembed.text._cells import classes_in, first_other, to_int64
from skembed.text._collections import to_plain
from skembed.text._id_rows import from_rows
from skembed.text._refused import (
    refuse_bools,
    refuse_cell,
    refuse_column_of_numbers,
    refuse_element,
    refuse_row,
)
from skembed.text._sequences import TokenSequences

Kind = Literal["documents", "sequences", "ids", "vectors"]

_MEANING = {
    "sequences": "is TokenSequences",
    "ids": "holds rows of token ids",
    "vectors": "holds vectors",
}


@dataclass(frozen=True)
class Samples:
    """The kind of X, and its content in a plain form."""

    kind: Kind
    # A list of str; `TokenSequences`, also for lists of ids of unequal length; ids of shape
    # (n_samples, n_steps); vectors: (n_samples, n_features) or (n_samples, n_steps, n_dims).
    values: Any
    source: Any = None  # the user's argument, whose columns may have names
    # (n_samples,): the samples' positions in the source; None: all in their order
    rows: NDArray[np.int64] | None = field(default=None, repr=False)
    table: Frame | None = field(default=None, repr=False)  # rows of the table that texts are from

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.int64]) -> "Samples":
        """Return some of the samples, in the order of their numbers."""
        values = self.values
        taken = [values[i] for i in rows] if isinstance(values, list) else values[rows]
        places = rows if self.rows is None else self.rows[rows]
        table = None if self.table is None else self.table.iloc[rows]
        return Samples(self.kind, taken, self.source, places, table)


def recognise(X: object, *, name: str = "X", wanted: Kind | None = None) -> Samples:
    """Find the kind of X, and read it into a plain form.

    The content decides, not its type. X may be a list, a tuple, another sequence or view of a
    dict, or an iterator. It may be an array, or a tensor with ``__array__``. It may be a column of
    pandas, polars or Arrow of any dtype (categories, every storage of strings), or a table.

    ========================================================  =================
    X                                                         is read as
    ========================================================  =================
    one-dimensional, texts only                               documents
    array of shape (n_samples, 1), texts only                 documents
    table of one column, read as that column                  as the column
    `TokenSequences`                                          sequences
    two-dimensional, integers only (signed or not)            ids
    table of several columns, integers only                   ids
    rows of integers, of equal or unequal length              ids
    two-dimensional, floats, or floats and integers           vectors
    table of several columns, floats among its numbers        vectors
    three-dimensional floats                                  vectors
    nothing (``[]``)                                          documents, or `wanted`
    one text; bytes; a number; None; a set; a dict            refused
    a sparse matrix; complex numbers; dates                   refused
    texts among which one is missing, bytes, a number, a row  refused, by place
    rows of texts (tokens)                                    refused: join
    table or array of several columns, texts among them       refused: select
    one-dimensional numbers                                   refused
    numbers among which a cell is missing (None, NA)          refused, by place
    True and False; three-dimensional integers                refused
    ========================================================  =================

    NaN and infinity in arrays and tables of floats are left to the reader of vectors, and negative
    ids to that of ids. Whole floats are vectors, although they may be ids: see `doubt_about`.
    Messages name the kind that the caller can use, `wanted`. X may still be of another kind. With
    "vectors", three-dimensional integers are vectors too. An empty collection is of the kind
    `wanted`: ids with "ids" and "sequences", vectors with "vectors".
    """
    if isinstance(X, TokenSequences):
        return Samples("sequences", X, X)
    plain = to_plain(X, name)
    if isinstance(plain, np.ndarray):
        kind, values = _read_array(plain, name, wanted)
    else:
        kind, values = _read_list(plain, name, wanted)
    if not len(values) and kind == "documents" and wanted in ("ids", "sequences"):
        kind, values = "ids", np.zeros((0, 0), dtype=np.int32)
    if not len(values) and kind == "documents" and wanted == "vectors":
        kind, values = "vectors", np.zeros((0, 0))
    return Samples(kind, values, X)


def check_documents(X: object, *, name: str = "X") -> list[str]:
    """Return the documents of X as a list, or name the position of another value."""
    samples = recognise(X, name=name, wanted="documents")
    if samples.kind != "documents":
        raise TypeError(
            f"{name} must hold one string per document, but {_MEANING[samples.kind]}. Pass the "
            "texts."
        )
    documents: list[str] = samples.values
    return documents


def _read_list(values: list[Any], name: str, wanted: Kind | None) -> tuple[Kind, Any]:
    """Read elements, which are texts or rows."""
    classes = classes_in(values)
    if classes <= {"text"}:
        return "documents", list(map(str, values))  # numpy.str_ and the like become plain strings
    if classes == {"row"}:
        return _read_rows(values, name, wanted)
    if classes <= {"integer", "float", "bool", "missing"} and classes != {"missing"}:
        refuse_column_of_numbers(values, name, wanted)
    if "row" in classes and "text" not in classes:
        i = first_other(values, "row")
        refuse_row(values[i], i, name)
    i = first_other(values, "text")
    refuse_element(values[i], i, name, wanted)


def _read_rows(rows: list[Any], name: str, wanted: Kind | None) -> tuple[Kind, Any]:
    """Read a list of rows of numbers."""
    rows = [np.asarray(row) if _is_tensor(row) else row for row in rows]
    if any(np.ndim(row) > 1 for row in rows if hasattr(row, "shape")):
        return _read_array(_to_full_array(rows, name), name, wanted)
    classes = set().union(*map(classes_in, rows))
    if "text" in classes:
        i = next(i for i, row in enumerate(rows) if "text" in classes_in(row))
        refuse_element(rows[i], i, name, wanted)
    if classes == {"row"}:
        return _read_array(_to_full_array(rows, name), name, wanted)
    if classes <= {"integer"}:
        return "ids", _read_integers(rows, name)
    if classes <= {"integer", "float"}:
        return "vectors", _to_full_array(rows, name).astype(np.float64)
    if "bool" in classes and classes <= {"integer", "bool"}:
        refuse_bools(name)
    for i, row in enumerate(rows):
        if not classes_in(row) <= {"integer", "float", "bool"}:
            j = first_other(row, "integer", "float", "bool")
            refuse_cell(list(row)[j], f"{name}[{i}][{j}]", name)
    return "vectors", _to_full_array(rows, name).astype(np.float64)


def _is_tensor(row: object) -> bool:
    return hasattr(row, "__array__") and not isinstance(row, np.ndarray)


def _read_integers(rows: list[Any], name: str) -> NDArray[Any] | TokenSequences:
    """Read rows of integers: as a matrix, or if they are of unequal length, as sequences."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    try:
        flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(lengths.sum()))
    except OverflowError:
        flat = to_int64(np.array(list(chain.from_iterable(rows)), dtype=object))
    if (lengths == lengths[0]).all():
        return flat.reshape(len(rows), lengths[0])
    return from_rows(flat, lengths, name)


def _read_array(array: NDArray[Any], name: str, wanted: Kind | None) -> tuple[Kind, Any]:
    """Read an array of any dtype and shape."""
    kind = array.dtype.kind
    if array.shape == (0,):
        return "documents", []
    if kind in "OUTS":
        return _read_objects(array, name, wanted)
    if kind == "c":
        raise ValueError(
            f"Complex data not supported: {name} is an array of dtype {array.dtype}. Pass texts, "
            "token ids, or vectors of real numbers."
        )
    if kind not in "iufb":
        raise TypeError(
            f"{name} must hold one string per document, but is an array of dtype {array.dtype}. "
            "Pass the texts."
        )
    if array.ndim < 2:
        refuse_column_of_numbers(array.reshape(-1).tolist(), name, wanted)
    if kind == "f":
        return "vectors", array
    if kind == "b":
        refuse_bools(name)
    if array.ndim == 2:
        return "ids", array
    if wanted == "vectors":
        return "vectors", array.astype(np.float64)
    raise ValueError(
        f"{name} is an array of integers of shape {array.shape}, but token ids have the shape "
        f"(n_samples, n_steps). To pass vectors, use np.asarray({name}, dtype=float)."
    )


def _read_objects(array: NDArray[Any], name: str, wanted: Kind | None) -> tuple[Kind, Any]:
    """Read an array of strings or of objects."""
    if array.ndim == 1:
        return _read_list(array.tolist(), name, wanted)
    cells = array.reshape(-1).tolist()
    classes = classes_in(cells)
    if array.ndim == 2 and array.shape[1] == 1 and not classes <= {"integer", "float", "bool"}:
        return _read_list(cells, name, wanted)
    if array.ndim < 2 or classes & {"text", "bytes"}:
        raise ValueError(
            f"{name} must hold one document per row, got shape {array.shape}. Select the column "
            "with the texts, or join the columns into one text first."
        )
    if not array.size:
        return "vectors", array.astype(np.float64)
    if array.ndim == 2:
        return _read_rows(array.tolist(), name, wanted)
    if not classes <= {"integer", "float"}:
        place = first_other(cells, "integer", "float")
        where = "".join(f"[{i}]" for i in np.unravel_index(place, array.shape))
        refuse_cell(cells[place], f"{name}{where}", name)
    numbers = array.astype(float) if "float" in classes else to_int64(array)
    return _read_array(numbers, name, wanted)


def _to_full_array(rows: list[Any], name: str) -> NDArray[Any]:
    try:
        return np.asarray(rows)
    except ValueError as error:
        raise ValueError(
            f"{name} must be a full array, but {_first_unequal(rows, name)}. Vectors must all have "
            "as many dimensions; documents shorter than others are padded with zeros."
        ) from error


def _first_unequal(rows: Any, name: str) -> str:
    """Say which row of a nested sequence has another length."""
    shapes: list[tuple[int, ...]] = []
    for i, row in enumerate(rows):
        try:
            shapes.append(np.shape(row))
        except ValueError:
            return _first_unequal(row, f"{name}[{i}]")
        if shapes[i] != shapes[0]:
            return f"{name}[{i}] has shape {shapes[i]} and {name}[0] has shape {shapes[0]}"
    return f"{name} cannot be made into an array"
