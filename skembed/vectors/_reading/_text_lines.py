"""Text lines → words and numbers, one line at a time: for odd lines, and for exact errors."""

import math

import numpy as np

from skembed.vectors._counted import counted
from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.vectors._reading._numbers import DECIMAL
from skembed.vectors._word_index import WordIndex

_LARGEST = float(np.finfo(np.float32).max)


def parse_lines(
    raw: bytes, n_dims: int, first_line: int, kept: WordIndex | None, name: str
) -> Block:
    """Convert whole lines to words and vectors, reading the numbers from the right.

    Whatever stands before the last `n_dims` numbers is the word, spaces included: the tokens
    of glove.840B need that.

    Raises
    ------
    ValueError
        If a line has too few or too many numbers, or one that is not finite.
    """
    words, rows = [], []
    lines = raw.split(b"\n")[:-1]
    for number, line in enumerate(lines, start=first_line):
        word, values = _parse_line(line, n_dims, f"{name}, line {number}")
        words.append(word)
        rows.append(values)
    positions = np.arange(first_line, first_line + len(lines), dtype=np.int64)
    matrix = np.array(rows, dtype=np.float32).reshape(len(rows), n_dims)
    return Block.of_words(words, matrix, positions, kept)


def _parse_line(line: bytes, n_dims: int, where: str) -> tuple[bytes, list[float]]:
    expected = f"{where}: expected a word and {counted(n_dims, 'number')}"
    fields = line.rstrip(b" \t\r").rsplit(None, n_dims)
    if len(fields) == n_dims and line[:1] in (b" ", b"\t"):
        raise ValueError(f"{expected}, found no word.")
    if len(fields) <= n_dims:
        found = counted(len(fields) - 1, "number") if fields else "an empty line"
        raise ValueError(f"{expected}, found {found}; the file may be truncated or damaged.")
    word, texts = fields[0], fields[1:]
    last = word.split()[-1]
    if last != word and DECIMAL.fullmatch(last):
        n_found = n_dims + _n_trailing_numbers(word)
        raise ValueError(f"{expected}, found {n_found} numbers.")
    if len(word) > LONGEST_WORD:
        raise ValueError(
            f"{expected}, found a word of {len(word):,} bytes; the file may be damaged."
        )
    return word, [_to_number(text, i, where) for i, text in enumerate(texts, start=1)]


def _n_trailing_numbers(word: bytes) -> int:
    parts = word.split()[1:]
    count = 0
    while count < len(parts) and DECIMAL.fullmatch(parts[-1 - count]):
        count += 1
    return count


def _to_number(text: bytes, ordinal: int, where: str) -> float:
    value = float(text) if DECIMAL.fullmatch(text) else math.nan
    if not abs(value) <= _LARGEST:
        shown = text.decode("utf-8", "backslashreplace")
        raise ValueError(
            f"{where}: expected a finite decimal number as number {ordinal}, found {shown!r}."
        )
    return value
