"""An explanation: a table, HTML with shaded words, and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed._optional import need
from skembed._reports import BLUE, ORANGE, bars, line_colour, probability
from skembed.files import printable
from skembed.inspection._shaded_text import as_html
from skembed.text import Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 8
"""Number of words that are printed for a class; twice as many are drawn."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """What each word of a document adds to the scores of some classes.

    A score is the class's log-odds minus the mean of all classes' log-odds. For a
    multi-label classifier it is the log-odds. For a regressor it is the predicted number;
    with ``loss="poisson"`` it is its logarithm, in multiples of the training targets' mean.

    Attributes
    ----------
    tokens : tuple of str, length n_tokens
        The document's words, without those after `max_length`.
    classes : tuple of labels, length n_classes
        The explained classes: the most probable ones, or those that were passed.
    probabilities : ndarray of shape (n_classes,)
        Predicted probabilities, or a regressor's numbers.
    scores : ndarray of shape (n_classes,), dtype float32
        The scores that are explained.
    base : ndarray of shape (n_classes,), dtype float32
        The scores without any word.
    network : ndarray of shape (n_tokens, n_classes), dtype float32
        Parts of the network, computed by integrated gradients.
    linear : ndarray of shape (n_tokens, n_classes), dtype float32, or None
        Parts of the linear model of a wide network; they are exact.
    text : str
        The document.
    places : tuple of (int, int) or None, length n_tokens
        Start and end of each token in `text`; None for a token that `text` does not contain
        in this form.
    is_known : tuple of bool, length n_tokens
        Whether each token is in the vocabulary. The linear model may know parts of others.
    is_number : bool, default=False
        Whether the estimator is a regressor.
    columns : tuple of str, length n_tokens, or None
        The column of the table that each token is from; None for a single text.
    features : tuple of str, length n_features
        Names of the features in addition to the text.
    of_features : ndarray of shape (n_features, n_classes), dtype float32, or None
        What each feature adds, in the network and in the linear model; None without features.
    """

    tokens: tuple[str, ...]
    classes: tuple[Any, ...]
    probabilities: NDArray[Any]
    scores: NDArray[np.float32]
    base: NDArray[np.float32]
    network: NDArray[np.float32]
    linear: NDArray[np.float32] | None
    text: str
    places: tuple[Place | None, ...]
    is_known: tuple[bool, ...]
    is_number: bool = False
    columns: tuple[str, ...] | None = None
    features: tuple[str, ...] = ()
    of_features: NDArray[np.float32] | None = None

    @property
    def parts(self) -> NDArray[np.float32]:
        """What each token adds in total, of shape (n_tokens, n_classes)."""
        return self.network if self.linear is None else self.network + self.linear

    @property
    def additivity_error(self) -> NDArray[np.float32]:
        """Difference between each score and the sum of base and parts: (n_classes,)."""
        return self.scores - self.base - self._all_parts.sum(axis=0)

    def to_frame(self) -> Any:
        """Return the parts as a pandas DataFrame: a row for each token, a column for each class.

        For a row of a table, the columns of the table are the first level of the index. Features
        come last; their column is called "features".
        """
        pd = need("pandas", "to_frame needs")
        index: Any = [*self.tokens, *self.features]
        if self.columns is not None or self.features:
            columns = [*(self.columns or ["text"] * len(self.tokens))]
            columns += ["features"] * len(self.features)
            index = pd.MultiIndex.from_arrays([columns, index], names=["column", "token"])
        return pd.DataFrame(self._all_parts, index=index, columns=list(self.classes))

    @property
    def _all_parts(self) -> NDArray[np.float32]:
        """Parts of the tokens, then of the features."""
        return self.parts if self.of_features is None else np.vstack([self.parts, self.of_features])

    def __str__(self) -> str:
        return printable("\n\n".join(self._sentences(i) for i in range(len(self.classes))))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(self)

    def _sentences(self, i: int) -> str:
        by_features = ""
        if self.features:
            by_features = f" + features {self._all_parts[len(self.tokens) :, i].sum():z.2f}"
        rows = [
            self.title(i),
            f"score {self.scores[i]:z.2f} = baseline {self.base[i]:z.2f} + words "
            f"{self.parts[:, i].sum():z.2f}{by_features} "
            f"(approximation error {self.additivity_error[i]:z.1g})",
        ]
        shown = self._largest(i)[:MOST]
        width = max(len(label) for label, _ in shown)
        for label, those in shown:
            cells = f"  {label:<{width}}  {self._all_parts[those, i].sum():+z.2f}"
            if self.linear is not None and those[0] < len(self.tokens):
                network, linear = (each[those, i].sum() for each in (self.network, self.linear))
                cells += f"  (network {network:+z.2f}, linear {linear:+z.2f})"
            rows.append(cells)
        return "\n".join(rows)

    def _largest(self, i: int) -> list[tuple[str, list[int]]]:
        """Return words and features with their places, the largest part of a class first.

        A repeated word is listed once, with the sum of its parts.
        """
        columns = [f"{c}: " for c in self.columns] if self.columns else [""] * len(self.tokens)
        labels = [f"{c}{token}" for c, token in zip(columns, self.tokens, strict=True)]
        found: dict[tuple[str, bool], list[int]] = {}
        for k, label in enumerate([*labels, *self.features]):
            found.setdefault((label, k < len(labels)), []).append(k)
        several = {
            label if len(those) == 1 else f"{label} ({len(those)} times)": those
            for (label, is_word), those in found.items()
        }
        parts = self._all_parts[:, i]
        return sorted(several.items(), key=lambda each: -abs(parts[each[1]].sum()))

    def name(self, i: int) -> str:
        """Return the name of a class, or of a regressor's output, at a place in `classes`."""
        if not self.is_number:
            return str(self.classes[i])
        return "prediction" if self.classes == (0,) else f"prediction of output {self.classes[i]}"

    def title(self, i: int) -> str:
        """Return the name and the prediction of the class at a place in `classes`."""
        if self.is_number:
            return f"{self.name(i)} {self.probabilities[i]:z.5g}"
        return f"{self.name(i)}: probability {probability(float(self.probabilities[i]))}"

    def plot(self, ax: Axes | None = None, *, label: object = None) -> Any:
        """Draw the words with the largest parts for or against a class.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure.
        label : label, default=None
            One of `classes`. None draws the first.

        Returns
        -------
        ax : matplotlib.axes.Axes
        """
        if label is not None and label not in self.classes:
            raise ValueError(f"label={label!r} is not among the classes {self.classes!r:.200}.")
        i = 0 if label is None else self.classes.index(label)
        shown = self._largest(i)[: 2 * MOST]
        values = [float(self._all_parts[those, i].sum()) for _, those in shown]
        colours = [BLUE if value > 0 else ORANGE for value in values]
        ax = bars([label for label, _ in shown], values, colours, ax, 6)
        ax.axvline(0, color=line_colour(ax), lw=0.8)
        ax.set_title(self.title(i), loc="left", fontsize="medium")
        ax.set_xlabel(f"added to the {'' if self.is_number else 'score of '}{self.name(i)}")
        return ax
