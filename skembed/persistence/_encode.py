"""Objects → a list of plain nodes and tensors."""

import os
from collections.abc import Iterable, Sequence
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.tree._tree import Tree
from sklearn.utils import Bunch

from skembed._compat import plain_columns
from skembed._records import RECORDS
from skembed.classifiers import KerasTextClassifier, KerasTextRegressor
from skembed.networks import encoder_of
from skembed.persistence._allowed import (
    FROZEN,
    REFUSED,
    distribution,
    name_of_value,
    type_of_scikit_learn,
)
from skembed.persistence._decode import KEYS, MOST_DEEP, NUMBERS
from skembed.persistence._kinds import UNION_COLUMNS, fields_of, name_of
from skembed.persistence._neighbors import TREES, parts_of_neighbors
from skembed.persistence._others import pack_object
from skembed.persistence._refused import cyclic, is_code, unsavable
from skembed.persistence._requests import plain_requests
from skembed.persistence._strings import pack
from skembed.persistence._trees import parts_of_tree
from skembed.text import as_value
from skembed.vectors import WordVectors, whole_source

Node = dict[str, Any]

N_PLAIN = 8
"""Strings that a list may hold before they are written as a tensor."""


class Encoder:
    """Writes objects, each once.

    Attributes
    ----------
    nodes : list of dict
        One for each object except plain values. A node only refers to earlier ones.
    tensors : dict of str to ndarray
        Arrays to which the nodes refer by name.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.tensors: dict[str, NDArray[Any]] = {}
        self._places: dict[int, int] = {}
        self._open: set[int] = set()
        self._sources: dict[int, Any] = {}
        self._alive: list[Any] = []  # an id is only valid as long as its object lives

    def encode(self, value: object, where: str) -> Any:
        """Return a value as JSON knows it, or a reference to its node; errors say `where` it is."""
        value = plain_columns(self._source(value))
        if isinstance(value, str):
            return str(value)  # NumPy's, too
        if value is None or type(value) in (bool, int):
            return value
        if type(value) is float:
            return value if isfinite(value) else {"float": repr(value)}
        if id(value) not in self._places:
            if id(value) in self._open or len(self._open) > MOST_DEEP:
                raise cyclic(where)
            self._open.add(id(value))
            node = self._node(value, where)
            self._open.remove(id(value))
            self._places[id(value)] = len(self.nodes)
            self._alive.append(value)
            self.nodes.append(node)
        return {"ref": self._places[id(value)]}

    def _source(self, value: object) -> Any:
        """Return a path or word vectors, which may be in a grid, in the form of a parameter."""
        is_source = isinstance(value, os.PathLike | WordVectors) or hasattr(value, "index_to_key")
        if not (is_source or as_value(value) is not value):
            return value
        if id(value) not in self._sources:
            self._sources[id(value)] = as_parameter(value)
            self._alive.append(value)
        return self._sources[id(value)]

    def _node(self, value: object, where: str) -> Node:
        if type(value) is list or type(value) is tuple:
            return self._items(value, where)
        if type(value) is dict:
            return self._mapping(value, where)
        if isinstance(value, np.generic) and value.dtype.kind in NUMBERS:
            return {"is": "scalar", **self._numbers(np.asarray(value))}
        if type(value) is np.ndarray and value.dtype.kind in f"{NUMBERS}UTO":
            return self._array(value, where)
        if type(value) is np.ma.MaskedArray:
            return self._listed("masked", [value.data, np.ma.getmaskarray(value)], where)
        if type(value) is slice:
            return self._listed("slice", [value.start, value.stop, value.step], where)
        if isinstance(value, np.dtype) and value.names is None and value.subdtype is None:
            return {"is": "dtype", "name": value.str}
        if isinstance(value, sparse.spmatrix | sparse.sparray) and value.format in ("csr", "csc"):
            return self._sparse(value)
        name = name_of(value)
        if name is not None:
            return self._parts("object", name, self._parts_of_ours(name, value), where)
        return self._other(value, where)

    def _other(self, value: object, where: str) -> Node:
        """Write an object of scikit-learn, NumPy, SciPy or Python."""
        if (name := name_of_value(value)) is not None:
            return {"is": "named", "name": name}
        if type(value) is partial:
            parts = [value.func, value.args, value.keywords]
            return self._listed("partial", parts, where, ["func", "args", "keywords"])
        if isinstance(value, FROZEN) and distribution(value.dist.name) is not None:
            node = self._listed("distribution", [value.args, value.kwds], where, ["args", "kwds"])
            return {**node, "name": value.dist.name}
        if type(value) is Tree:
            numbers, arrays = parts_of_tree(value)
            return {"is": "tree", **numbers, **{k: self._tensor(v) for k, v in arrays.items()}}
        if type(value) in TREES.values():
            return self._parts("neighbors", type(value).__name__, parts_of_neighbors(value), where)
        kind = type(value)
        if kind.__module__.startswith("skembed.") or is_code(value):
            raise unsavable(value, where)
        is_known = type_of_scikit_learn(kind.__name__) is kind
        if not (is_known and _has_estimator(state_of(value))):
            packed = pack_object(value)
            if packed is not None:
                return {"is": "skops", "tensor": self._tensor(packed)}
        if not is_known or kind.__name__ in REFUSED:
            raise unsavable(value, where)
        return self._parts("scikit-learn", kind.__name__, state_of(value), where)

    def _parts_of_ours(self, name: str, value: object) -> dict[str, Any]:
        if name in RECORDS:
            return {field: getattr(value, field) for field in fields_of(type(value))}
        if isinstance(value, Bunch):
            return dict(value)
        if type(value) is WordVectors:
            parts = {"words": list(value.words), "matrix": np.asarray(value.matrix)}
            return parts if value.tokenizer is None else {**parts, "tokenizer": value.tokenizer}
        return parts_of(value)

    def _parts(self, kind: str, name: str, parts: dict[str, Any], where: str) -> Node:
        encoded = {k: self.encode(v, f"{where}.{k}") for k, v in parts.items()}
        return {"is": kind, "type": name, "parts": encoded}

    def _listed(
        self, kind: str, items: list[Any], where: str, names: list[str] | None = None
    ) -> Node:
        places = [where if names is None else f"{where}.{name}" for name in names or items]
        return {"is": kind, "items": [*map(self.encode, items, places)]}

    def _sparse(self, value: sparse.spmatrix | sparse.sparray) -> Node:
        names = [self._tensor(part) for part in (value.data, value.indices, value.indptr)]
        node = {"is": value.format, "tensors": names, "shape": list(value.shape)}
        return node | {"array": isinstance(value, sparse.sparray)}

    def _items(self, value: list[Any] | tuple[Any, ...], where: str) -> Node:
        kind = type(value).__name__
        if len(value) > N_PLAIN and all(isinstance(item, str) for item in value):
            return {"is": "words", "as": kind, "tensors": self._strings(value)}
        items = [self.encode(item, f"{where}[{i}]") for i, item in enumerate(value)]
        return {"is": kind, "items": items}

    def _mapping(self, value: dict[Any, Any], where: str) -> Node:
        ids = [*value.values()]
        if (
            len(ids) > N_PLAIN
            and all(isinstance(k, str) for k in value)
            and all(type(i) is int or type(i) is np.int64 for i in ids)
        ):
            names = [*self._strings(value), self._tensor(np.array(ids, dtype=np.int64))]
            return {"is": "ids", "tensors": names}
        for key in value:
            if not isinstance(key, KEYS):
                raise unsavable(key, f"a key of {where}")
        items = [
            [self.encode(k, f"{where}'s key {k!r}"), self.encode(v, f"{where}[{k!r}]")]
            for k, v in value.items()
        ]
        return {"is": "dict", "items": items}

    def _array(self, value: NDArray[Any], where: str) -> Node:
        kind, shape = value.dtype.kind, list(value.shape)
        if kind in NUMBERS and value.dtype.itemsize <= 8:
            return {"is": "array", **self._numbers(value)}
        if kind in "UT":
            strings = value.ravel().tolist()
            if all(isinstance(item, str) for item in strings):
                return {"is": "strings", "tensors": self._strings(strings), "shape": shape}
        if kind == "O":
            items = [self.encode(v, f"{where}[{i}]") for i, v in enumerate(value.ravel())]
            return {"is": "objects", "items": items, "shape": shape}
        raise unsavable(value, where)

    def _numbers(self, value: NDArray[Any]) -> Node:
        if value.dtype.kind in "mM":
            native = value.astype(value.dtype.newbyteorder("="))
            return {"tensor": self._tensor(native.view(np.int64)), "dtype": native.dtype.name}
        return {"tensor": self._tensor(value)}

    def _strings(self, strings: Iterable[str]) -> list[str]:
        return [self._tensor(part) for part in pack([*strings])]

    def _tensor(self, array: NDArray[Any]) -> str:
        name = str(len(self.tensors))
        native = array.astype(array.dtype.newbyteorder("="), copy=False)
        self.tensors[name] = np.ascontiguousarray(native).reshape(array.shape)
        return name


def parts_of(estimator: BaseEstimator) -> dict[str, Any]:
    """Return the parameters and the learned attributes of an estimator, by name."""
    given = estimator.get_params(deep=False)
    if isinstance(estimator, KerasTextClassifier | KerasTextRegressor):
        given["encoder"] = encoder_of(given["encoder"])
    parameters = {name: as_parameter(value) for name, value in given.items()}
    state = {k: v for k, v in state_of(estimator).items() if k not in parameters}
    if (columns := state.get(UNION_COLUMNS)) is not None:  # an Index of pandas each
        state[UNION_COLUMNS] = [[*map(str, names)] for names in columns]
    return parameters | state


def as_parameter(value: object) -> Any:
    """Return a parameter in a form that can be written, with the same meaning.

    Paths, and word vectors loaded from a name or a path, become that string. Vectors of gensim
    become `WordVectors`, and tokenizers of the package tokenizers `PieceTokenizer`. Other sequences
    and columns become lists.
    """
    value = as_value(value)
    if hasattr(value, "index_to_key"):
        value = WordVectors.load(value)
    if isinstance(value, WordVectors):
        source = whole_source(value)
        return value if source is None else source
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, str | bytes | list | tuple | np.ndarray | np.generic):
        return value
    if isinstance(value, Sequence):
        return [*value]
    return value.tolist() if hasattr(value, "tolist") else value


def state_of(value: object) -> dict[str, Any]:
    """Return the parts of an object of scikit-learn, by name."""
    if isinstance(value, tuple):  # one with names
        return dict(value._asdict())  # type: ignore[attr-defined]
    state: Any = value.__getstate__()
    return plain_requests(dict(state or {}))


def _has_estimator(part: object) -> bool:
    """Return whether an estimator is inside of a container, and is written by itself."""
    if isinstance(part, dict):
        part = [*part.values()]
    if isinstance(part, np.ndarray) and part.dtype.kind == "O":
        part = part.ravel().tolist()
    if isinstance(part, list | tuple):
        return any(map(_has_estimator, part))
    return isinstance(part, BaseEstimator | Tree)
