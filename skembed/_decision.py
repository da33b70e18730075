"""From log-odds to labels, for the classifiers and for what they are exported to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def decide(
    logits: NDArray[np.floating[Any]], cuts: NDArray[np.float64] | None, multilabel: bool
) -> NDArray[np.int64]:
    """Decide which class, or which labels, documents get.

    Log-odds of shape (n_samples, n_classes) are compared, less the `cuts`, one for each class,
    not probabilities: those of a sure network round to one and are not told apart. A document
    gets the class with the largest value: its number, in shape (n_samples,). With `multilabel`
    it gets all labels above zero: 0 and 1 in shape (n_samples, n_classes).
    """
    scores = logits if cuts is None else logits - cuts
    return (scores > 0).astype(np.int64) if multilabel else scores.argmax(axis=1)


def cuts_of(thresholds: NDArray[np.float64], multilabel: bool) -> NDArray[np.float64]:
    """Return the cuts that thresholds stand for, which is all that earlier files hold.

    There is one for each class: what a probability is divided by or, with `multilabel`, the
    probability above which a label is given. All cuts are finite; a label of threshold one is
    never given.
    """
    with np.errstate(divide="ignore"):
        cuts = np.log(thresholds)
        if multilabel:
            cuts -= np.log1p(-thresholds)
    return np.nan_to_num(cuts)
