"""Labels that come batch by batch. Each distinct label is kept once."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._labels import as_labels, as_numbers, check_labels, read_number_column
from skembed.classifiers._task import Targets, Task


@dataclass(frozen=True)
class LabelColumn:
    """The labels of all documents.

    Attributes
    ----------
    values : array-like of shape (n_values,) or (n_samples, n_labels)
        Labels of any kind, or an indicator matrix.
    name : str
        Name of the user's argument.
    places : ndarray of shape (n_samples,), dtype int32, or None
        The place of each document's label among the values. None: the values are in the order of
        the documents.
    """

    values: Any
    name: str
    places: NDArray[np.int32] | None = None

    def encode(self, task: Task) -> Targets:
        """Return the targets of all documents."""
        targets = task.encode(self.values, name=self.name)
        return targets if self.places is None else targets[self.places]


def read_labels(batches: Iterable[Any], name: str) -> LabelColumn:
    """Read the labels of all batches."""
    numbers: dict[Any, int] = {}
    firsts: list[NDArray[Any]] = []
    # In one array: arrays of many batches would keep the memory between them from being freed.
    codes, indicators, n_columns = array("i"), array("b"), set()
    for i, given in enumerate(batches):
        where = f"{name}'s labels in batch {i}"
        batch = as_labels(_refuse_none(given, name), where)
        n_columns.add(batch.shape[1] if batch.ndim == 2 else 1)
        if batch.ndim == 2 and batch.shape[1] > 1:
            indicators.frombytes(check_labels(batch, name=where).astype(np.int8).tobytes())
            continue
        found, inverse = np.unique(batch.reshape(-1), return_inverse=True)
        n_before = len(numbers)
        new = np.array([numbers.setdefault(label, len(numbers)) for label in found.tolist()])
        if len(numbers) > n_before:
            firsts.append(found[new >= n_before])
        codes.frombytes(new.astype(np.int32)[inverse].tobytes())
    _check_columns(n_columns, name)
    if indicators:
        y = np.frombuffer(indicators, dtype=np.int8).reshape(-1, n_columns.pop())
        return LabelColumn(y, f"{name}'s labels")
    _check_types(firsts, name)
    places = np.frombuffer(codes, dtype=np.int32)
    return LabelColumn(np.concatenate(firsts), f"{name}'s labels", places)


def read_numbers(batches: Iterable[Any], name: str) -> LabelColumn:
    """Read the numbers of all batches."""
    arrays = []
    for i, batch in enumerate(batches):
        given, where = _refuse_none(batch, name), f"{name}'s numbers in batch {i}"
        is_column = isinstance(given, list) and all(isinstance(each, str) for each in given)
        arrays.append((read_number_column if is_column else as_numbers)(given, where))
    n_columns = {array.shape[1] if array.ndim == 2 else 1 for array in arrays}
    _check_columns(n_columns, name)
    rows = [array.reshape(len(array), -1) for array in arrays]
    numbers = np.concatenate(rows)
    is_column = any(array.ndim == 2 for array in arrays)
    return LabelColumn(numbers if is_column else numbers[:, 0], f"{name}'s numbers")


def _refuse_none(labels: Any, name: str) -> Any:
    if labels is None:
        raise ValueError(
            f"{name} is a Stream without labels, but training needs them. Name their column: "
            "stream(..., label=...)."
        )
    return labels


def _check_types(firsts: list[NDArray[Any]], name: str) -> None:
    """Refuse strings in one batch and numbers in another, which would become strings too."""
    for some in firsts[1:]:
        if (some.dtype.kind in "UO") != (firsts[0].dtype.kind in "UO"):
            raise ValueError(
                f"{name} is a Stream whose labels must be of one type, but one batch holds "
                f"{firsts[0].tolist()[0]!r} and another {some.tolist()[0]!r}. Turn all of them "
                "into str, or all into int."
            )


def _check_columns(n_columns: set[int], name: str) -> None:
    if not n_columns:
        raise ValueError(f"{name} is a Stream that gives no documents; at least one is needed.")
    if len(n_columns) > 1:
        raise ValueError(
            f"{name} is a Stream whose labels have {' and '.join(map(str, sorted(n_columns)))} "
            "columns; each batch must have as many, one for single labels."
        )
