"""Classes that a saved file may name. Each is registered by its own name."""

from typing import Any, TypeVar

Class = TypeVar("Class", bound=type[Any])

RECORDS: dict[str, type[Any]] = {}
"""Frozen dataclasses that `skembed.save` writes, field by field."""


def record(kind: Class) -> Class:
    """Let files hold the objects of a dataclass: a decorator.

    The annotations of the fields say what `skembed.load` accepts. The default of a field that is
    added later must keep the earlier behaviour. A class with the name of one of skembed's is
    refused.
    """
    return register_in(RECORDS, kind)


def register_in(known: dict[str, type[Any]], kind: Class) -> Class:
    """Register a class by its name in a list of those that files may name.

    A class that is defined again, as in a notebook, replaces the earlier one.
    """
    name = kind.__name__
    before = known.get(name, kind).__module__
    if before.startswith("skembed.") and before != kind.__module__:
        raise ValueError(f"skembed has a class {name} of its own: give yours another name.")
    known[name] = kind
    return kind
