"""Objects → a list of plain nodes and tensors."""

import os
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch

from skembed.classifiers._base import BaseTextClassifier
from skembed.persistence._kinds import FITTED, RECORDS, fields_of, name_of
from skembed.persistence._others import pack_estimator
from skembed.persistence._strings import pack
from skembed.vectors import WordVectors
from skembed.vectors._loading import whole_source

Node = dict[str, Any]

N_PLAIN = 8
"""Strings that a list may hold before they are written as a tensor."""


ADVICE = {
    "_skl_callbacks": "Take the callbacks off with set_callbacks() before saving.",
    "_metadata_request": "Save an estimator without requests, and set them after loading.",
}


class Encoder:
    """Writes objects down, each once.

    Attributes
    ----------
    nodes : list of dict
        One for each object but the plainest; a node refers to earlier ones only.
    tensors : dict of str to ndarray
        What the nodes say by name.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.tensors: dict[str, NDArray[Any]] = {}
        self._places: dict[int, int] = {}
        self._alive: list[Any] = []  # an id is an object's own only as long as that lives

    def encode(self, value: Any, where: str) -> Any:
        """Return a value as JSON knows it, or a reference to its node.

        Parameters
        ----------
        value : object
            What to write down.
        where : str
            How errors call it.

        Raises
        ------
        TypeError
            If the value is, or holds, code or an object of an unknown type.
        """
        if isinstance(value, str):
            return str(value)  # NumPy's, too
        if value is None or type(value) in (bool, int):
            return value
        if type(value) is float:
            return value if isfinite(value) else {"float": repr(value)}
        if id(value) not in self._places:
            node = self._node(value, where)
            self._places[id(value)] = len(self.nodes)
            self._alive.append(value)
            self.nodes.append(node)
        return {"ref": self._places[id(value)]}

    def _node(self, value: Any, where: str) -> Node:
        if type(value) in (list, tuple):
            return self._items(value, where)
        if type(value) is dict:
            return self._mapping(value, where)
        if isinstance(value, np.generic) and value.dtype.kind in "biuf":
            return {"is": "scalar", "tensor": self._tensor(np.asarray(value))}
        if type(value) is np.ndarray:
            return self._array(value, where)
        if sparse.issparse(value) and value.format == "csr":
            parts = (value.data, value.indices, value.indptr)
            names = [self._tensor(part) for part in parts]
            return {"is": "csr", "tensors": names, "shape": list(value.shape)}
        return self._object(value, where)

    def _object(self, value: Any, where: str) -> Node:
        name = name_of(value)
        if name in RECORDS:
            parts = {field: getattr(value, field) for field in fields_of(type(value))}
        elif type(value) is Bunch:
            parts = dict(value)
        elif type(value) is WordVectors:
            parts = {"words": list(value.words), "matrix": np.asarray(value.matrix)}
        elif name is not None:
            parts = parts_of(value)
        elif isinstance(value, BaseEstimator):
            packed = pack_estimator(value, where)
            return {"is": "skops", "tensor": self._tensor(packed)}
        else:
            advice = ADVICE.get(
                where.rsplit(".", 1)[-1].partition("[")[0],
                "Set it to None, or to a value that is no object, before saving.",
            )
            raise TypeError(
                f"{where} is of type {type(value).__name__}, which a file without code cannot "
                f"hold. {advice}"
            )
        encoded = {k: self.encode(v, f"{where}.{k}") for k, v in parts.items()}
        return {"is": "object", "type": name, "parts": encoded}

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
            and {*map(type, ids)} == {int}
        ):
            names = [*self._strings(value), self._tensor(np.array(ids, dtype=np.int64))]
            return {"is": "ids", "tensors": names}
        items = [
            [self.encode(k, f"{where}'s key {k!r}"), self.encode(v, f"{where}[{k!r}]")]
            for k, v in value.items()
        ]
        return {"is": "dict", "items": items}

    def _array(self, value: NDArray[Any], where: str) -> Node:
        if value.dtype.kind in "biuf" and value.dtype.itemsize <= 8:
            return {"is": "array", "tensor": self._tensor(value)}
        shape = list(value.shape)
        if value.dtype.kind == "U":
            strings = self._strings(value.ravel().tolist())
            return {"is": "strings", "tensors": strings, "shape": shape}
        if value.dtype.kind == "O":
            items = [self.encode(v, f"{where}[{i}]") for i, v in enumerate(value.ravel())]
            return {"is": "objects", "items": items, "shape": shape}
        raise TypeError(
            f"{where} is an array of dtype {value.dtype}, which skembed.save cannot write: it "
            "writes numbers, booleans and strings."
        )

    def _strings(self, strings: Iterable[str]) -> list[str]:
        return [self._tensor(part) for part in pack([*strings])]

    def _tensor(self, array: NDArray[Any]) -> str:
        name = str(len(self.tensors))
        native = array.astype(array.dtype.newbyteorder("="), copy=False)
        self.tensors[name] = np.ascontiguousarray(native).reshape(array.shape)
        return name


def parts_of(estimator: Any) -> dict[str, Any]:
    """Return the parameters of an estimator and what it has learned, by name."""
    parameters = {
        name: as_parameter(value) for name, value in estimator.get_params(deep=False).items()
    }
    state = {k: v for k, v in estimator.__getstate__().items() if k not in parameters}
    if isinstance(estimator, BaseTextClassifier) and hasattr(estimator, "_state"):
        fitted = estimator._fitted()
        state = {k: v for k, v in state.items() if k not in fitted.attributes()}
        state[FITTED] = fitted
    return parameters | state


def as_parameter(value: Any) -> Any:
    """Return a parameter in a form that can be written, of the same meaning.

    Paths, and word vectors that a name or a path stands for, are that string; vectors of
    gensim are `WordVectors`; other sequences and columns are lists.
    """
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
