"""Draw a comparison."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed._optional import need
from skembed.comparison._statistics import Difference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAME_WIDTH = 36  # characters in a line of a label
_BLUE, _GREY, _ORANGE = "#1f5f99", "#8a8a8a", "#c4561a"


def draw(
    names: Sequence[str],
    scores: NDArray[np.float64],
    differences: Sequence[Difference],
    baseline: int | None,
    scoring: str,
    ax: "Axes | None" = None,
) -> Any:
    """Draw scores, (n_estimators, n_folds), as horizontal dots, the first estimator on top.

    Differences are to the baseline, which stands at the position `baseline`: NaN for itself.
    """
    labels = [textwrap.fill(name, _NAME_WIDTH) for name in names]
    ax = _new_axes(labels) if ax is None else ax
    rows = np.arange(len(names))
    for row, fold_scores, difference in zip(rows, scores, differences, strict=True):
        if baseline is not None and np.isfinite(difference.low):
            ends = scores[baseline].mean() + np.array([difference.low, difference.high])
            ax.plot(ends, [row, row], color=_ORANGE, lw=3, alpha=0.6, solid_capstyle="butt")
        colour = _GREY if row == baseline else _BLUE
        ax.plot(fold_scores, np.full(len(fold_scores), row), "o", ms=4, color=colour, alpha=0.6)
        ax.plot(fold_scores.mean(), row, "o", ms=8, color=colour)
    label = scoring
    if baseline is not None:
        ax.axvline(scores[baseline].mean(), color=_GREY, lw=1, ls="--", zorder=0)
        label += "\nbar: 95 % interval of the difference to the baseline (dashed)"
    ax.set_yticks(rows, labels)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlabel(label)
    ax.grid(axis="x", alpha=0.3)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def _new_axes(labels: Sequence[str]) -> Any:
    plt = need("matplotlib.pyplot", "plot needs")
    n_lines = sum(label.count("\n") + 1 for label in labels)
    _, ax = plt.subplots(
        figsize=(8, 1.3 + 0.28 * n_lines + 0.22 * len(labels)), layout="constrained"
    )
    return ax
