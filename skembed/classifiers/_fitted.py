"""What a fit leaves behind, and what of it a classifier shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._decision import cuts_of
from skembed.classifiers._linear import LinearHalf
from skembed.classifiers._reader import InputReader
from skembed.classifiers._targets import Labels
from skembed.networks import NetworkState

History = dict[str, list[float]]


@dataclass(frozen=True)
class Fitted:
    """All that a fit leaves behind.

    Attributes
    ----------
    best_epoch : int
        Epoch whose weights `state` holds, as the history counts them, from 1.
    linear : LinearHalf or None
        Of a wide network.
    thresholds : ndarray of shape (n_classes,), dtype float64, or None
        What the classes' probabilities are measured by; None where all are alike.
    cuts : ndarray of shape (n_classes,), dtype float64, or None
        The same for log-odds, which decide. None: those of the thresholds.
    """

    labels: Labels
    reader: InputReader
    state: NetworkState
    seed: int
    history: History
    best_epoch: int
    linear: LinearHalf | None = None
    thresholds: NDArray[np.float64] | None = None
    cuts: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.thresholds is not None and self.cuts is None:
            object.__setattr__(self, "cuts", cuts_of(self.thresholds, self.labels.multilabel))

    def attributes(self) -> dict[str, Any]:
        """Return them by the names that a fitted classifier gives them."""
        attributes = {
            "_labels": self.labels,
            "_reader": self.reader,
            "_state": self.state,
            "_linear": self.linear,
            "_seed": self.seed,
            "history_": self.history,
            "classes_": self.labels.classes,
            "n_iter_": len(self.history.get("loss", ())),
            "best_epoch_": self.best_epoch,
            "coverage_": self.reader.coverage,
            "thresholds_": self.thresholds,
            "_cuts": self.cuts,
        }
        if self.reader.tokenizer is not None:
            attributes["tokenizer_"] = self.reader.tokenizer
        return attributes


def extend(earlier: History, history: History) -> History:
    """Append a history to an earlier one; figures that either lacks are NaN."""
    before, after = len(earlier.get("loss", ())), len(history.get("loss", ()))
    return {
        name: earlier.get(name, [np.nan] * before) + history.get(name, [np.nan] * after)
        for name in earlier | history
    }
