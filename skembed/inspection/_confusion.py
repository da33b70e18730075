"""A confusion matrix of the largest classes."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

from skembed._labels import check_labels
from skembed._reports import new_axes
from skembed._types import Classifier, Documents, Labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OTHERS = "all others"

MOST_WITH_FIGURES = 25
"""Most rows of a matrix whose cells show figures; a larger one has a colour bar."""

LARGEST = 12.0
"""Largest width and height of a picture, in inches."""


class LargestClassesDisplay(ConfusionMatrixDisplay):
    """Confusion matrix of the most frequent classes; all others are one class.

    Each row holds shares of a class's documents and adds up to one. It is zero if there are
    no documents of the class. Use `from_estimator` or `from_predictions` to make it.
    Parameters and attributes are those of `sklearn.metrics.ConfusionMatrixDisplay`.
    """

    @classmethod
    def from_estimator(
        cls,
        estimator: Classifier,
        X: Documents,
        y: Labels,
        *,
        n_classes: int = 12,
        ax: "Axes | None" = None,
    ) -> "LargestClassesDisplay":
        """Draw the predictions of a fitted classifier.

        Parameters
        ----------
        estimator : classifier
            A fitted classifier.
        X : as for the classifier's ``predict``
            The documents.
        y : array-like of shape (n_samples,)
            Their labels.
        n_classes : int, default=12
            Number of classes with their own row and column.
        ax : matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        display : LargestClassesDisplay
        """
        return cls.from_predictions(y, estimator.predict(X), n_classes=n_classes, ax=ax)

    @classmethod
    def from_predictions(
        cls, y_true: Labels, y_pred: Labels, *, n_classes: int = 12, ax: "Axes | None" = None
    ) -> "LargestClassesDisplay":
        """Draw given labels and predictions.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n_samples,)
            Labels of the documents, and predicted labels.
        n_classes : int, default=12
            Number of classes with their own row and column.
        ax : matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        display : LargestClassesDisplay
        """
        if n_classes < 1:
            raise ValueError(f"n_classes must be at least 1, got {n_classes!r}.")
        true, predicted = (
            check_labels(y, name=name) for name, y in (("y_true", y_true), ("y_pred", y_pred))
        )
        if true.ndim != 1 or predicted.shape != true.shape:
            raise ValueError(
                "y_true and y_pred must hold one label for each document; got shapes "
                f"{true.shape} and {predicted.shape}."
            )
        matrix, shown = _shares(true, predicted, n_classes)
        if ax is None:
            size = min(2.5 + 0.5 * len(shown), LARGEST)
            ax = new_axes(size, size, "LargestClassesDisplay needs")
        display = cls(matrix, display_labels=shown)
        display._draw(ax, has_figures=len(shown) <= MOST_WITH_FIGURES)
        return display

    def _draw(self, ax: "Axes", *, has_figures: bool) -> None:
        """Draw figures in the cells, except zeros, or a bar that explains the colours."""
        self.plot(
            ax=ax,
            cmap="Blues",
            values_format=".2f",
            xticks_rotation="vertical",
            colorbar=not has_figures,
            include_values=has_figures,
        )
        if not has_figures:
            ax.tick_params(labelsize=max(500 / len(self.confusion_matrix), 4))
            return
        for text in self.text_.ravel():
            text.set_fontsize(8)
            if text.get_text() == "0.00":
                text.set_text("")


def _shares(
    true: NDArray[Any], predicted: NDArray[Any], n_classes: int
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the matrix of the largest classes and of all others, and the names of its rows."""
    labels, counts = np.unique(true, return_counts=True)
    kept = labels[np.argsort(-counts, kind="stable")[:n_classes]].tolist()
    numbers = {label: i for i, label in enumerate(kept)}
    rows, columns = (
        [numbers.get(label, len(kept)) for label in values.tolist()] for values in (true, predicted)
    )
    shown = [str(label) for label in kept]
    if len(kept) in {*rows, *columns}:
        shown.append(OTHERS)
    return confusion_matrix(rows, columns, labels=range(len(shown)), normalize="true"), shown
