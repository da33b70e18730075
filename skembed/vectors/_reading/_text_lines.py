"""Text lines → words and numbers, one line at a time: for unusual lines and exact errors."""

import math
import re
from dataclasses import dataclass

import numpy as np

from skembed._messages import pluralize
from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.vectors._reading._numbers import DECIMAL
from skembed.vectors._reading._text_layout import n_numbers
from skembed.vectors._report import MAX_KEPT
from skembed.words import WordIndex

_LARGEST = float(np.finfo(np.float32).max)
_HALF_A_NUMBER = re.compile(rb"[+-]?\.?|[+-]?[0-9.]+[eE][+-]?")


class MalformedLineError(ValueError):
    """A line is not a word and its numbers; if `is_cut`, it may be the beginning of such a line."""

    def __init__(self, message: str, *, is_cut: bool = False) -> None:
        super().__init__(message)
        self.is_cut = is_cut


@dataclass
class Lines:
    """The content of some lines."""

    block: Block
    n_entries: int  # lines that are not empty
    n_before: int  # those before the first malformed one
    ends_cut: bool  # whether the last line looks like the beginning of a whole one


def parse_lines(raw: bytes, n_dims: int, first_line: int, kept: WordIndex | None) -> Lines:
    """Convert whole lines to words and vectors, reading the numbers from the right.

    Everything before the last `n_dims` numbers is the word, including spaces: some tokens of
    glove.840B hold spaces. Empty lines are skipped. Numbers are converted and checked only for
    words in `kept`, as in `parse_block`.
    """
    entries: list[tuple[bytes, list[float], int]] = []
    malformed: list[tuple[int, str]] = []
    n_entries, n_malformed, n_before, ends_cut = 0, 0, 0, False
    for number, line in enumerate(raw.split(b"\n")[:-1], start=first_line):
        if not line.strip():
            continue
        n_entries += 1
        if n_malformed >= MAX_KEPT and len(line.split(None, n_dims)) <= n_dims:
            n_malformed += 1  # the defect of so many lines is not needed
            continue
        try:
            word, texts = _split_line(line, n_dims)
            row = _to_numbers(texts) if _is_kept(word, kept) else [0.0] * n_dims
        except MalformedLineError as error:
            n_malformed, ends_cut = n_malformed + 1, error.is_cut
            if n_malformed == 1:
                n_before = n_entries - 1
            if n_malformed <= MAX_KEPT:
                malformed.append((number, str(error)))
            continue
        ends_cut = False
        entries.append((word, row, number))
    matrix = np.array([row for _, row, _ in entries], dtype=np.float32).reshape(-1, n_dims)
    positions = np.array([number for _, _, number in entries], dtype=np.int64)
    block = Block.of_words([word for word, _, _ in entries], matrix, positions, kept)
    block.n_malformed, block.malformed = n_malformed, malformed
    return Lines(block, n_entries, n_before, ends_cut)


def _is_kept(word: bytes, kept: WordIndex | None) -> bool:
    return kept is None or word.decode("utf-8", "replace") in kept


def _split_line(line: bytes, n_dims: int) -> tuple[bytes, list[bytes]]:
    expected = f"expected a word and {pluralize(n_dims, 'number')}"
    fields = line.rstrip(b" \t\r").rsplit(None, n_dims)
    if len(fields) == n_dims and line[:1].isspace():
        raise MalformedLineError(f"{expected}, found no word")
    if len(fields) <= n_dims:
        found = pluralize(sum(map(_is_decimal, fields[1:])), "number")
        raise MalformedLineError(f"{expected}, found {found}", is_cut=_is_beginning(fields[1:]))
    word, texts = fields[0], fields[1:]
    if b"\r" in word:
        raise MalformedLineError(f"{expected}, found a carriage return")
    last = word.split()[-1]
    if last != word and DECIMAL.fullmatch(last):
        n_found = n_dims + n_numbers(word)
        raise MalformedLineError(f"{expected}, found {n_found} numbers")
    if len(word) > LONGEST_WORD:
        raise MalformedLineError(f"{expected}, found a word of {len(word):,} bytes")
    return word, texts


def _is_decimal(text: bytes) -> bool:
    return DECIMAL.fullmatch(text) is not None


def _is_beginning(texts: list[bytes]) -> bool:
    """Return whether these may be the first numbers of a line; the last one may be incomplete."""
    return all(map(_is_decimal, texts[:-1])) and all(
        _is_decimal(text) or _HALF_A_NUMBER.fullmatch(text) for text in texts[-1:]
    )


def _to_numbers(texts: list[bytes]) -> list[float]:
    numbers = [float(text) if _is_decimal(text) else math.nan for text in texts]
    for ordinal, (text, number) in enumerate(zip(texts, numbers, strict=True), start=1):
        if not abs(number) <= _LARGEST:
            shown = text[:40].decode("utf-8", "backslashreplace")
            raise MalformedLineError(
                f"expected a finite decimal number as number {ordinal}, found {shown!r}",
                is_cut=ordinal == len(texts) and _is_beginning(texts),
            )
    return numbers
