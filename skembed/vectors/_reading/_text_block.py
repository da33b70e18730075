"""Text lines → words and numbers, all lines of a block at once.

Everything here is an assumption that is checked: one space between fields, a word without
spaces, plain decimal numbers, UTF-8. Where one fails the answer is None, and the careful
reader takes the block.
"""

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._reading._block import Block
from skembed.vectors._reading._numbers import LEAD, parse_decimals
from skembed.vectors._word_index import NOT_FOUND, WordIndex, spans, take_words

_SPACE, _NEWLINE = ord(" "), ord("\n")
_WORD_BYTES = 8


def parse_block(raw: bytes, n_dims: int, kept: WordIndex | None) -> Block | None:
    """Convert whole lines to words and vectors, or return None if a line is out of the ordinary.

    Parameters
    ----------
    raw : bytes
        Lines, each ended by a newline.
    n_dims : int
        Numbers on each line.
    kept : WordIndex, default=None
        Words to keep; only their numbers are converted. None keeps all.

    Returns
    -------
    block : Block or None
        Its positions count from 0.
    """
    text = _padded(raw)
    borders = _find_borders(text, n_dims)
    words = None if borders is None else _cut_words(text, borders)
    if borders is None or words is None:
        return None
    blob, offsets = words
    positions = np.arange(len(borders), dtype=np.int64)
    if kept is not None:
        positions = np.flatnonzero(kept.find_packed(blob, offsets) != NOT_FOUND)
        borders = borders[positions]
        blob, offsets = take_words(blob, offsets, positions)
    numbers = parse_decimals(text, (borders[:, :-1] + 1).ravel(), borders[:, 1:].ravel())
    if numbers is None:
        return None
    with np.errstate(over="ignore"):  # an overflow becomes infinity, which is refused below
        matrix = numbers.astype(np.float32).reshape(-1, n_dims)
    if not np.isfinite(matrix).all():
        return None
    return Block(blob, offsets, matrix, positions)


def _padded(raw: bytes) -> NDArray[np.uint8]:
    """Copy the lines to an array with room before and behind, in plain newlines."""
    if raw.endswith(b"\r\n"):
        raw = raw.replace(b"\r\n", b"\n")
    if raw.endswith(b" \n"):  # fastText ends each line with a space
        raw = raw.replace(b" \n", b"\n")
    size = ((LEAD + len(raw)) // _WORD_BYTES + 2) * _WORD_BYTES
    text = np.zeros(size, dtype=np.uint8)
    text[LEAD : LEAD + len(raw)] = np.frombuffer(raw, dtype=np.uint8)
    return text


def _find_borders(text: NDArray[np.uint8], n_dims: int) -> NDArray[np.int64] | None:
    """Find the `n_dims` spaces and the newline of each line; None if a line has others."""
    is_newline = text == _NEWLINE
    n_lines = int(np.count_nonzero(is_newline))
    borders = np.flatnonzero((text == _SPACE) | is_newline)
    if len(borders) != n_lines * (n_dims + 1):
        return None
    grid = borders.reshape(n_lines, n_dims + 1)
    # As many newlines as rows, one at the end of each: then the others are spaces.
    return grid if (text[grid[:, -1]] == _NEWLINE).all() else None


def _cut_words(
    text: NDArray[np.uint8], borders: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]] | None:
    """Take the first field of each line; None if one is empty or not UTF-8."""
    starts = np.empty(len(borders), dtype=np.int64)
    starts[:1] = LEAD
    starts[1:] = borders[:-1, -1] + 1
    lengths = borders[:, 0] - starts
    if not lengths.all():
        return None
    offsets = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(lengths + 1, out=offsets[1:])
    blob = text[spans(starts, lengths + 1)]
    try:
        # The space between words keeps half a letter from being completed by its neighbour.
        bytes(blob).decode()
    except UnicodeDecodeError:
        return None
    blob[offsets[1:] - 1] = 0
    return blob, offsets
