"""The kind of an element of a collection: a text, a number, a row, or nothing at all."""

from collections.abc import Iterable, Mapping, Set, Sized
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._missing import is_missing

OF_DTYPE = {"i": "integer", "u": "integer", "f": "float", "b": "bool", "U": "text", "T": "text"}
"""The kind of an array's elements, by the kind of its dtype."""

_OF_TYPE: dict[type, str] = {str: "text", np.str_: "text", int: "integer", bool: "bool"}

_LARGEST_INTEGER = int(np.iinfo(np.int64).max)


def class_of(value: object) -> str:
    """Return the kind of an element of a collection.

    One of "text", "integer", "float", "bool", "bytes", "missing" (None, NaN, NaT, pandas's NA),
    "row" (a collection of its own) and "other".
    """
    if isinstance(value, str):
        return "text"
    if isinstance(value, bytes | bytearray | memoryview):
        return "bytes"
    if is_missing(value):
        return "missing"
    if isinstance(value, bool | np.bool_):
        return "bool"
    if isinstance(value, Integral):
        return "integer"
    if isinstance(value, Real | Decimal):
        return "float"
    if isinstance(value, Mapping | Set) or not isinstance(value, Iterable):
        return "other"
    return "row" if isinstance(value, Sized) and len(getattr(value, "shape", (0,))) else "other"


def classes_in(values: Iterable[object]) -> set[str]:
    """Return the kinds of the elements of a one-dimensional collection."""
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iubU":
        return {OF_DTYPE[values.dtype.kind]} if len(values) else set()
    types = set(map(type, values))
    if types <= _OF_TYPE.keys():
        return {_OF_TYPE[each] for each in types}
    return {class_of(value) for value in values}


def first_other(values: Iterable[object], *classes: str) -> int:
    """Return the position of the first value that is of none of the classes."""
    return next(i for i, value in enumerate(values) if class_of(value) not in classes)


def to_int64(integers: NDArray[Any]) -> NDArray[np.int64]:
    """Turn integers of any type into int64. Larger ones become the largest int64."""
    if integers.dtype == object or integers.dtype == np.uint64:
        least = 0 if integers.dtype == np.uint64 else -_LARGEST_INTEGER
        integers = np.clip(integers, least, _LARGEST_INTEGER)
    return integers.astype(np.int64)


def shorten(value: object) -> str:
    """Return the `repr` of a value as one line, shortened if it is long."""
    text = " ".join(line.strip() for line in repr(value).split("\n"))
    return text if len(text) <= 40 else f"{text[:36]}...{text[-1]}"
