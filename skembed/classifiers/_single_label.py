"""The task of one class for each document."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax, softmax

from skembed._caller import warn_caller
from skembed._decision import decide
from skembed._labels import check_labels
from skembed._records import record
from skembed.classifiers._task import (
    ClassWeight,
    Targets,
    Task,
    check_class_weight,
    few,
    refuse_other_classes,
)
from skembed.linear import SVM
from skembed.networks import SoftmaxOutput

POWERS = np.linspace(0, 1.5, 31)
"""Powers of the classes' frequencies that are tried as thresholds; 0 leaves the largest score."""


@record
@dataclass(frozen=True)
class SingleLabel(Task):
    """One class of several.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        The classes, sorted.
    """

    classes: NDArray[Any]

    output = SoftmaxOutput()
    linear = SVM

    @property
    def labels(self) -> NDArray[Any]:
        """The classes."""
        return self.classes

    def encode(self, y: ArrayLike, *, name: str = "y") -> Targets:
        """Turn labels into class numbers, int32.

        Raises
        ------
        ValueError
            If `y` holds a label that is not among the classes, or has another
            shape than in fit.
        """
        checked = check_labels(y, name=name, warn=True)
        if checked.ndim != 1:
            raise ValueError(f"{name} must hold one label per document, as in the first fit.")
        unknown = sorted(set(np.unique(checked).tolist()) - set(self.classes.tolist()))
        if unknown:
            raise ValueError(
                f"{name} holds labels that are not among the classes {few(self.classes)}: "
                f"{few(unknown)}."
            )
        return np.searchsorted(self.classes, checked).astype(np.int32)

    def class_weights(self, targets: Targets, class_weight: ClassWeight) -> NDArray[np.float64]:
        """Weigh each document by its class. "balanced" ignores a class without documents."""
        if class_weight is None:
            return np.ones(1)
        if class_weight == "balanced":
            counts = np.bincount(targets, minlength=len(self.classes))
            by_class = len(targets) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        else:
            given = check_class_weight(class_weight, self.classes)
            by_class = np.array([given.get(label, 1.0) for label in self.classes.tolist()])
        weights: NDArray[np.float64] = by_class[targets]
        return weights

    def check_classes(self, classes: ArrayLike) -> None:
        """Refuse other classes than those of the first `partial_fit`."""
        refuse_other_classes(classes, self.classes)

    def predict(
        self, outputs: NDArray[np.float32], cuts: NDArray[np.float64] | None
    ) -> NDArray[Any]:
        """Return the class with the largest log-odds, or largest above its cut."""
        return self.classes[decide(outputs, cuts, multilabel=False)]

    def probabilities(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities whose rows sum to one."""
        return np.asarray(softmax(outputs, axis=1))

    def log_probabilities(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return natural logarithms of probabilities."""
        return np.asarray(log_softmax(outputs, axis=1))

    def tune_cuts(
        self,
        outputs: NDArray[np.float32],
        targets: Targets,
        weights: NDArray[np.float32],
        frequencies: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Cut all classes by the best power of their frequencies.

        The power is the same for all classes, because few documents determine one number, not one
        for each class.

        Returns
        -------
        cuts : ndarray of shape (n_classes,), dtype float64
            Cuts with the mean zero.

        References
        ----------
        Menon et al. (2021), Long-tail learning via logit adjustment, arXiv:2007.07314.
        """
        counted = weights > 0
        scores, targets = outputs.astype(np.float64)[counted], targets[counted]
        rarity = -np.log(np.maximum(frequencies, np.finfo(float).tiny))
        rarity -= rarity.mean()
        n_classes = scores.shape[1]
        found = [
            macro_f1(decide(scores, -p * rarity, multilabel=False), targets, n_classes)
            for p in POWERS
        ]
        cuts: NDArray[np.float64] = -POWERS[int(np.argmax(found))] * rarity
        return cuts

    def thresholds(self, cuts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the divisors of probabilities, whose geometric mean is one."""
        return np.exp(cuts)

    def frequencies(self, targets: Targets) -> NDArray[np.float64]:
        """Return the share of each class."""
        return np.bincount(targets, minlength=len(self.classes)) / len(targets)

    def groups(self, targets: Targets) -> NDArray[np.integer]:
        """Return the class numbers: each class gives its share to a validation."""
        return targets

    def contrasts(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the log-odds of some classes above the mean of all."""
        return super().contrasts(chosen) - np.float32(1 / len(self.classes))

    def warn_if_odd(self, n_samples: int) -> None:
        """Warn, as scikit-learn does, if most classes have one document."""
        n_classes = len(self.classes)
        if n_samples > 20 and n_classes > round(0.5 * n_samples):
            warn_caller(
                f"y has {n_classes} classes for {n_samples} documents. Check that y holds classes, "
                "and neither numbers to be predicted nor texts."
            )


def macro_f1(predicted: NDArray[np.int64], targets: Targets, n_classes: int) -> float:
    """Return the mean F1 score of all classes. A class that never occurs has zero."""
    hits = np.bincount(targets[predicted == targets], minlength=n_classes)
    n_either = np.bincount(predicted, minlength=n_classes) + np.bincount(
        targets, minlength=n_classes
    )
    return float(np.mean(2 * hits / np.maximum(n_either, 1)))
