"""Parameters of classifiers that are declared once: constructor, constraints and documentation."""

import inspect
import re
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

from skembed._records import register_in

Kind = TypeVar("Kind", bound=type[Any])

CLASSIFIERS: dict[str, type[Any]] = {}
"""The classes that files of saved models may hold, by their names."""

BEHIND_OWN = "dense_units"
"""The shared parameter before which a class's own ones stand: they follow the way of the data."""

SECTIONS = ("Parameters", "Attributes", "See Also", "References", "Examples")


def parameter(*, default: Any, constraint: list[Any]) -> Any:
    """Declare a parameter by its default and by what it may be, as scikit-learn writes it.

    By their names, for type checkers look for ``default=``.
    """
    return field(default=default, metadata={"constraint": constraint})


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(parameter,))
def declares_parameters(kind: Kind) -> Kind:
    """Make a class's constructor of what it declares, and complete its constraints and docstring.

    The docstring of a class says what is its own. Parameters, attributes and references of
    the class that it builds on, which stand there once, are put where a reader looks for them.
    """
    text = kind.__doc__
    base = next((each for each in kind.__mro__[1:] if "__dataclass_fields__" in vars(each)), None)
    before = [] if base is None else [*inspect.signature(base).parameters]
    dataclass(kw_only=True, eq=False, repr=False)(kind)
    own = [each.name for each in fields(kind) if each.name not in before]
    place = before.index(BEHIND_OWN) if BEHIND_OWN in before else len(before)
    names = [*before[:place], *own, *before[place:]]
    make: Any = vars(kind)["__init__"]
    signature = inspect.signature(make)
    make.__signature__ = signature.replace(
        parameters=[signature.parameters[name] for name in ("self", *names)]
    )
    kind._parameter_constraints = {each.name: each.metadata["constraint"] for each in fields(kind)}
    if base is not None and text and base.__doc__:
        defaults = {each.name: each.default for each in fields(kind) if each.name in vars(kind)}
        kind.__doc__ = _completed(text, base.__doc__, names, defaults)
    return kind


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(parameter,))
def text_classifier(kind: Kind) -> Kind:
    """Declare a class of text classifiers, and make it known to `skembed.save` and `skembed.load`.

    Raises
    ------
    ValueError
        If skembed itself has a classifier of that name.
    """
    return register_in(CLASSIFIERS, declares_parameters(kind))


def _completed(text: str, shared: str, names: list[str], defaults: dict[str, Any]) -> str:
    """Put the shared documentation into that of a class.

    Parameters
    ----------
    text, shared : str
        The two docstrings.
    names : list of str
        All parameters in their order.
    defaults : dict of str
        Those of the class that differ from the shared ones.
    """
    own = _sections(text)
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
    """Return what raises the number of a reference."""
    return lambda found: f"[{int(found[1] or found[2]) + n}]"
