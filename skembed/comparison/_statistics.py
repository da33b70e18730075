"""The uncertainty of a difference between two estimators on a few overlapping folds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


@dataclass(frozen=True)
class Difference:
    """A paired difference of scores, with its interval and p-value.

    Attributes
    ----------
    mean : float
        Mean of the differences, in the unit of the score.
    low, high : float
        Ends of the confidence interval. They are NaN if there is only one fold
        or if the difference is the same in all folds.
    p_value : float
        Two-sided p-value of "no difference"; NaN in the same cases.

    Examples
    --------
    >>> from skembed.comparison import Difference
    >>> Difference(mean=0.03, low=0.01, high=0.05, p_value=0.01).is_clear
    True
    """

    mean: float
    low: float
    high: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """True if there is an interval and zero is outside it."""
        return bool(self.low > 0 or self.high < 0)


def corrected_t_test(
    differences: ArrayLike, test_to_train: float, *, confidence: float = 0.95
) -> Difference:
    """Test paired differences with the corrected resampled t-test.

    Folds share training documents, so their scores are not independent. The
    ordinary t-test therefore finds differences that do not exist. The correction
    raises the variance of the mean from ``1 / n_folds`` to
    ``1 / n_folds + test_to_train`` times the variance of the differences.

    Parameters
    ----------
    differences : array-like of shape (n_folds,)
        Score of one estimator less that of the other, fold by fold.
    test_to_train : float
        Test documents per training document; ``1 / (k - 1)`` for k folds.
    confidence : float, default=0.95
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    difference : Difference

    Raises
    ------
    ValueError
        If `differences` is empty, or `confidence` is not between 0 and 1.

    Notes
    -----
    The correction was derived for repeated random splits and is commonly used for
    k folds as well. With a single fold or equal differences, the variance is not
    known; the interval and p are then NaN.

    References
    ----------
    C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine
    Learning 52, 239-281 (2003). https://doi.org/10.1023/A:1024068626366

    Examples
    --------
    >>> from skembed.comparison import corrected_t_test
    >>> difference = corrected_t_test([0.02, 0.04, 0.03], test_to_train=1 / 2)
    >>> f"{difference.mean:.3f} [{difference.low:.3f}, {difference.high:.3f}]"
    '0.030 [-0.009, 0.069]'
    """
    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"differences must hold one number per fold, got shape {values.shape}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}; 0.95 is usual.")
    mean = float(values.mean())
    variance = float(values.var(ddof=1)) if len(values) > 1 else 0.0
    if np.isclose(variance, 0, atol=1e-20):
        return Difference(mean, np.nan, np.nan, np.nan)
    standard_error = float(np.sqrt((1 / len(values) + test_to_train) * variance))
    t = stats.t(df=len(values) - 1)
    margin = float(t.ppf((1 + confidence) / 2)) * standard_error
    p_value = 2 * float(t.sf(abs(mean) / standard_error))
    return Difference(mean, mean - margin, mean + margin, p_value)
