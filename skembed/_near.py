"""Names that look like a misspelt one."""

import difflib
import re
from collections.abc import Iterable


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """Return up to three names that look like another, the most similar first.

    Case, punctuation and the order of the words in a name do not count. A name that differs in
    nothing else is returned alone.

    Examples
    --------
    >>> near_names("macro-F1", ["accuracy", "f1_macro", "f1_micro"])
    ['f1_macro']
    >>> near_names("f1_makro", ["accuracy", "f1_macro", "f1_micro"])
    ['f1_macro', 'f1_micro']
    """
    known: dict[str, list[str]] = {}
    for each in names:
        known.setdefault(_key(each), []).append(each)
    key = _key(name)
    keys = [key] if key in known else difflib.get_close_matches(key, known, n=3)
    return [each for near in keys for each in known[near]][:3]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a sentence that names what was probably meant, or an empty string.

    Examples
    --------
    >>> did_you_mean("acuracy", ["accuracy", "recall"])
    "Did you mean 'accuracy'?"
    """
    near = near_names(name, names)
    return f"Did you mean {' or '.join(map(repr, near[:2]))}?" if near else ""


def _key(name: str) -> str:
    return "_".join(sorted(re.findall(r"[^\W_]+", name.casefold())))
