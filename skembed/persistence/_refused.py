"""Reasons why something cannot be saved, and what to do."""

from collections.abc import Mapping
from types import BuiltinFunctionType, FunctionType, MethodType

from sklearn.base import BaseEstimator

from skembed.persistence._allowed import REFUSED

CODE = (FunctionType, BuiltinFunctionType, MethodType, type(str.split), type)

SUPPORTS = (
    "It cannot be saved in the pickle-free format, which supports numbers, strings, dates, arrays, "
    "lists, dicts, the estimators of skembed and scikit-learn, and functions of NumPy and "
    "scikit-learn"
)

_ADVICE: Mapping[str, str] = {
    "_skl_callbacks": "Take the callbacks off with set_callbacks() before saving",
    "callbacks": "Set callbacks=None before saving",
    "memory": "Set memory=None, or to the path of the folder, before saving",
}
_PLAIN = "Set it to None or to a plain value before saving"
_PICKLE = "keep the estimator with joblib.dump, whose files run code when they are loaded"


def is_code(value: object) -> bool:
    """Return whether a value is a function, a method or a class."""
    return isinstance(value, CODE)


def unsavable(value: object, where: str) -> TypeError:
    """Return the error that names a part which cannot be saved, and its path from the estimator."""
    last = where.rsplit(".", 1)[-1].partition("[")[0]
    reason = REFUSED.get(type(value).__name__, "")
    if reason or isinstance(value, BaseEstimator):
        advice = _PICKLE.capitalize()
    elif is_code(value):
        module = "define it in a module and " if is_nameless(value) else ""
        advice = f"Fit without it, or {module}{_PICKLE}"
    else:
        advice = f"{_ADVICE.get(last, _PLAIN)}, or {_PICKLE}"
    return TypeError(f"{where} is {_described(value)}. {reason or SUPPORTS}. {advice}.")


def cyclic(where: str) -> TypeError:
    """Return the error for an object that is a part of itself, or is nested without end."""
    return TypeError(
        f"{where} refers to an object that holds it, or is nested too deeply. Neither can be saved "
        f"in the pickle-free format. {_PLAIN}, or {_PICKLE}."
    )


def is_nameless(value: object) -> bool:
    """Return whether a function cannot be imported by its name."""
    name = str(getattr(value, "__qualname__", ""))
    return "<" in name or getattr(value, "__module__", "") == "__main__"


def _described(value: object) -> str:
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(value, BaseEstimator):
        return f"a {name}"
    if getattr(value, "__name__", "") == "<lambda>":
        return "a lambda function"
    if isinstance(value, type):
        return f"the class {value.__module__}.{value.__qualname__}"
    if is_code(value):
        home = getattr(value, "__module__", None)
        return f"the function {home + '.' if home else ''}{getattr(value, '__qualname__', name)}"
    if hasattr(value, "dtype") and hasattr(value, "shape") and value.shape:
        return f"an array of dtype {value.dtype}"
    return f"an object of type {name}"
