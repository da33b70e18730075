"""An explanation: a table, HTML with shaded words, and a picture."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed._optional import need
from skembed.files import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 8
"""Words of a class that are printed; twice as many are drawn."""

FOR, AGAINST = (31, 95, 153), (196, 86, 26)
"""Colours of words that speak for a class, and against it: blue and orange."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """What each word of a document adds to the scores of some classes.

    A score is the class's log-odds above the mean of all classes', of a multi-label
    classifier the log-odds themselves. Of a regressor it is the predicted number; with
    ``loss="poisson"`` its logarithm, in multiples of the training targets' mean.

    Attributes
    ----------
    tokens : tuple of str, length n_tokens
        The document's words, as far as `max_length` has not cut them.
    classes : tuple of labels, length n_classes
        Those that are explained: the most probable ones, or those asked for.
    probabilities : ndarray of shape (n_classes,)
        What the classifier predicts, or a regressor's numbers.
    scores : ndarray of shape (n_classes,), dtype float32
        What is explained.
    base : ndarray of shape (n_classes,), dtype float32
        The scores without any word.
    network : ndarray of shape (n_tokens, n_classes), dtype float32
        Parts of the network, by integrated gradients.
    linear : ndarray of shape (n_tokens, n_classes), dtype float32, or None
        Parts of the linear model of a wide network: exact.
    is_number : bool, default=False
        Whether the estimator is a regressor.
    columns : tuple of str, length n_tokens, or None
        The column of the table that each token is from; None of a text alone.
    features : tuple of str, length n_features
        Names of the numbers beside the text.
    of_features : ndarray of shape (n_features, n_classes), dtype float32, or None
        What each of them adds, in the network and in the linear model; None as without any.
    """

    tokens: tuple[str, ...]
    classes: tuple[Any, ...]
    probabilities: NDArray[Any]
    scores: NDArray[np.float32]
    base: NDArray[np.float32]
    network: NDArray[np.float32]
    linear: NDArray[np.float32] | None
    is_number: bool = False
    columns: tuple[str, ...] | None = None
    features: tuple[str, ...] = ()
    of_features: NDArray[np.float32] | None = None

    @property
    def parts(self) -> NDArray[np.float32]:
        """What each token adds in all, of shape (n_tokens, n_classes)."""
        return self.network if self.linear is None else self.network + self.linear

    @property
    def additivity_error(self) -> NDArray[np.float32]:
        """What base and parts lack, or have too much, of each score: (n_classes,)."""
        return self.scores - self.base - self._all_parts.sum(axis=0)

    def to_frame(self) -> Any:
        """Return the parts as a pandas DataFrame: a row for each token, a column for each class.

        Of a table's row, the columns of the table are the first level of its index. Features
        follow, in a column "features".
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
        """Parts of tokens, and behind them of features."""
        return self.parts if self.of_features is None else np.vstack([self.parts, self.of_features])

    def __str__(self) -> str:
        return printable("\n\n".join(self._sentences(i) for i in range(len(self.classes))))

    __repr__ = __str__

    def _sentences(self, i: int) -> str:
        rows = [f"{self.classes[i]}: probability {self.probabilities[i]:.3f}"]
        if self.is_number:
            rows = [f"{self._name(i)} {self.probabilities[i]:.5g}"]
        by_features = ""
        if self.features:
            by_features = f" {self._all_parts[len(self.tokens) :, i].sum():+.2f} by features"
        rows.append(
            f"score {self.scores[i]:+.2f} = {self.base[i]:+.2f} without words "
            f"{self.parts[:, i].sum():+.2f} by words{by_features} "
            f"{self.additivity_error[i]:+.1g} error"
        )
        labels, parts = self._labels, self._all_parts[:, i]
        width = max(map(len, labels))
        for k in _largest(parts, MOST):
            cells = f"  {labels[k]:<{width}}  {parts[k]:+.2f}"
            if self.linear is not None and k < len(self.tokens):
                cells += f"  (network {self.network[k, i]:+.2f}, linear {self.linear[k, i]:+.2f})"
            rows.append(cells)
        return "\n".join(rows)

    @property
    def _labels(self) -> list[str]:
        """The tokens, with the columns that they are from, and the features."""
        if self.columns is None:
            return [*self.tokens, *self.features]
        tokens = [f"{c}: {t}" for c, t in zip(self.columns, self.tokens, strict=True)]
        return [*tokens, *self.features]

    def _name(self, i: int) -> str:
        """Name a class, or a regressor's output."""
        if not self.is_number:
            return str(self.classes[i])
        return "prediction" if self.classes == (0,) else f"prediction of output {self.classes[i]}"

    def _repr_html_(self) -> str:
        largest = max(float(np.abs(self._all_parts).max()), 1e-9)
        return "\n".join(self._line(i, largest) for i in range(len(self.classes)))

    def _line(self, i: int, largest: float) -> str:
        columns = [f"{c}: " for c in self.columns] if self.columns else [""] * len(self.tokens)
        columns += [""] * len(self.features)
        words = "".join(
            f'<span title="{html.escape(column)}{part:+.3f}" '
            f'style="background:{_shade(part / largest)};padding:1px 3px;border-radius:3px">'
            f"{html.escape(token)}</span> "
            for token, column, part in zip(
                (*self.tokens, *self.features), columns, self._all_parts[:, i].tolist(), strict=True
            )
        )
        return (
            f'<p style="line-height:1.8"><b>{html.escape(self._name(i))}</b> '
            f"{self.probabilities[i]:{'.5g' if self.is_number else '.3f'}}: {words}</p>"
        )

    def plot(self, ax: Axes | None = None, *, label: object = None) -> Any:
        """Draw the words that add most to a class, for or against it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw. None makes a new figure.
        label : label, default=None
            One of `classes`. None: the first.

        Returns
        -------
        ax : matplotlib.axes.Axes
        """
        if label is not None and label not in self.classes:
            raise ValueError(f"label={label!r} is not among the classes {self.classes!r:.200}.")
        i = 0 if label is None else self.classes.index(label)
        shown = _largest(self._all_parts[:, i], 2 * MOST)
        if ax is None:
            plt = need("matplotlib.pyplot", "plot needs")
            _, ax = plt.subplots(figsize=(6, 1.3 + 0.25 * len(shown)), layout="constrained")
        values = self._all_parts[shown, i]
        colours = ["#%02x%02x%02x" % (FOR if value > 0 else AGAINST) for value in values]
        rows = np.arange(len(shown))
        ax.barh(rows, values, color=colours)
        ax.set_yticks(rows, [self._labels[k] for k in shown])
        ax.set_ylim(len(shown) - 0.4, -0.6)
        ax.axvline(0, color="black", lw=0.8)
        ax.set_xlabel(f"added to the {'' if self.is_number else 'score of '}{self._name(i)}")
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.tick_params(axis="y", length=0)
        return ax


def _largest(parts: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Return the places of the largest parts, for or against, the largest first."""
    return np.argsort(-np.abs(parts), kind="stable")[:n]


def _shade(share: float) -> str:
    red, green, blue = FOR if share > 0 else AGAINST
    return f"rgba({red},{green},{blue},{0.6 * abs(share):.2f})"
