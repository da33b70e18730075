"""Parameters of classifiers, declared once for constructor, constraints and documentation."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

from sklearn.base import BaseEstimator

from skembed._arguments import explains_arguments
from skembed._records import register_in

Kind = TypeVar("Kind", bound=type[Any])

TEXT_ESTIMATORS: dict[str, type[Any]] = {}
"""The classes that files of saved models may hold, by their names."""

BEHIND_OWN = "dense_units"
"""The shared parameter that follows a class's own parameters.

A class may name another one as its ``_behind_own``.
"""

SECTIONS = ("Parameters", "Attributes", "See Also", "References", "Examples")


def parameter(*, default: Any, constraint: list[Any]) -> Any:
    """Declare a parameter by its default and by a constraint of scikit-learn.

    Both are passed by name, because type checkers look for ``default=``.
    """
    return field(default=default, metadata={"constraint": constraint})


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(parameter,))
def declares_parameters(kind: Kind) -> Kind:
    """Make a class's constructor from its declarations, and complete constraints and docstring.

    The docstring of a class describes only its own parameters, attributes and references. Those of
    its base class are added. A class can also have a base without scikit-learn's methods, which
    declares parameters that several classes share. They are added too.
    """
    text = kind.__doc__
    lent = [each for each in kind.__mro__[1:] if "__dataclass_fields__" in vars(each)]
    shared = next((each for each in lent if issubclass(each, BaseEstimator)), None)
    lenders = [each for each in lent if not issubclass(each, BaseEstimator)]
    before = [] if shared is None else [*inspect.signature(shared).parameters]
    dataclass(kw_only=True, eq=False, repr=False)(kind)
    own = [each.name for each in fields(kind) if each.name not in before]
    behind = vars(kind).get("_behind_own", BEHIND_OWN)
    place = before.index(behind) if behind in before else len(before)
    names = [*before[:place], *own, *before[place:]]
    make: Any = vars(kind)["__init__"]
    signature = inspect.signature(make)
    make.__signature__ = signature.replace(
        parameters=[signature.parameters[name] for name in ("self", *names)]
    )
    kind.__init__ = explains_arguments(make)
    kind._parameter_constraints = {each.name: each.metadata["constraint"] for each in fields(kind)}
    if shared is not None and text and shared.__doc__:
        declared = {*inspect.get_annotations(kind)}.union(*map(inspect.get_annotations, lenders))
        defaults = {each.name: each.default for each in fields(kind) if each.name in declared}
        lent_docs = [each.__doc__ or "" for each in lenders]
        kind.__doc__ = _completed(text, lent_docs, shared.__doc__, names, defaults)
    return kind


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(parameter,))
def text_estimator(kind: Kind) -> Kind:
    """Declare a class of text estimators, and register it for `skembed.save` and `skembed.load`.

    Raises
    ------
    ValueError
        If skembed itself has an estimator of that name.
    """
    return register_in(TEXT_ESTIMATORS, declares_parameters(kind))


def _completed(
    text: str, lent: Sequence[str], shared: str, names: list[str], defaults: dict[str, Any]
) -> str:
    """Add the shared documentation to the docstring of a class.

    Parameters
    ----------
    text : str
        Its own docstring.
    lent : sequence of str
        Docstrings of classes whose parameters count as its own.
    shared : str
        The docstring of its base class.
    names : list of str
        All parameters in their order.
    defaults : dict of str
        Defaults of the class that differ from the shared ones.
    """
    own = _sections(text)
    for each in map(_sections, lent):
        own = {name: part for name, part in each.items() if name} | own
    n_own = len(re.findall(r"(?m)^\.\. \[\d+\]", own.get("References", "")))
    base = _sections(re.sub(r"\[(\d+)\](?=_)|(?<=\.\. )\[(\d+)\]", _raised(n_own), shared))
    entries = _entries(base["Parameters"])
    for name, default in defaults.items():
        if name in entries:
            entries[name] = re.sub(r"default=.*", f"default={default!r}", entries[name], count=1)
    entries |= _entries(own.get("Parameters", ""))
    own["Parameters"] = "\n".join(entries[name] for name in names if name in entries)
    for section in ("Attributes", "References"):
        parts = [each[section] for each in (own, base) if section in each]
        own[section] = "\n".join(parts)
    found = [f"{name}\n{'-' * len(name)}\n{own[name]}" for name in SECTIONS if own.get(name)]
    return "\n\n".join([own[""], *found]) + "\n"


def _sections(text: str) -> dict[str, str]:
    """Divide a docstring; its beginning has no name."""
    parts = re.split(rf"(?m)^({'|'.join(SECTIONS)})\n-+\n", inspect.cleandoc(text))
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {name: part.strip("\n") for name, part in {"": parts[0], **named}.items()}


def _entries(section: str) -> dict[str, str]:
    """Divide a list of parameters, each of which begins at the margin."""
    parts = re.split(r"(?m)^(?=\w)", section)
    return {part.split(" :")[0]: part.rstrip("\n") for part in parts if part.strip()}


def _raised(n: int) -> Any:
    """Return a function that raises the number of a reference."""
    return lambda found: f"[{int(found[1] or found[2]) + n}]"
