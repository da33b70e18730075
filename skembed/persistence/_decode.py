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
)
from skembed.persistence._others import unpack_estimator
from skembed.persistence._strings import unpack
from skembed.vectors import WordVectors

Tensors = Mapping[str, NDArray[Any]]

NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


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
        self._make: dict[str, Callable[[Any], Any]] = {
            "array": lambda node: self._tensor(node["tensor"]),
            "csr": self._csr,
            "dict": lambda node: {self._value(k): self._value(v) for k, v in node["items"]},
            "ids": self._ids,
            "list": lambda node: [*map(self._value, node["items"])],
            "object": self._object,
            "objects": self._objects,
            "scalar": lambda node: self._tensor(node["tensor"])[()],
            "skops": lambda node: unpack_estimator(self._tensor(node["tensor"])),
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
            self._made.append(self._make[node["is"]](node))
        return self._made[-1]

    def _value(self, value: Any) -> Any:
        """Return a plain value, or the object that is referred to, which an earlier node made."""
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if "float" in value:
            return NON_FINITE[value["float"]]
        place = value["ref"]
        if not 0 <= place < len(self._made):
            raise ValueError(f"object {place!r} comes too late")
        return self._made[place]

    def _tensor(self, name: str) -> NDArray[Any]:
        return self._tensors[name]

    def _strings(self, node: Any) -> list[str]:
        blob, ends = node["tensors"][:2]
        return unpack(self._tensor(blob), self._tensor(ends))

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
        strings, blob = self._strings(node), self._tensor(node["tensors"][0])
        longest = max(map(len, strings), default=0)
        if 4 * longest * len(strings) > 1000 * (len(blob) + 8 * len(strings)):
            raise ValueError("strings of an array are of too different lengths")
        return np.array(strings, dtype=np.str_).reshape(_shape(node))

    def _objects(self, node: Any) -> NDArray[Any]:
        made = np.empty(len(node["items"]), dtype=object)
        made[:] = [*map(self._value, node["items"])]
        return made.reshape(_shape(node))

    def _csr(self, node: Any) -> sparse.csr_matrix:
        data, indices, indptr = map(self._tensor, node["tensors"])
        matrix = sparse.csr_matrix((data, indices, indptr), shape=_shape(node))
        matrix.check_format(full_check=True)
        return matrix

    def _object(self, node: Any) -> Any:
        name, parts = node["type"], {k: self._value(v) for k, v in node["parts"].items()}
        if name in RECORDS:
            _check_types(name, parts, fields_of(RECORDS[name]), required=True)
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


def _check_types(
    name: str, parts: dict[str, Any], annotations: Annotations, *, required: bool = False
) -> None:
    for part, value in parts.items():
        if part not in annotations:
            raise ValueError(f"{name} has no {part}")
        if not holds(value, annotations[part]):
            raise ValueError(f"{name}.{part} is of the wrong type, {type(value).__name__}")
    if required and set(parts) != set(annotations):
        raise ValueError(f"{name} lacks {', '.join(sorted(set(annotations) - set(parts)))}")


def _shape(node: Any) -> tuple[int, ...]:
    shape = tuple(node["shape"])
    if not holds(shape, tuple[int, ...]) or any(n < 0 for n in shape):
        raise ValueError(f"{shape} is no shape")
    return shape
