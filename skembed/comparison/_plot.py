"""Draw a comparison."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed._reports import BLUE, GREY, ORANGE, new_axes
from skembed.comparison._statistics import Difference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAME_WIDTH = 36  # characters in a line of a label

_SHARES = (
    *("accuracy", "average_precision", "balanced_accuracy", "f1", "jaccard"),
    *("precision", "recall", "roc_auc", "top_k_accuracy"),
)  # how the names of scores between 0 and 1 begin


def draw(
    names: Sequence[str],
    scores: NDArray[np.float64],
    differences: Sequence[Difference],
    baseline: int | None,
    scoring: str,
    ax: "Axes | None" = None,
) -> Any:
    """Draw scores, (n_estimators, n_folds), as rows of dots, the first estimator on top.

    Differences are to the baseline, the estimator at the position `baseline`; its own is NaN.
    """
    labels = [textwrap.fill(name, _NAME_WIDTH) for name in names]
    n_lines = sum(label.count("\n") + 1 for label in labels)
    ax = new_axes(8, 1.3 + 0.28 * n_lines + 0.22 * len(labels)) if ax is None else ax
    label = scoring
    if baseline is not None:
        dashed = float(scores[baseline].mean())
        ax.axvline(dashed, color=GREY, lw=1, ls="--", zorder=0)
        has_bars = _draw_intervals(ax, dashed, differences, _scale(scoring))
        bars = "; bar: 95 % interval of the difference to it" * has_bars
        label += f"\ndashed: the baseline{bars}"
    for row, of_folds in enumerate(scores):
        colour = GREY if row == baseline else BLUE
        ax.plot(of_folds, np.full(len(of_folds), row), "o", ms=5, mfc="none", mew=1.3, color=colour)
        ax.plot(of_folds.mean(), row, "o", ms=8, color=colour)
    ax.set_yticks(range(len(names)), labels)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlabel(label)
    ax.grid(axis="x", alpha=0.3)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def _draw_intervals(
    ax: "Axes", dashed: float, differences: Sequence[Difference], scale: tuple[float, float]
) -> bool:
    """Draw the existing intervals, within the scale; return whether there are any."""
    finite = [(row, d) for row, d in enumerate(differences) if np.isfinite(d.low)]
    for row, difference in finite:
        ends = np.clip([dashed + difference.low, dashed + difference.high], *scale)
        ax.plot(ends, [row, row], color=ORANGE, lw=3, alpha=0.7, solid_capstyle="butt")
    return bool(finite)


def _scale(scoring: str) -> tuple[float, float]:
    """Return the ends of a score's scale; they are infinite for unknown names."""
    if scoring.startswith(_SHARES):
        return 0.0, 1.0
    if scoring.startswith("neg_"):
        return -np.inf, 0.0
    return -np.inf, 1.0 if scoring in ("r2", "explained_variance") else np.inf
