"""What a change of a classifier does to its scores and to its cost, run against run."""

from collections.abc import Iterable

import numpy as np

from benchmarks.accuracy.runs import Key, Ledger, Run
from benchmarks.figures import with_error

Pair = tuple[Run, Run]
"""A run with a change, and the run without it."""


def paired(runs: Ledger, keys: Iterable[tuple[Key, Key]]) -> list[Pair]:
    """Return the pairs of which both runs were done."""
    return [(runs[ours], runs[usual]) for ours, usual in keys if {ours, usual} <= {*runs}]


def score_cell(pairs: list[Pair], *, is_usual: bool) -> str:
    """Write the change in points, or the score in percent of what nothing was changed in."""
    if is_usual:
        return with_error([100 * ours.score for ours, _ in pairs])
    return with_error([100 * (ours.score - usual.score) for ours, usual in pairs], sign="+")


def times_as_much(ratios: list[float]) -> str:
    """Write the geometric mean of ratios, nothing if there are none."""
    return f"× {np.exp(np.mean(np.log(ratios))):.1f}" if ratios else ""
