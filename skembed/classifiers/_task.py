"""The kinds of prediction: labels as numbers, and a network's outputs as predictions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import _check_sample_weight

from skembed._labels import as_labels
from skembed.linear import LinearKind
from skembed.networks import Output

Targets = NDArray[Any]
"""Of shape (n_samples,), int32, or (n_samples, n_outputs), float32; the `output` says which."""

ClassWeight = Mapping[Any, float] | Literal["balanced"] | None


class Task(ABC):
    """The kind of prediction that a fit has learned. It is made from the labels of a first fit.

    A subclass is a frozen dataclass that is a `record`, so that files may hold it.

    Attributes
    ----------
    output : Output
        What the network's outputs mean.
    labels : ndarray of shape (n_outputs,)
        What each output stands for.
    linear : LinearKind or None
        The linear model that learns the targets from words. None if there is none.
    """

    output: ClassVar[Output]
    linear: ClassVar[LinearKind | None] = None

    @property
    @abstractmethod
    def labels(self) -> NDArray[Any]:
        """What each output stands for, of shape (n_outputs,)."""

    @abstractmethod
    def encode(self, y: ArrayLike, *, name: str = "y") -> Targets:
        """Turn a user's labels into targets.

        Raises
        ------
        ValueError
            If they are not of the kind of the first fit.
        """

    @abstractmethod
    def predict(
        self, outputs: NDArray[np.float32], cuts: NDArray[np.float64] | None
    ) -> NDArray[Any]:
        """Turn outputs of shape (n_samples, n_outputs) into predictions."""

    def class_weights(self, targets: Targets, class_weight: ClassWeight) -> NDArray[np.float64]:
        """Return the weight of each target, of the shape of `targets`, or one weight for all."""
        if class_weight is not None:
            raise self._without("classes to weigh. Set class_weight=None")
        return np.ones(1)

    def check_classes(self, classes: ArrayLike) -> None:
        """Check the classes that are passed to a later `partial_fit`."""
        raise self._without("classes. Leave them out")

    def probabilities(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn outputs into probabilities."""
        raise self._without("probabilities. Call predict")

    def log_probabilities(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn outputs into finite natural logarithms of probabilities."""
        raise self._without("probabilities. Call predict")

    def figures(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn outputs into probabilities, or numbers in their unit."""
        return self.probabilities(outputs)

    def tune_cuts(
        self,
        outputs: NDArray[np.float32],
        targets: Targets,
        weights: NDArray[np.float32],
        frequencies: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Find the cuts of the log-odds that make the macro-averaged F1 score largest.

        Parameters
        ----------
        outputs : ndarray of shape (n_samples, n_outputs), dtype float32
            Outputs for documents that the network was not trained on.
        targets : ndarray
            Their targets.
        weights : ndarray of the shape of `targets`, dtype float32
            Documents of weight zero do not count; the others count equally.
        frequencies : ndarray of shape (n_outputs,), dtype float64
            Shares of the labels among the training documents.

        Returns
        -------
        cuts : ndarray of shape (n_outputs,), dtype float64
        """
        raise self._without('decision to tune. Set decision="argmax"')

    def thresholds(self, cuts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn cuts of the log-odds into thresholds of probabilities."""
        raise self._without("thresholds")

    def _without(self, what: str) -> ValueError:
        return ValueError(f"{type(self).__name__} has no {what}.")

    def frequencies(self, targets: Targets) -> NDArray[np.float64]:
        """Return the share of each label among the targets, of shape (n_outputs,)."""
        return np.asarray(targets.sum(axis=0) / len(targets), dtype=np.float64)

    def groups(self, targets: Targets) -> NDArray[np.integer]:
        """Return numbers of shape (n_samples,): each group gives its share to a validation."""
        return np.zeros(len(targets), dtype=np.int32)

    def contrasts(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the sums of outputs that make the scores of some labels, to explain them.

        Returns
        -------
        contrasts : ndarray of shape (n_outputs, n_chosen), dtype float32
        """
        found = np.zeros((len(self.labels), len(chosen)), dtype=np.float32)
        found[chosen, np.arange(len(chosen))] = 1
        return found

    def base(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the numbers that are added to these scores, of shape (n_chosen,)."""
        return np.zeros(len(chosen), dtype=np.float32)

    def warn_if_odd(self, n_samples: int) -> None:  # noqa: B027 - most tasks never warn
        """Warn of labels that seem to be of another task; `n_samples` documents have them."""

    def weigh(
        self,
        targets: Targets,
        class_weight: ClassWeight,
        sample_weight: ArrayLike | None,
        *,
        normalise: bool = True,
    ) -> NDArray[np.float32]:
        """Combine class and sample weights into weights of the losses.

        Parameters
        ----------
        targets : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As `encode` gives them.
        class_weight : dict, "balanced" or None
            Weight of each label.
        sample_weight : array-like of shape (n_samples,) or None
            Weight of each document.
        normalise : bool, default=True
            Scale the weights to mean 1, so that only their ratios matter. False returns the
            products, which can be compared with those of another batch.
        """
        rows = np.empty((len(targets), 1))
        given = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
        if sample_weight is not None:
            refuse_weightless(given)  # as scikit-learn does from 1.9 on
        weights: NDArray[np.float64] = given if targets.ndim == 1 else given[:, None]
        weights = weights * self.class_weights(targets, class_weight)
        weights = np.broadcast_to(weights, targets.shape)
        if normalise:
            refuse_weightless(weights)
            weights = weights / weights.max()  # so that their sum is finite
            weights = weights / weights.mean()
        return weights.astype(np.float32)


def refuse_weightless(weights: NDArray[Any]) -> None:
    """Refuse weights that are all zero, from which nothing can be learned."""
    if not weights.any():
        raise ValueError(
            "class_weight and sample_weight must not be zero for every document. Pass documents "
            "that have a weight."
        )


def check_class_weight(class_weight: ClassWeight, labels: NDArray[Any]) -> Mapping[Any, float]:
    """Check weights of labels; return an empty mapping if there are none."""
    if not isinstance(class_weight, Mapping):
        return {}
    names = labels.tolist()
    unknown = [label for label in class_weight if label not in names]
    # As in scikit-learn: a fold may lack a class, but a misspelt one leaves another unweighted.
    if unknown and any(label not in class_weight for label in names):
        raise ValueError(
            f"class_weight has the keys {few(unknown)}, but the classes are "
            f"{few(labels)}. For multi-label targets the keys are column numbers."
        )
    for label, weight in class_weight.items():
        if not isinstance(weight, int | float | np.number) or not 0 <= weight < np.inf:
            raise ValueError(
                f"class_weight must hold weights of at least 0, but that of {label!r} is "
                f"{weight!r}."
            )
    return class_weight


def refuse_other_classes(classes: ArrayLike, earlier: NDArray[Any]) -> None:
    """Refuse classes that differ from those of the first call to `partial_fit`."""
    if not np.array_equal(np.unique(as_labels(classes, "classes")), earlier):
        raise ValueError(
            f"classes={classes!r} is not the same as on the first call to partial_fit: {earlier!r}."
        )


def few(values: Any) -> str:
    """Show the first of some labels."""
    shown = ", ".join(str(value) for value in list(values)[:5])
    return shown + (", ..." if len(values) > 5 else "")
