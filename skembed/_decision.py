"""From log-odds to labels, for the classifiers and for what they are exported to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def decide(
    logits: NDArray[np.floating[Any]], cuts: NDArray[np.float64] | None, multilabel: bool
) -> NDArray[np.int64]:
    """Decide which class, or which labels, documents get.

    Log-odds are compared, not probabilities: those of a sure network round to one and
    are not told apart.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Log-odds that a network computes.
    cuts : ndarray of shape (n_classes,), dtype float64, or None
        What is subtracted from them first. None subtracts nothing.
    multilabel : bool
        Whether a document may have several labels: all above zero. Otherwise it gets the
        class with the largest value.

    Returns
    -------
    decided : ndarray of shape (n_samples,), or (n_samples, n_classes) of 0 and 1, dtype int64
        Numbers of the classes, or an indicator matrix.
    """
    scores = logits if cuts is None else logits - cuts
    return (scores > 0).astype(np.int64) if multilabel else scores.argmax(axis=1)


def cuts_of(thresholds: NDArray[np.float64], multilabel: bool) -> NDArray[np.float64]:
    """Return the cuts that thresholds stand for, which is all that earlier files hold.

    Parameters
    ----------
    thresholds : ndarray of shape (n_classes,), dtype float64
        For multi-label targets probabilities above which a label is given, otherwise what
        probabilities are divided by.
    multilabel : bool
        Which of the two.

    Returns
    -------
    cuts : ndarray of shape (n_classes,), dtype float64
        All finite; a label of threshold one is never given.
    """
    with np.errstate(divide="ignore"):
        cuts = np.log(thresholds)
        if multilabel:
            cuts -= np.log1p(-thresholds)
    return np.nan_to_num(cuts)
