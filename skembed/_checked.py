"""Parameters of estimators are checked where they are fitted, as scikit-learn checks its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.base import _fit_context

Method = TypeVar("Method", bound=Callable[..., Any])


def checks_parameters(method: Method) -> Method:
    """Make a method check the parameters first; its type stays what it says.

    scikit-learn's decorator has no types, so that type checkers would see none of the method's.
    """
    checked: Method = _fit_context(prefer_skip_nested_validation=True)(method)
    return checked
