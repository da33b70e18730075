"""Check the parameters of estimators in `fit`, in the same way as scikit-learn."""

from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.base import _fit_context

Method = TypeVar("Method", bound=Callable[..., Any])


def checks_parameters(method: Method) -> Method:
    """Make a method check the parameters first; the type of the method is kept.

    scikit-learn's decorator has no types, so type checkers would not see those of the method.
    """
    checked: Method = _fit_context(prefer_skip_nested_validation=True)(method)
    return checked
