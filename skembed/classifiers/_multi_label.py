"""The task of any number of labels for each document."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

from skembed._decision import decide
from skembed._labels import check_labels
from skembed._records import record
from skembed.classifiers._task import (
    ClassWeight,
    Targets,
    Task,
    check_class_weight,
    refuse_other_classes,
)
from skembed.linear import SVM
from skembed.networks import SigmoidOutput


@record
@dataclass(frozen=True)
class MultiLabel(Task):
    """A document may have several labels, or none.

    Attributes
    ----------
    classes : ndarray of shape (n_labels,), dtype int64
        The numbers of the labels.
    """

    classes: NDArray[Any]

    output = SigmoidOutput()
    linear = SVM

    @property
    def labels(self) -> NDArray[Any]:
        """The numbers of the labels."""
        return self.classes

    def encode(self, y: ArrayLike, *, name: str = "y") -> Targets:
        """Check an indicator matrix of 0 and 1; return it as float32.

        Raises
        ------
        ValueError
            If it does not have a column for each label.
        """
        checked = check_labels(y, name=name, warn=True)
        if checked.ndim != 2 or checked.shape[1] != len(self.classes):
            raise ValueError(
                f"{name} must have {len(self.classes)} columns, one per label, got shape "
                f"{checked.shape}."
            )
        return checked.astype(np.float32)

    def class_weights(self, targets: Targets, class_weight: ClassWeight) -> NDArray[np.float64]:
        """Weigh documents by label; "balanced" gives both sides of each label the same total."""
        n_samples, n_labels = targets.shape
        if class_weight == "balanced":
            n_with = targets.sum(axis=0)
            positive = n_samples / np.maximum(2 * n_with, 1)
            negative = n_samples / np.maximum(2 * (n_samples - n_with), 1)
            return np.where(targets == 1, positive, negative)
        given = check_class_weight(class_weight, self.classes)
        positive = np.array([given.get(label, 1.0) for label in range(n_labels)])
        return np.where(targets == 1, positive, 1.0)

    def check_classes(self, classes: ArrayLike) -> None:
        """Refuse other classes than those of the first `partial_fit`."""
        refuse_other_classes(classes, self.classes)

    def predict(
        self, outputs: NDArray[np.float32], cuts: NDArray[np.float64] | None
    ) -> NDArray[np.int64]:
        """Return indicators of the labels whose log-odds are above zero, or above their cuts."""
        return decide(outputs, cuts, multilabel=True)

    def probabilities(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a probability for each label."""
        return np.asarray(expit(outputs))

    def log_probabilities(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return natural logarithms of probabilities."""
        return np.asarray(log_expit(outputs))

    def tune_cuts(
        self,
        outputs: NDArray[np.float32],
        targets: Targets,
        weights: NDArray[np.float32],
        frequencies: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Find the best cut of each label.

        References
        ----------
        Lipton, Elkan, Naryanaswamy (2014), Optimal thresholding of classifiers to
        maximize F1 measure, arXiv:1402.1892.
        """
        scores, counted = outputs.astype(np.float64), weights > 0
        columns = zip(scores.T, targets.T, counted.T, strict=True)
        return np.array([best_cut(column[some], wanted[some]) for column, wanted, some in columns])

    def thresholds(self, cuts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities above which labels are predicted, which may round to one."""
        return np.asarray(expit(cuts))


def best_cut(scores: NDArray[np.float64], wanted: NDArray[np.generic]) -> float:
    """Return the best score above which a label is predicted; 0 if no document has it."""
    if not wanted.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = np.cumsum(wanted[order])
    found = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
    found[:-1][ranked[1:] == ranked[:-1]] = -np.inf
    best = int(found.argmax())
    following = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] - 1
    # The mean of two large scores may round to the upper one, which must be above the cut.
    return float(min((ranked[best] + following) / 2, np.nextafter(ranked[best], -np.inf)))
