"""The first lines of a text file → how many numbers a line has, and whether there is a header."""

import codecs
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from skembed.files import describe_bytes
from skembed.vectors._reading._numbers import DECIMAL
from skembed.vectors._reading._refusals import not_vectors

_SNIFFED_LINES = 64
_HEADER = re.compile(rb"([0-9]{1,18})[ \t]+([0-9]{1,18})[ \t\r]*")
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_TEXT_BYTES = 4096
_OTHER_SEPARATORS = re.compile(rb"[,;|]")


@dataclass(frozen=True)
class Layout:
    """The layout that the first lines of a text file show.

    `n_skipped` lines come before the first one that can hold a word: the header, and empty lines
    before it.
    """

    n_dims: int
    n_words: int | None
    n_skipped: int


def sniff_layout(head: bytes, name: str) -> Layout:
    """Find the header and the number of dimensions in the first lines of a file.

    A first line of two integers is a header if some line has as many numbers as it says. Without
    a header, the most common number of fields decides, because a token may hold spaces.
    """
    rows = [line for line in head.split(b"\n")[:_SNIFFED_LINES] if line.strip()]
    if not rows:
        raise ValueError(f"{name}, line 1: expected a word and its numbers, found an empty file.")
    header = _HEADER.fullmatch(rows[0])
    if header and (len(rows) == 1 or any(n_numbers(line) >= int(header[2]) for line in rows[1:])):
        if int(header[2]) == 0:
            raise ValueError(f"{name}, line 1: expected at least one dimension, found 0.")
        n_skipped = head[: head.index(rows[0])].count(b"\n") + 1
        return Layout(int(header[2]), int(header[1]), n_skipped)
    # The last line may be incomplete, in the bytes that were read or in the file.
    counts = Counter(n_numbers(line) for line in rows[: max(1, len(rows) - 1)])
    # The first of equally common numbers of fields counts, unless its line has no number.
    n_dims = max(counts, key=lambda number: (counts[number], number > 0))
    _check_separators(head, rows, n_dims, name)
    if n_dims < 1:
        raise _no_numbers(head, rows[0], name)
    return Layout(n_dims, None, 0)


def n_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line, leaving one field for the word."""
    count = 0
    for field in reversed(line.split()[1:]):
        if not DECIMAL.fullmatch(field):
            break
        count += 1
    return count


def _check_separators(head: bytes, rows: list[bytes], n_dims: int, name: str) -> None:
    """Refuse lines that end in a carriage return only, and tables with commas."""
    if b"\r" in head.strip() and b"\n" not in head:
        raise ValueError(
            f"{name}, line 1: expected lines that end in a newline, found carriage returns alone. "
            "Save it with the line endings of Unix or Windows and load that."
        )
    more = [n_numbers(_OTHER_SEPARATORS.sub(b" ", line)) > n_dims for line in rows]
    if sum(more) > len(rows) / 2:
        raise not_vectors(name, "a table with commas or other marks between its columns")


def _no_numbers(head: bytes, line: bytes, name: str) -> ValueError:
    what = "bytes that are not text"
    with suppress(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(head[:_TEXT_BYTES])
        if not _CONTROLS.search(head[:_TEXT_BYTES]):
            shown = line.strip()[:40].decode("utf-8", "ignore")
            what = f"the line {shown!r}, which is not a word and its numbers"
    return not_vectors(name, describe_bytes(head) or what)
