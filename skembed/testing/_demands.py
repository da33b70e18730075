"""The demands of a check on a call: it works, or it is refused with a message."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

REFUSALS = (ValueError, TypeError)
"""Errors of an estimator for input that it refuses."""

NO_TEXT_REFUSALS = (ValueError, TypeError, AttributeError)
"""The same for values that are not texts, on which scikit-learn's vectorizers miss `lower`."""

Errors = tuple[type[Exception], ...]
Result = TypeVar("Result")


def must_work(action: Callable[[], Result], what: str) -> Result:
    """Return the action's result; an error says what should have worked."""
    try:
        return action()
    except Exception as error:
        raise AssertionError(f"{what} should work, but raised {_describe(error)}.") from error


def must_refuse(action: Callable[[], object], what: str, errors: Errors = REFUSALS) -> None:
    """Assert that the action raises one of the errors, with a message."""
    accepted, _ = may_refuse(action, what, errors)
    if accepted:
        raise AssertionError(f"{what} should be refused with {_names(errors)}, but was accepted.")


def may_refuse(action: Callable[[], Any], what: str, errors: Errors = REFUSALS) -> tuple[bool, Any]:
    """Return whether the action was accepted, and its result; only the errors are allowed."""
    try:
        return True, action()
    except errors as error:
        if not str(error):
            raise AssertionError(f"{what} was refused without a message: {error!r}.") from error
        return False, None
    except Exception as error:
        raise AssertionError(
            f"{what} may be refused with {_names(errors)}, but raised {_describe(error)}."
        ) from error


@contextmanager
def may_warn() -> Iterator[None]:
    """Let an estimator warn of unusual data, also where warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _names(errors: Errors) -> str:
    return " or ".join(error.__name__ for error in errors)


def _describe(error: Exception) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text if len(text) <= 200 else text[:200] + '...'}"
