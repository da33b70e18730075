"""Text for a terminal: characters that it can show, and notices while something lasts."""

import sys

from skembed._bar import room_for_a_line

_PLAIN = {"±": "+/-", "–": "-", "…": "...", "×": "x"}


def printable(text: str) -> str:
    r"""Replace characters that the encoding of standard output lacks.

    skembed's own signs are replaced by plain ones, and other characters by escapes such as
    ``\u65e5``, so that printing a report never fails. If the encoding has all characters, nothing
    changes.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if _has(encoding, text):
        return text
    plain = "".join(c if _has(encoding, c) else _PLAIN.get(c, c) for c in text)
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def tell(text: str) -> None:
    """Print a line to stderr, which a process may lack (None) or have closed."""
    if sys.stderr is not None and not getattr(sys.stderr, "closed", False):
        with room_for_a_line():
            print(text, file=sys.stderr, flush=True)
