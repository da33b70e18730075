"""Labels that come batch by batch, as numbers."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.classifiers._targets import Labels, as_labels, check_labels


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
    firsts, codes, matrices = [], [], []
    for i, given in enumerate(batches):
        if given is None:
            raise ValueError(
                f"{name} is a Stream without labels, but training needs them. Name their column: "
                "stream(..., label=...)."
            )
        batch = as_labels(given, f"{name}'s labels in batch {i}")
        if batch.ndim == 2 and batch.shape[1] > 1:
            matrices.append(check_labels(batch, name=f"{name}'s labels in batch {i}").astype(bool))
            continue
        found, inverse = np.unique(batch.reshape(-1), return_inverse=True)
        n_before = len(numbers)
        new = np.array([numbers.setdefault(label, len(numbers)) for label in found.tolist()])
        firsts.append(found[new >= n_before])
        codes.append(new.astype(np.int32)[inverse])
    if bool(codes) == bool(matrices):
        what = "both single labels and indicators" if codes else "no documents"
        raise ValueError(f"{name} is a Stream that gives {what}; at least one is needed.")
    if matrices:
        indicators = np.concatenate(matrices).astype(np.int8)
        labels = Labels.find(indicators) if labels is None else labels
        return labels, labels.encode(indicators, name=f"{name}'s labels")
    # Each thrice: where all labels differ, scikit-learn takes them for numbers to regress on.
    distinct = np.repeat(np.concatenate(firsts), 3)
    labels = Labels.find(distinct) if labels is None else labels
    return labels, labels.encode(distinct, name=f"{name}'s labels")[::3][np.concatenate(codes)]
