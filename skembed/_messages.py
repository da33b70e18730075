"""Parts of messages, and errors that name the input in which they occurred."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

Kind = TypeVar("Kind")


def require(condition: bool, message: str) -> None:
    """Raise a ValueError with a message if a condition does not hold.

    Examples
    --------
    >>> require(2 > 1, "two is not more than one")
    >>> require(1 > 2, "one is not more than two")
    Traceback (most recent call last):
    ...
    ValueError: one is not more than two
    """
    if not condition:
        raise ValueError(message)


def typed_entry(entries: Mapping[str, object], name: str, kind: type[Kind]) -> Kind:
    """Return an entry of a mapping, if it is of a type, and not of a derived class.

    Examples
    --------
    >>> typed_entry({"format": 1, "wide": True}, "format", int)
    1
    >>> typed_entry({"format": 1, "wide": True}, "wide", int)
    Traceback (most recent call last):
    ...
    ValueError: wide is of type bool, not int
    """
    value = entries[name]
    if type(value) is not kind:
        raise ValueError(f"{name} is of type {type(value).__name__}, not {kind.__name__}")
    return value


@contextmanager
def error_context(
    before: str, after: str = "", kinds: tuple[type[Exception], ...] = (ValueError,)
) -> Iterator[None]:
    """Raise errors of some kinds as a ValueError that names the input; let others pass.

    Examples
    --------
    >>> with error_context("notes.txt is damaged", ". Write it anew.", (KeyError, ValueError)):
    ...     require(False, "a line is empty")
    Traceback (most recent call last):
    ...
    ValueError: notes.txt is damaged: a line is empty. Write it anew.
    """
    try:
        yield
    except kinds as error:
        raise ValueError(f"{before}: {message_of(error)}{after}") from error


def message_of(error: Exception) -> str:
    """Return an error's message, without its full stop.

    The class of other errors than ValueError is named too, because their text was not written for
    the reader, and may only be a key.

    Examples
    --------
    >>> message_of(ValueError("This is wrong."))
    'This is wrong'
    >>> message_of(KeyError("labels"))
    "KeyError('labels')"
    >>> message_of(RecursionError())
    'RecursionError()'
    """
    if isinstance(error, ValueError) and str(error):
        return str(error).rstrip(".")
    return repr(error)


def pluralize(number: int, noun: str) -> str:
    """Return a number and its noun, with an "s" unless the number is 1.

    Examples
    --------
    >>> pluralize(1, "word"), pluralize(0, "word")
    ('1 word', '0 words')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_ALIKE, _WORSE, _PREFIX = 0.7, 0.15, 3


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a sentence with the one or two names that were probably meant, or an empty string.

    Case, punctuation and the order of the words in a name do not count. If a name differs only in
    these, only this name is returned. Otherwise a name that begins with the given one is better
    than a name that contains it, and this is better than a similar name. The second name must be
    nearly as similar as the first one.

    Examples
    --------
    >>> did_you_mean("macro-F1", ["accuracy", "f1_macro", "f1_micro"])
    "Did you mean 'f1_macro'?"
    >>> did_you_mean("f1_makro", ["accuracy", "f1_macro", "f1_micro"])
    "Did you mean 'f1_macro' or 'f1_micro'?"
    >>> did_you_mean("acc", ["accuracy", "jaccard", "top_k_accuracy"])
    "Did you mean 'accuracy'?"
    """
    words = _words_of(name)
    alike = {each: _likeness(words, _words_of(each)) for each in names}
    best = max(alike.values(), default=(0, 0.0))
    least = best[1] - (_WORSE if best[0] else 0.0)
    near = [each for each, (rank, ratio) in alike.items() if rank == best[0] and ratio >= least]
    near = sorted(near, key=lambda each: -alike[each][1])[:2]
    return f"Did you mean {' or '.join(map(repr, near))}?" if best[0] else ""


def _likeness(given: list[str], words: list[str]) -> tuple[int, float]:
    """Return the kind of similarity of two names, 4 to 0, and that of their letters, 1 to 0."""
    told, other = "_".join(sorted(given)), "_".join(sorted(words))
    if told == other:
        return 4, 1.0
    ratio = difflib.SequenceMatcher(None, other, told).ratio()
    begins = "_".join(words).startswith("_".join(given))
    if begins and len(told) >= _PREFIX:
        return 3, ratio
    if given and {*given} <= {*words}:
        return 2, ratio
    return (1, ratio) if ratio >= _ALIKE else (0, ratio)


def _words_of(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())
