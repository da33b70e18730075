"""The names of scorers that a comparison accepts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import get_scorer_names

from skembed._messages import did_you_mean

OF_CLASS_1 = {"f1", "jaccard", "precision", "recall"}
"""Names of scorers that measure only one class."""


def check_scoring_name(scoring: str) -> None:
    """Refuse a name of a scorer that scikit-learn does not know."""
    if scoring not in get_scorer_names():
        hint = did_you_mean(scoring, get_scorer_names())
        raise ValueError(
            f"scoring={scoring!r} is not a scorer of scikit-learn. "
            + (hint or "sklearn.metrics.get_scorer_names() lists them all, such as 'f1_macro'.")
        )


def check_kind_of_labels(scoring: str, y: NDArray[Any]) -> None:
    """Refuse a scorer that measures the class 1 if the labels are others."""
    labels = np.unique(y).tolist()
    if scoring in OF_CLASS_1 and y.ndim == 1 and (len(labels) > 2 or 1 not in labels):
        shown = ", ".join(map(repr, labels[:3])) + (", ..." if len(labels) > 3 else "")
        raise ValueError(
            f"scoring={scoring!r} measures the class 1 of two classes, but y has {shown}. Take "
            f"{scoring + '_macro'!r}, the mean over all classes."
        )
