"""Labels that come batch by batch, as numbers."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._labels import as_labels, check_labels
from skembed.classifiers._targets import Labels


def read_targets(
    batches: Iterable[Any], name: str, labels: Labels | None = None
) -> tuple[Labels, NDArray[Any]]:
    """Encode the labels of all batches; of each distinct label only one is kept.

    Parameters
    ----------
    batches : iterable of array-like
        Labels of any kind, or indicator matrices.
    name : str
        What the user's argument is called.
    labels : Labels, default=None
        The classes. None learns them.

    Returns
    -------
    labels : Labels
        The classes.
    targets : ndarray of shape (n_samples,), int32, or (n_samples, n_labels), float32
        As `Labels.encode` gives them.

    Raises
    ------
    ValueError
        If there are no documents or no labels, one is missing, or is none of the classes.
    """
    numbers: dict[Any, int] = {}
    firsts: list[NDArray[Any]] = []
    # In one piece: arrays of many batches would keep the memory between them from being freed.
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
        labels = Labels.find(y) if labels is None else labels
        return labels, labels.encode(y, name=f"{name}'s labels")
    _check_types(firsts, name)
    distinct = np.concatenate(firsts)
    labels = Labels.find(distinct) if labels is None else labels
    index = labels.encode(distinct, name=f"{name}'s labels")
    return labels, index[np.frombuffer(codes, dtype=np.int32)]


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
