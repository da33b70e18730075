"""The epochs of a fit, drawn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from skembed._optional import need
from skembed._reports import BLUE, GREEN, GREY, ORANGE
from skembed._types import Classifier
from skembed.classifiers import fitted_model, text_estimator_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRAINING, VALIDATION, JOINT = BLUE, ORANGE, GREEN


class HistoryDisplay:
    """Loss and accuracy of each epoch.

    Use `from_estimator` to make it.

    Parameters
    ----------
    history : dict of str to list of float
        ``history_`` of a classifier.
    best_epoch : int, default=None
        The epoch whose weights were kept, counted from 1. None marks no epoch.
    has_linear_model : bool, default=False
        Whether a linear model is combined with the network. The legends then say which
        curves show the network alone, and which one shows the whole model.

    Attributes
    ----------
    axes_ : tuple of matplotlib.axes.Axes
        The axes of the loss and of the accuracy.
    figure_ : matplotlib.figure.Figure
    """

    def __init__(
        self,
        history: dict[str, list[float]],
        *,
        best_epoch: int | None = None,
        has_linear_model: bool = False,
    ) -> None:
        self.history = history
        self.best_epoch = best_epoch
        self.has_linear_model = has_linear_model

    @classmethod
    def from_estimator(
        cls, estimator: Classifier, *, axes: "Sequence[Axes] | None" = None
    ) -> "HistoryDisplay":
        """Draw the epochs of a fitted classifier, or of the classifier at the end of a pipeline.

        Parameters
        ----------
        estimator : LSTMTextClassifier, CNNTextClassifier or Pipeline
            A fitted estimator.
        axes : sequence of two matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        display : HistoryDisplay
        """
        last = text_estimator_of(estimator, "HistoryDisplay.from_estimator")
        model = fitted_model(last, "HistoryDisplay.from_estimator")
        has_linear_model = model.linear is not None
        return cls(
            last.history_, best_epoch=last.best_epoch_, has_linear_model=has_linear_model
        ).plot(axes)

    def plot(self, axes: "Sequence[Axes] | None" = None) -> "HistoryDisplay":
        """Draw loss and accuracy.

        Parameters
        ----------
        axes : sequence of two matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        display : HistoryDisplay
        """
        if axes is None:
            plt = need("matplotlib.pyplot", "HistoryDisplay needs")
            _, axes = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
        self.axes_ = tuple(axes)
        self.figure_ = self.axes_[0].figure
        metric = "accuracy" if "accuracy" in self.history else "mean_absolute_error"
        alone = ", network alone" * self.has_linear_model
        for ax, name in zip(self.axes_, ("loss", metric), strict=True):
            for key, label, colour in (
                (name, f"training{alone}", TRAINING),
                (f"val_{name}", f"validation{alone}", VALIDATION),
                (f"val_joint_{name}", "validation, whole model", JOINT),
            ):
                values = self.history.get(key)
                if values:
                    epochs = range(1, len(values) + 1)
                    ax.plot(epochs, values, marker="o", ms=4, color=colour, label=label)
            if self.best_epoch is not None and "val_loss" in self.history:
                ax.axvline(self.best_epoch, color=GREY, ls="--", lw=1, label="kept")
            ax.set(xlabel="epoch", title=name.replace("_", " "))
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.spines[["top", "right"]].set_visible(False)
            ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.18))
        return self


def plot_history(estimator: Classifier, *, axes: "Sequence[Axes] | None" = None) -> HistoryDisplay:
    """Draw loss and accuracy of a fitted classifier's epochs.

    It is the same as ``HistoryDisplay.from_estimator``.

    Parameters
    ----------
    estimator : LSTMTextClassifier, CNNTextClassifier or Pipeline
        A fitted estimator.
    axes : sequence of two matplotlib.axes.Axes, default=None
        The axes to draw on. None makes a new figure.

    Returns
    -------
    display : HistoryDisplay
    """
    return HistoryDisplay.from_estimator(estimator, axes=axes)
