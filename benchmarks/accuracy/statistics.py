"""How sure a difference is: of folds, or on one given test set."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from skembed.comparison import corrected_t_test


class Verdict(NamedTuple):
    """A difference of scores and the two-sided p-value of "no difference"."""

    difference: float
    p_value: float


def mcnemar(ours: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> Verdict:
    """Compare two models on the same test documents with McNemar's exact test.

    Parameters
    ----------
    ours, theirs : ndarray of shape (n_samples,), dtype bool
        Which documents each classified right.

    References
    ----------
    McNemar (1947), Psychometrika 12, https://doi.org/10.1007/BF02295996.
    """
    wins, losses = int(np.sum(ours & ~theirs)), int(np.sum(theirs & ~ours))
    p_value = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    return Verdict((wins - losses) / len(ours), float(p_value))


def with_error(values: Sequence[float], *, digits: int = 1, sign: str = "") -> str:
    """Write a mean, its standard error, and how many values there are."""
    if not values:
        return ""
    mean = f"{np.mean(values):{sign}.{digits}f}"
    if len(values) == 1:
        return f"{mean} (1)"
    return f"{mean} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.{digits}f} ({len(values)})"


def over_folds(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Verdict:
    """Compare the scores of k folds with the corrected resampled t-test."""
    found = corrected_t_test(ours - theirs, 1 / (len(ours) - 1))
    return Verdict(found.mean, found.p_value)
