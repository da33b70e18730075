"""The result of a comparison: numbers, table, plot and sentences."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed._optional import need
from skembed.comparison._plot import draw
from skembed.comparison._statistics import Difference, corrected_t_test
from skembed.comparison._table import HEADINGS, Row, as_html, as_text
from skembed.files import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Scores and costs of several estimators on the same folds.

    `compare` returns it. Printing it shows a table and sentences that explain it.

    Parameters
    ----------
    names : list of str, length n_estimators
        The names of the estimators; an added baseline comes first.
    scores : ndarray of shape (n_estimators, n_folds), dtype float64
        Higher is better.
    scoring : str
        The name of the score.
    baseline : str or None
        The name of the estimator that the others are compared with.
    fit_seconds : ndarray of shape (n_estimators, n_folds), dtype float64
        Wall-clock seconds of training.
    documents_per_second : ndarray of shape (n_estimators, n_folds), dtype float64
        Speed of ``predict``, from document to label.
    megabytes : ndarray of shape (n_estimators, n_folds), dtype float64
        Size of the fitted estimator's pickle in millions of bytes; NaN if it
        cannot be pickled.
    test_to_train : float
        Test documents per training document, mean over the folds.
    failures : list of str, default=[]
        A sentence for each fit that has failed. The figures of such a fit and the mean of
        its estimator are NaN.

    Attributes
    ----------
    n_folds : int
    means : ndarray of shape (n_estimators,), dtype float64
        Mean score over the folds.
    stds : ndarray of shape (n_estimators,), dtype float64
        Standard deviation over the folds (``ddof=1``); NaN for one fold.

    See Also
    --------
    compare : Makes one.

    Notes
    -----
    Each difference is tested on its own. If many estimators are only as good as the
    baseline, about one in twenty will look better or worse than it.

    Examples
    --------
    >>> import numpy as np
    >>> from skembed.comparison import Comparison
    >>> costs = np.ones((2, 3))
    >>> comparison = Comparison(
    ...     names=["TF-IDF", "LSTM"], scores=np.array([[0.8, 0.82, 0.81], [0.7, 0.71, 0.72]]),
    ...     scoring="accuracy", baseline="TF-IDF", fit_seconds=costs,
    ...     documents_per_second=1000 * costs, megabytes=costs, test_to_train=0.5)
    >>> print(comparison.summary())
    TF-IDF wins against LSTM by 0.100 accuracy [0.061, 0.139].
    """

    names: list[str]
    scores: Floats
    scoring: str
    baseline: str | None
    fit_seconds: Floats
    documents_per_second: Floats
    megabytes: Floats
    test_to_train: float
    failures: list[str] = field(default_factory=list)

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return int(self.scores.shape[1])

    @property
    def means(self) -> Floats:
        """Mean score of each estimator."""
        return np.asarray(self.scores.mean(axis=1))

    @property
    def stds(self) -> Floats:
        """Standard deviation of each estimator's scores over the folds."""
        if self.n_folds == 1:
            return np.full(len(self.names), np.nan)
        return np.asarray(self.scores.std(axis=1, ddof=1))

    def difference(self, name: str, other: str | None = None) -> Difference:
        """Compare two of the estimators, fold by fold.

        Parameters
        ----------
        name : str
            One of `names`.
        other : str, default=None
            Another of `names`. None is the baseline.

        Returns
        -------
        difference : Difference
            Positive if `name` scores higher than `other`, with a 95 % interval by the
            corrected resampled t-test.

        Raises
        ------
        ValueError
            If a name is unknown, or `other` is None and there is no baseline.
        """
        other = self.baseline if other is None else other
        if other is None:
            raise ValueError("There is no baseline to compare with; name the other estimator.")
        scores = [self.scores[self._position(each)] for each in (name, other)]
        return corrected_t_test(scores[0] - scores[1], self.test_to_train)

    def statement(self, name: str, other: str | None = None) -> str:
        """Say in a sentence which of two estimators wins, if either does.

        Parameters
        ----------
        name, other : str
            As in `difference`.

        Returns
        -------
        sentence : str
            It names a winner only if zero is outside the interval of the difference.
        """
        difference = self.difference(name, other)
        other = self.baseline if other is None else other
        mean, low, high = difference.mean, difference.low, difference.high
        if np.isnan(mean):
            return f"{name} cannot be compared with {other}, because a fit has failed."
        if np.isnan(low):
            folds = "the only fold" if self.n_folds == 1 else "every fold"
            return (
                f"The difference between {name} and {other} is {mean:+z.3f} {self.scoring} on "
                f"{folds}, so its uncertainty is not known."
            )
        if not difference.is_clear:
            return (
                f"No clear difference between {name} and {other}: "
                f"{mean:+z.3f} {self.scoring} [{low:+z.3f}, {high:+z.3f}]."
            )
        winner, loser = (name, other) if mean > 0 else (other, name)
        low, high = sorted((abs(low), abs(high)))
        return (
            f"{winner} wins against {loser} by {abs(mean):.3f} {self.scoring} "
            f"[{low:z.3f}, {high:z.3f}]."
        )

    def summary(self) -> str:
        """Say in sentences how each estimator compares with the baseline.

        Returns
        -------
        text : str
            One sentence per line. Without a baseline, it names the best mean.
        """
        if self.baseline is None and np.isnan(self.means).all():
            return "Each estimator has failed on a fold."
        if self.baseline is None:
            best = int(np.nanargmax(self.means))
            return f"Best mean {self.scoring}: {self.names[best]} with {self.means[best]:z.3f}."
        others = [name for name in self.names if name != self.baseline]
        return "\n".join(self.statement(name) for name in others)

    def to_frame(self) -> Any:
        """Return the figures as a data frame.

        Returns
        -------
        frame : pandas.DataFrame
            One row per estimator, with its name as index. The columns are ``mean``, ``std``,
            ``difference``, ``low``, ``high``, ``p_value``, ``fit_seconds``,
            ``documents_per_second``, ``megabytes``, and ``fold_1``, ``fold_2``, ...
            Figures that do not exist are NaN.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pd = need("pandas", "to_frame needs")
        columns = [name for name in HEADINGS if name != "name"]
        rows = [[getattr(row, name) for name in columns] for row in self._rows()]
        frame = pd.DataFrame(rows, index=pd.Index(self.names, name="estimator"), columns=columns)
        for k in range(self.n_folds):
            frame[f"fold_{k + 1}"] = self.scores[:, k]
        return frame

    def plot(self, ax: "Axes | None" = None) -> Any:
        """Draw the score of each fold, the mean, and the uncertainty of the difference.

        Rings are folds, dots are means. The bar is the 95 % interval of the difference
        to the baseline, drawn from the baseline's mean. If the bar does not touch the
        vertical line, the difference is clear. Bars do not exceed the range of a known
        score, for example 1 for accuracy.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            The axes to draw on. None makes a new figure of a suitable height.

        Returns
        -------
        ax : matplotlib.axes.Axes

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        baseline = None if self.baseline is None else self._position(self.baseline)
        return draw(self.names, self.scores, self._differences(), baseline, self.scoring, ax)

    def __str__(self) -> str:
        table = as_text(self._rows(), self.scoring, self.baseline)
        return printable("\n".join([table, "", self.summary(), *self.failures]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said = "\n".join([self.summary(), *self.failures])
        return as_html(self._rows(), self.scoring, self.baseline, said)

    def _position(self, name: str) -> int:
        if name not in self.names:
            raise ValueError(f"There is no estimator {name!r}; the names are {self.names}.")
        return self.names.index(name)

    def _differences(self) -> list[Difference]:
        """Compare each with the baseline; NaN for the baseline itself and without a baseline."""
        nothing = Difference(np.nan, np.nan, np.nan, np.nan)
        return [
            nothing if self.baseline in (None, name) else self.difference(name)
            for name in self.names
        ]

    def _rows(self) -> list[Row]:
        """Return the figures in the order of the table."""
        costs = (self.fit_seconds, self.documents_per_second, self.megabytes)
        rows = []
        for i, d in enumerate(self._differences()):
            scores = (self.means[i], self.stds[i], d.mean, d.low, d.high, d.p_value)
            figures = (*scores, *(cost[i].mean() for cost in costs))
            rows.append(Row(self.names[i], *map(float, figures)))
        return rows
