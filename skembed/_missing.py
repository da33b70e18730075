"""Missing values."""

from decimal import Decimal

import numpy as np

_SINGLE = ("NAType", "NaTType")
"""The types of pandas's NA and NaT, which are recognized without pandas."""

_WITH_NAN = (float, complex, Decimal, np.inexact, np.datetime64, np.timedelta64)


def is_missing(value: object) -> bool:
    """Return whether a label or an element stands for nothing: None, NaN, NaT, or pandas's NA.

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), 0.0, "")]
    [True, True, False, False]
    """
    kind = type(value)
    if kind is str or kind is int:  # nearly all of them, at once
        return False
    if value is None:
        return True
    if isinstance(value, _WITH_NAN):
        return bool(value != value)
    return kind.__name__ in _SINGLE
