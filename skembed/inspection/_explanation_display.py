"""The words with the largest parts for a class, as a scikit-learn display."""

from typing import TYPE_CHECKING

from skembed._types import Classifier
from skembed.inspection._explain import explain
from skembed.inspection._explanation import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ExplanationDisplay:
    """The words of a text that add most to the score of a class.

    Use `from_estimator` to make it.

    Parameters
    ----------
    explanation : Explanation
        The explanation to draw.
    label : label, default=None
        The class to draw. None draws the first class of the explanation.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    """

    def __init__(self, explanation: Explanation, *, label: object = None) -> None:
        self.explanation = explanation
        self.label = label

    @classmethod
    def from_estimator(
        cls,
        estimator: Classifier,
        text: str,
        *,
        label: object = None,
        n_points: int = 64,
        ax: "Axes | None" = None,
    ) -> "ExplanationDisplay":
        """Explain the prediction of a fitted classifier for a text, and draw the explanation.

        Parameters
        ----------
        estimator : LSTMTextClassifier, CNNTextClassifier or Pipeline
            As for `explain`.
        text : str
            The document.
        label : label, default=None
            The class to explain. None explains the most probable one.
        n_points : int, default=64
            As for `explain`.
        ax : matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        display : ExplanationDisplay
        """
        classes = None if label is None else [label]
        explanation = explain(estimator, text, classes=classes, n_points=n_points)
        return cls(explanation, label=label).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "ExplanationDisplay":
        """Draw the explanation.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        display : ExplanationDisplay
        """
        self.ax_ = self.explanation.plot(ax, label=self.label)
        self.figure_ = self.ax_.figure
        return self
