"""From log-odds to labels, for the classifiers and their exported models."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def decide(
    logits: NDArray[np.floating[Any]], cuts: NDArray[np.float64] | None, multilabel: bool
) -> NDArray[np.int64]:
    """Decide which class, or which labels, each document gets.

    Log-odds of shape (n_samples, n_classes) are compared, minus the `cuts`, one for each class.
    Probabilities of a sure network would round to one and could not be compared. A document gets
    the class with the largest value: its number, in shape (n_samples,). With `multilabel` it gets
    all labels above zero: 0 and 1 in shape (n_samples, n_classes).
    """
    scores = logits if cuts is None else logits - cuts
    return (scores > 0).astype(np.int64) if multilabel else scores.argmax(axis=1)


def cuts_of(thresholds: NDArray[np.float64], multilabel: bool) -> NDArray[np.float64]:
    """Return the cuts of thresholds, because earlier files only hold thresholds.

    There is one threshold for each class: the divisor of its probability or, with `multilabel`, the
    probability above which a label is predicted. All cuts are finite. A label of threshold one is
    never predicted.
    """
    with np.errstate(divide="ignore"):
        cuts = np.log(thresholds)
        if multilabel:
            cuts -= np.log1p(-thresholds)
    return np.nan_to_num(cuts)
