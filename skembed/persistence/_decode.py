"""Plain nodes and tensors → objects; nothing is believed before it is checked."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import Bunch

from skembed.persistence._annotations import holds
from skembed.persistence._checks import CHECKS
from skembed.persistence._kinds import (
    ESTIMATORS,
    FITTED,
    NOT_OURS,
    RECORDS,
    Annotations,
    fields_of,
    needed_of,
)
from skembed.persistence._others import unpack_estimator
from skembed.persistence._strings import check_bounds, unpack
from skembed.vectors import WordVectors

Tensors = Mapping[str, NDArray[Any]]

NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

MOST_DEEP = 100
"""Objects inside of one another."""

MOST_VALUES = 5_000_000
"""Values of all lists and mappings, each counted as often as it is referred to."""

MOST_KEYS = 10_000
"""Keys of a mapping that is not of words to ids; more could be made to collide."""

ROOM, BYTES_OF_STRING = 1 << 24, 120
"""Bytes that may be made in any case, and those that a string takes beside its characters."""

TIMES = 30
"""Bytes that may be made besides for each byte of the tensors."""


class Decoder:
    """Makes objects of nodes, in their order.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        What the nodes say by name.
    """

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._made: list[Any] = []
        self._depths: list[int] = []
        self._sizes: list[int] = []
        self._depth = self._size = 0
        self._room = ROOM + TIMES * sum(array.nbytes for array in tensors.values())
        self._make: dict[str, Callable[[Any], Any]] = {
            "array": lambda node: self._tensor(node["tensor"]),
            "csr": self._csr,
            "dict": self._dict,
            "ids": self._ids,
            "list": lambda node: [*map(self._value, node["items"])],
            "object": self._object,
            "objects": self._objects,
            "scalar": lambda node: self._tensor(node["tensor"])[()],
            "skops": self._others,
            "strings": self._string_array,
            "tuple": lambda node: tuple(map(self._value, node["items"])),
            "words": self._words,
        }

    def decode(self, nodes: list[Any]) -> Any:
        """Make the object that the last node describes.

        Raises
        ------
        KeyError, TypeError, ValueError
            If a node is not what an `Encoder` writes, or an object is not consistent.
        """
        for node in nodes:
            self._depth = self._size = 0
            made = self._make[node["is"]](node)
            if self._depth > MOST_DEEP or self._size > MOST_VALUES:
                raise ValueError("objects hold too many others")
            self._made.append(made)
            self._depths.append(self._depth + 1)
            self._sizes.append(self._size + 1)
        return self._made[-1]

    def _spend(self, n_bytes: int) -> None:
        """Count memory that is about to be used."""
        self._room -= n_bytes
        if self._room < 0:
            raise ValueError("it would take far more memory than the file has bytes")

    def _value(self, value: Any) -> Any:
        """Return a plain value, or the object that is referred to, which an earlier node made."""
        self._size += 1
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if "float" in value:
            return NON_FINITE[value["float"]]
        place = value["ref"]
        if not 0 <= place < len(self._made):
            raise ValueError(f"object {place!r} comes too late")
        self._depth = max(self._depth, self._depths[place])
        self._size += self._sizes[place]
        return self._made[place]

    def _key(self, value: Any) -> Any:
        """Return a key of a mapping: a plain value or a number, nothing that has parts."""
        key = self._value(value)
        if not isinstance(key, str | int | float | np.generic):
            raise ValueError(f"a key of a mapping is a {type(key).__name__}")
        return key

    def _dict(self, node: Any) -> dict[Any, Any]:
        if len(node["items"]) > MOST_KEYS:
            raise ValueError(f"a mapping has more than {MOST_KEYS:,} keys")
        return {self._key(k): self._value(v) for k, v in node["items"]}

    def _tensor(self, name: str) -> NDArray[Any]:
        return self._tensors[name]

    def _strings(self, node: Any) -> list[str]:
        blob, ends = map(self._tensor, node["tensors"][:2])
        self._spend(BYTES_OF_STRING * ends.size + 4 * blob.size)
        self._size += ends.size
        return unpack(blob, ends)

    def _words(self, node: Any) -> Any:
        words = self._strings(node)
        return {"list": list, "tuple": tuple}[node["as"]](words)

    def _ids(self, node: Any) -> dict[str, int]:
        words, ids = self._strings(node), self._tensor(node["tensors"][2])
        if ids.shape != (len(words),) or ids.dtype != np.int64:
            raise ValueError("words and their ids are not of the same number")
        made = dict(zip(words, ids.tolist(), strict=True))
        if len(made) != len(words):
            raise ValueError("a word has two ids")
        return made

    def _string_array(self, node: Any) -> NDArray[Any]:
        strings = self._strings(node)
        self._spend(4 * max(map(len, strings), default=0) * len(strings))
        return np.array(strings, dtype=np.str_).reshape(_shape(node))

    def _objects(self, node: Any) -> NDArray[Any]:
        made = np.empty(len(node["items"]), dtype=object)
        made[:] = [*map(self._value, node["items"])]
        return made.reshape(_shape(node))

    def _csr(self, node: Any) -> sparse.csr_matrix:
        data, indices, indptr = map(self._tensor, node["tensors"])
        check_bounds(indptr, len(indices), "rows of a sparse matrix")
        matrix = sparse.csr_matrix((data, indices, indptr), shape=_shape(node))
        matrix.check_format(full_check=True)
        return matrix

    def _others(self, node: Any) -> Any:
        packed = self._tensor(node["tensor"])
        self._spend(10 * packed.nbytes)
        return unpack_estimator(packed)

    def _object(self, node: Any) -> Any:
        name, parts = node["type"], {k: self._value(v) for k, v in node["parts"].items()}
        if name in RECORDS:
            _check_types(name, parts, fields_of(RECORDS[name]))
            missing = needed_of(RECORDS[name]) - parts.keys()
            if missing:
                raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
            made = RECORDS[name](**parts)
            if name in CHECKS:
                CHECKS[name](made)
            return made
        if name in ESTIMATORS:
            return _make_estimator(name, parts)
        return {"Bunch": Bunch, "WordVectors": WordVectors}[name](**parts)


def _make_estimator(name: str, parts: dict[str, Any]) -> Any:
    """Make an estimator of its parameters and of what it has learned."""
    kind, annotations = ESTIMATORS[name]
    names = set(kind._get_param_names())  # type: ignore[attr-defined]
    estimator = kind(**{k: v for k, v in parts.items() if k in names})
    if hasattr(estimator, "_parameter_constraints"):  # a FeatureUnion has none
        estimator._validate_params()
    learned = {k: v for k, v in parts.items() if k not in names}
    _check_types(name, learned, {**annotations, **NOT_OURS})
    if name in CHECKS and learned.keys() - NOT_OURS.keys():
        CHECKS[name](learned)
    fitted = learned.pop(FITTED, None)
    estimator.__setstate__(vars(estimator) | learned)
    if fitted is not None:
        estimator._remember(fitted)
    return estimator


def _check_types(name: str, parts: dict[str, Any], annotations: Annotations) -> None:
    for part, value in parts.items():
        if part not in annotations:
            raise ValueError(f"{name} has no {part}")
        if not holds(value, annotations[part]):
            raise ValueError(f"{name}.{part} is of the wrong type, {type(value).__name__}")


def _shape(node: Any) -> tuple[int, ...]:
    shape = tuple(node["shape"])
    if not holds(shape, tuple[int, ...]) or any(n < 0 for n in shape):
        raise ValueError(f"{shape} is no shape")
    return shape
