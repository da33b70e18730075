"""Text lines → words and numbers, all lines of a block at once.

This fast way assumes one space between fields, words without spaces, no other whitespace, plain
decimal numbers and UTF-8. It checks each assumption. If one fails, it returns None, and the slow
reader parses the block.
"""

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.vectors._reading._numbers import ROOM, parse_decimals
from skembed.words import NOT_FOUND, WordIndex, find_byte, gather_positions, take_words

TAIL = bytes(ROOM + 8)
"""These bytes must follow the lines of a block, so that whole 8-byte words can be read."""

_SPACE, _NEWLINE = b" \n"
_OTHER_WHITESPACE = (b"\t", b"\r", b"\v", b"\f")


def parse_block(raw: bytearray, n_dims: int, kept: WordIndex | None) -> tuple[Block | None, int]:
    """Convert whole lines to words and vectors, or return None if a line is unusual.

    The lines are followed by `TAIL`; only numbers of words in `kept` are converted. Positions count
    from 0; the second value is the number of lines.
    """
    raw = _in_plain_newlines(raw)
    if kept is not None and _has_other_whitespace(raw):  # it may be in numbers that are skipped
        return None, raw.count(b"\n")
    text = np.frombuffer(raw, dtype=np.uint8, count=len(raw) // 8 * 8)
    newlines = find_byte(text, _NEWLINE, "<u8")
    n_lines = len(newlines)
    spaces = _find_spaces(text, newlines, n_dims)
    words = None if spaces is None else _cut_words(text, spaces[:, 0], newlines)
    if spaces is None or words is None:
        return None, n_lines
    blob, offsets = words
    positions = np.arange(n_lines, dtype=np.int64)
    if kept is not None:
        positions = np.flatnonzero(kept.find_packed(blob, offsets) != NOT_FOUND)
        spaces, newlines = spaces[positions], newlines[positions]
        blob, offsets = take_words(blob, offsets, positions)
    borders = spaces.ravel()
    sizes = np.diff(borders, append=0)
    sizes[n_dims - 1 :: n_dims] = newlines - spaces[:, -1]
    numbers = parse_decimals(text, borders + 1, sizes)
    if numbers is None:
        return None, n_lines
    return Block(blob, offsets, numbers.reshape(-1, n_dims), positions), n_lines


def _in_plain_newlines(raw: bytearray) -> bytearray:
    """Return the lines, without a carriage return or space that all have before their newlines."""
    if raw.endswith(b"\r\n" + TAIL):
        raw = raw.replace(b"\r\n", b"\n")
    if raw.endswith(b" \n" + TAIL):  # fastText ends each line with a space
        raw = raw.replace(b" \n", b"\n")
    return raw


def _has_other_whitespace(text: bytes | bytearray) -> bool:
    return any(mark in text for mark in _OTHER_WHITESPACE)


def _find_spaces(
    text: NDArray[np.uint8], newlines: NDArray[np.int64], n_dims: int
) -> NDArray[np.int64] | None:
    """Find the `n_dims` spaces of each line; None if a line has another number of them."""
    spaces = find_byte(text, _SPACE, "<u4")
    if len(spaces) != len(newlines) * n_dims:
        return None
    grid = spaces.reshape(len(newlines), n_dims)
    in_line = (grid[:, -1] < newlines).all() and (grid[1:, 0] > newlines[:-1]).all()
    return grid if in_line else None


def _cut_words(
    text: NDArray[np.uint8], ends: NDArray[np.int64], newlines: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]] | None:
    """Take the first field of each line; None if one is empty, too long, cut or not UTF-8."""
    starts = np.zeros(len(ends), dtype=np.int64)
    starts[1:] = newlines[:-1] + 1
    lengths = ends - starts
    if not lengths.all() or lengths.max(initial=0) > LONGEST_WORD:
        return None
    places, offsets = gather_positions(starts, lengths + 1)
    blob = text[places]
    joined = bytes(blob)
    if _has_other_whitespace(joined):
        return None
    try:
        # The space between words prevents that half a letter is completed by the next word.
        joined.decode()
    except UnicodeDecodeError:
        return None
    blob[offsets[1:] - 1] = 0
    return blob, offsets
