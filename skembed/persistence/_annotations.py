"""Whether a value has the type of an annotation."""

import types
import typing
from collections.abc import Mapping
from typing import Any

import numpy as np


def holds(value: object, annotation: object) -> bool:
    """Return whether a value is of the annotated type, containers down to their items.

    An annotation is a class, ``Any``, ``None``, a union, ``Literal``, a list, tuple, dict or
    Mapping of such, or an `NDArray`, whose dtype counts.
    """
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    aliased: Any = getattr(origin, "__value__", None)
    if aliased is not None:  # NumPy 2.5's NDArray is an alias
        return holds(value, aliased[arguments])
    if annotation is Any:
        return True
    if annotation is None:
        return value is None
    if origin is not None:
        return _holds_generic(value, origin, arguments)
    if annotation is float:  # as in PEP 484
        return isinstance(value, int | float | np.floating) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int | np.integer) and not isinstance(value, bool)
    return isinstance(value, annotation)  # type: ignore[arg-type]


def _holds_generic(value: object, origin: object, arguments: tuple[Any, ...]) -> bool:
    if origin in (typing.Union, types.UnionType):
        return any(holds(value, argument) for argument in arguments)
    if origin is typing.Literal:
        return isinstance(value, str) and value in arguments
    if origin is np.ndarray:
        (dtype,) = typing.get_args(arguments[1])
        return isinstance(value, np.ndarray | np.generic) and (
            dtype is Any or issubclass(value.dtype.type, dtype) or value.dtype == dtype
        )
    if origin is tuple:
        return isinstance(value, tuple) and _each(value, arguments)
    if origin is list:
        return isinstance(value, list) and all(holds(item, arguments[0]) for item in value)
    if origin in (dict, Mapping):
        key, item = arguments
        return isinstance(value, dict) and all(
            holds(k, key) and holds(v, item) for k, v in value.items()
        )
    raise TypeError(f"{origin} is not a type of parts")


def _each(values: tuple[Any, ...], annotations: tuple[Any, ...]) -> bool:
    if annotations[-1] is Ellipsis:
        return all(holds(value, annotations[0]) for value in values)
    return len(values) == len(annotations) and all(map(holds, values, annotations))
