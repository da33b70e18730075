"""Names that look like a misspelt one."""

import difflib
import re
from collections.abc import Iterable


def near_names(name: str, names: Iterable[str], *, cutoff: float = 0.6) -> list[str]:
    """Return up to three names that look like another, the most similar first.

    Case, punctuation and the order of the words in a name do not count.

    Parameters
    ----------
    name : str
        What was given.
    names : iterable of str
        What is known.
    cutoff : float, default=0.6
        Least similarity, from 0 to 1.

    Examples
    --------
    >>> near_names("macro-F1", ["accuracy", "f1_macro", "f1_micro"])
    ['f1_macro', 'f1_micro']
    """
    known: dict[str, list[str]] = {}
    for each in names:
        known.setdefault(_key(each), []).append(each)
    keys = difflib.get_close_matches(_key(name), known, n=3, cutoff=cutoff)
    return [each for key in keys for each in known[key]][:3]


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
