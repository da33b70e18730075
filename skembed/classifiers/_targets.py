"""Labels and weights to numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import _check_sample_weight

from skembed._caller import warn_caller
from skembed._labels import as_labels, check_labels


@dataclass(frozen=True)
class Labels:
    """The classes, and whether a document may have several.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted classes; for multi-label targets the numbers of the labels.
    multilabel : bool
        Whether targets are an indicator matrix.
    """

    classes: NDArray[Any]
    multilabel: bool

    @classmethod
    def find(cls, y: Any, classes: Any = None) -> "Labels":
        """Learn the classes from labels, or take them as given.

        Raises
        ------
        ValueError
            If there are fewer than two, a label is missing, or `classes` are not the
            numbers of the columns of an indicator matrix.
        """
        checked = check_labels(y)
        multilabel = checked.ndim == 2
        if classes is not None:
            found = np.unique(as_labels(classes, "classes"))
        else:
            found = np.arange(checked.shape[1]) if multilabel else np.unique(checked)
        if multilabel and not np.array_equal(found, np.arange(checked.shape[1])):
            raise ValueError(
                f"classes must be the numbers of y's {checked.shape[1]} columns for multi-label "
                f"targets, such as range({checked.shape[1]}), got {classes!r}."
            )
        if len(found) < 2:
            raise ValueError(
                f"y must hold at least two classes to tell apart, got one class: {_few(found)}."
            )
        return cls(found, multilabel)

    def encode(self, y: Any, *, name: str = "y") -> NDArray[Any]:
        """Turn labels into class numbers, int32, or indicators, float32.

        Raises
        ------
        ValueError
            If `y` holds a label that is not among the classes, or has another
            shape than in fit.
        """
        checked = check_labels(y, name=name, warn=True)
        if self.multilabel:
            if checked.ndim != 2 or checked.shape[1] != len(self.classes):
                raise ValueError(
                    f"{name} must have {len(self.classes)} columns, one per label, got shape "
                    f"{checked.shape}."
                )
            return checked.astype(np.float32)
        if checked.ndim != 1:
            raise ValueError(f"{name} must hold one label per document, as in the first fit.")
        unknown = sorted(set(np.unique(checked).tolist()) - set(self.classes.tolist()))
        if unknown:
            raise ValueError(
                f"{name} holds labels that are not among the classes {_few(self.classes)}: "
                f"{_few(unknown)}."
            )
        return np.searchsorted(self.classes, checked).astype(np.int32)

    def warn_if_many(self, n_samples: int) -> None:
        """Warn, as scikit-learn does, where most classes have one document."""
        n_classes = len(self.classes)
        if not self.multilabel and n_samples > 20 and n_classes > round(0.5 * n_samples):
            warn_caller(
                f"y has {n_classes} classes for {n_samples} documents. Check that y holds classes, "
                "and neither numbers to be predicted nor texts."
            )

    def weigh(
        self,
        targets: NDArray[Any],
        class_weight: Any,
        sample_weight: Any,
        *,
        normalise: bool = True,
    ) -> NDArray[np.float32]:
        """Combine class and sample weights into weights of the losses.

        Parameters
        ----------
        targets : ndarray of shape (n_samples,) or (n_samples, n_labels)
            Class numbers or indicators, as `encode` gives them.
        class_weight : dict, "balanced" or None
            Weight of each class. For multi-label targets the weight of the
            documents that have the label; "balanced" gives both sides of each
            label the same total.
        sample_weight : array-like of shape (n_samples,) or None
            Weight of each document.
        normalise : bool, default=True
            Scale the weights to mean 1, so that only their ratios matter. False
            leaves the products as they are, so that weights of one batch can be
            compared with those of another.

        Returns
        -------
        weights : ndarray of the shape of `targets`, dtype float32
            Class weight times sample weight.

        Raises
        ------
        ValueError
            If one is negative or missing, or all are zero and to be scaled.
        """
        rows = np.empty((len(targets), 1))
        weights = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
        if self.multilabel:
            self._check_keys(class_weight)
            weights = weights[:, None] * _label_weights(targets, class_weight)
        elif class_weight is not None:
            weights = weights * self._class_weights(targets, class_weight)[targets]
        if normalise:
            refuse_weightless(weights)
            weights = weights / weights.max()  # so that their sum is finite
            weights /= weights.mean()
        return weights.astype(np.float32)

    def _class_weights(self, targets: NDArray[Any], class_weight: Any) -> NDArray[np.float64]:
        """Weigh each class; one without documents is not weighed by "balanced"."""
        if class_weight == "balanced":
            counts = np.bincount(targets, minlength=len(self.classes))
            return len(targets) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        self._check_keys(class_weight)
        return np.array([class_weight.get(label, 1.0) for label in self.classes.tolist()])

    def _check_keys(self, class_weight: Any) -> None:
        if not isinstance(class_weight, dict):
            return
        classes = self.classes.tolist()
        unknown = [label for label in class_weight if label not in classes]
        # As in scikit-learn: a fold may lack a class, but a misspelt one leaves another unweighted.
        if unknown and any(label not in class_weight for label in classes):
            raise ValueError(
                f"class_weight has the keys {_few(unknown)}, but the classes are "
                f"{_few(self.classes)}. For multi-label targets the keys are column numbers."
            )
        for label, weight in class_weight.items():
            if not isinstance(weight, int | float | np.number) or not 0 <= weight < np.inf:
                raise ValueError(
                    f"class_weight must hold weights of at least 0, but that of {label!r} is "
                    f"{weight!r}."
                )


def check_partial_fit(class_weight: Any, classes: Any, earlier: Labels | None) -> None:
    """Refuse weights and classes that do not go with training batch by batch.

    Raises
    ------
    ValueError
        If weights need all documents, or `classes` is missing in the first call or differs
        in a later one.
    """
    if class_weight == "balanced":
        raise ValueError(
            "class_weight='balanced' cannot be used with partial_fit, which does not see all "
            "documents. Pass a dict of weights; scikit-learn's compute_class_weight makes one."
        )
    if earlier is None and classes is None:
        raise ValueError("classes must be passed on the first call to partial_fit.")
    if earlier is None or classes is None:
        return
    if not np.array_equal(np.unique(as_labels(classes, "classes")), earlier.classes):
        raise ValueError(
            f"classes={classes!r} is not the same as on the first call to partial_fit: "
            f"{earlier.classes!r}."
        )


def refuse_weightless(weights: NDArray[Any]) -> None:
    """Refuse weights that are all zero, from which nothing can be learned."""
    if not weights.any():
        raise ValueError(
            "class_weight and sample_weight must not be zero for every document. Pass documents "
            "that have a weight."
        )


def _few(values: Any) -> str:
    shown = ", ".join(str(value) for value in list(values)[:5])
    return shown + (", ..." if len(values) > 5 else "")


def _label_weights(targets: NDArray[Any], class_weight: Any) -> NDArray[np.float64]:
    n_samples, n_labels = targets.shape
    if class_weight == "balanced":
        n_with = targets.sum(axis=0)
        positive = n_samples / np.maximum(2 * n_with, 1)
        negative = n_samples / np.maximum(2 * (n_samples - n_with), 1)
        return np.where(targets == 1, positive, negative)
    given = class_weight or {}
    positive = np.array([given.get(label, 1.0) for label in range(n_labels)])
    return np.where(targets == 1, positive, 1.0)
