"""Plain nodes and tensors → objects; everything is checked before it is used."""

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from skembed.persistence._allowed import (
    REFUSED,
    distribution,
    named_values,
    type_of_scikit_learn,
)
from skembed.persistence._annotations import holds
from skembed.persistence._compiled import check_compiled
from skembed.persistence._kinds import make_object
from skembed.persistence._migrate import FORMAT, migrated
from skembed.persistence._neighbors import neighbors_of_parts
from skembed.persistence._others import unpack_object
from skembed.persistence._requests import with_requests
from skembed.persistence._strings import check_bounds, unpack
from skembed.persistence._trees import tree_of_parts

Tensors = Mapping[str, NDArray[Any]]
Node = dict[str, Any]
Plain = Node | bool | int | float | str | None

NUMBERS = "biufmM"
"""Kinds of NumPy's numbers, dates and spans of time."""

_DATES = re.compile(r"(datetime|timedelta)64(\[\d*[A-Za-zμ]{1,2}\])?")
_DTYPES = re.compile(r"[<>|=][biufcmMSUOV]\d{0,9}(\[\d*[A-Za-zμ]{1,2}\])?")

NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

MOST_DEEP = 100
"""Most objects inside of one another."""

MOST_VALUES = 5_000_000
"""Values of all lists and mappings, each counted as often as it is referred to."""

KEYS = (str, int, float, np.generic)
"""Types of the keys of a mapping."""

MOST_KEYS = 10_000
"""Most keys of a mapping that is not of words to ids, because keys can be made to collide."""

ROOM, BYTES_OF_STRING = 1 << 24, 120
"""Bytes that may always be made, and bytes that a string takes in addition to its characters."""

TIMES = 30
"""Additional bytes that may be made for each byte of the tensors."""


class Decoder:
    """Makes objects from nodes, in their order. Nodes refer to tensors by name."""

    def __init__(self, tensors: Tensors, version: int = FORMAT) -> None:
        self._tensors = tensors
        self._version = version
        self._made: list[Any] = []
        self._depths: list[int] = []
        self._sizes: list[int] = []
        self._depth = self._size = 0
        self._room = ROOM + TIMES * sum(array.nbytes for array in tensors.values())
        self._make = self._makers()

    def _makers(self) -> dict[str, Callable[[Any], Any]]:
        """Return the function that makes an object from a kind of node."""
        return {
            "array": self._numbers,
            "csc": self._sparse,
            "csr": self._sparse,
            "dict": self._dict,
            "distribution": self._distribution,
            "dtype": lambda node: np.dtype(_dtype(node["name"])),
            "ids": self._ids,
            "list": lambda node: [*map(self._value, node["items"])],
            "masked": self._masked,
            "named": lambda node: named_values()[node["name"]],
            "neighbors": self._neighbors,
            "object": self._object,
            "objects": self._objects,
            "partial": self._partial,
            "scalar": lambda node: self._numbers(node)[()],
            "scikit-learn": self._scikit_learn,
            "skops": self._others,
            "slice": lambda node: slice(*map(self._value, node["items"])),
            "strings": self._string_array,
            "tree": self._tree,
            "tuple": lambda node: tuple(map(self._value, node["items"])),
            "words": self._words,
        }

    def decode(self, nodes: list[Any]) -> Any:
        """Make the object that the last node describes."""
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

    def _value(self, value: Plain) -> Any:
        """Return a plain value, or the object of an earlier node that it refers to."""
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

    def _key(self, value: Plain) -> Any:
        """Return a key of a mapping: a plain value or a number, nothing that has parts."""
        key = self._value(value)
        if not isinstance(key, KEYS):
            raise ValueError(f"a key of a mapping is a {type(key).__name__}")
        return key

    def _dict(self, node: Node) -> dict[Any, Any]:
        if len(node["items"]) > MOST_KEYS:
            raise ValueError(f"a mapping has more than {MOST_KEYS:,} keys")
        return {self._key(k): self._value(v) for k, v in node["items"]}

    def _strings(self, node: Node) -> list[str]:
        blob, ends = map(self._tensors.__getitem__, node["tensors"][:2])
        self._spend(BYTES_OF_STRING * ends.size + 4 * blob.size)
        self._size += ends.size
        return unpack(blob, ends)

    def _words(self, node: Node) -> Any:
        words = self._strings(node)
        return {"list": list, "tuple": tuple}[node["as"]](words)

    def _ids(self, node: Node) -> dict[str, int]:
        words, ids = self._strings(node), self._tensors[node["tensors"][2]]
        if ids.shape != (len(words),) or ids.dtype != np.int64:
            raise ValueError("words and their ids are not of the same number")
        made = dict(zip(words, ids.tolist(), strict=True))
        if len(made) != len(words):
            raise ValueError("a word has two ids")
        return made

    def _string_array(self, node: Node) -> NDArray[Any]:
        strings = self._strings(node)
        self._spend(4 * max(map(len, strings), default=0) * len(strings))
        return np.array(strings, dtype=np.str_).reshape(_shape(node))

    def _objects(self, node: Node) -> NDArray[Any]:
        made = np.empty(len(node["items"]), dtype=object)
        made[:] = [*map(self._value, node["items"])]
        return made.reshape(_shape(node))

    def _numbers(self, node: Node) -> NDArray[Any]:
        array = self._tensors[node["tensor"]]
        if "dtype" not in node:
            return array
        if array.dtype != np.int64 or not _DATES.fullmatch(node["dtype"]):
            raise ValueError(f"{node['dtype']!r:.40} is not a type of dates")
        return array.view(node["dtype"])

    def _masked(self, node: Node) -> Any:
        data, mask = map(self._value, node["items"])
        if np.shape(mask) != np.shape(data) or not holds(mask, NDArray[np.bool_]):
            raise ValueError("a mask does not fit its array")
        return np.ma.MaskedArray(data, mask)

    def _sparse(self, node: Node) -> Any:
        data, indices, indptr = map(self._tensors.__getitem__, node["tensors"])
        check_bounds(indptr, len(indices), "rows of a sparse matrix")
        kind = "array" if node.get("array") else "matrix"
        make = getattr(sparse, f"{node['is']}_{kind}")
        matrix = make((data, indices, indptr), shape=_shape(node))
        matrix.check_format(full_check=True)
        return matrix

    def _others(self, node: Node) -> Any:
        packed = self._tensors[node["tensor"]]
        self._spend(10 * packed.nbytes)
        return unpack_object(packed)

    def _partial(self, node: Node) -> Any:
        func, args, keywords = map(self._value, node["items"])
        if not any(func is value for value in named_values().values()):
            raise ValueError("a partial function is of a function that no file may name")
        return partial(func, *args, **keywords)

    def _distribution(self, node: Node) -> Any:
        args, keywords = map(self._value, node["items"])
        found = distribution(node["name"])
        if found is None:
            raise ValueError(f"there is no distribution {node['name']!r:.40}")
        if not holds([*args, *keywords.values()], list[float]):
            raise ValueError("parameters of a distribution are not numbers")
        return found(*args, **keywords)

    def _tree(self, node: Node) -> Any:
        arrays = {k: self._tensors[node[k]] for k in ("n_classes", "nodes", "values")}
        return tree_of_parts(node, arrays)

    def _neighbors(self, node: Node) -> Any:
        return neighbors_of_parts(node["type"], self._parts(node))

    def _parts(self, node: Node) -> dict[str, Any]:
        return {name: self._value(value) for name, value in node["parts"].items()}

    def _scikit_learn(self, node: Node) -> Any:
        """Make an object of scikit-learn as unpickling does, from data only."""
        name, parts = node["type"], self._parts(node)
        kind = type_of_scikit_learn(name)
        if kind is None or name in REFUSED:
            raise ValueError(f"no file may hold a {name!r:.60}")
        for part in parts:
            if part.startswith("__") or callable(getattr(kind, part, None)):
                raise ValueError(f"{name} has no {part!r:.60}")
        if issubclass(kind, tuple):
            return kind(**parts)
        made = kind.__new__(kind)
        if isinstance(made, BaseEstimator):
            made.__setstate__(with_requests(parts, made))
            check_compiled(made)
        else:
            vars(made).update(with_requests(parts, made))
        return made

    def _object(self, node: Node) -> Any:
        return make_object(*migrated(self._version, node["type"], self._parts(node)))


def _dtype(name: str) -> str:
    if not _DTYPES.fullmatch(name):
        raise ValueError(f"there is no dtype {name!r:.40}")
    return name


def _shape(node: Node) -> tuple[int, ...]:
    shape = tuple(node["shape"])
    if not holds(shape, tuple[int, ...]) or any(n < 0 for n in shape):
        raise ValueError(f"{shape} is not a shape")
    return shape
