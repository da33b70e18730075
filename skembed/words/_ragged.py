"""Ragged arrays: one flat array of values, and where each row begins and ends."""

import numpy as np
from numpy.typing import NDArray


def offsets_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each row begins, and last where the last row ends, shape (n_rows + 1,)."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def gather_positions(
    starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the flat positions, and the offsets, of rows that are put one after the other.

    Starts and lengths have the shape (n_rows,), positions (sum(lengths),), offsets (n_rows + 1,).
    """
    offsets = offsets_of(lengths)
    positions = np.arange(offsets[-1], dtype=np.int64)
    positions += np.repeat(starts - offsets[:-1], lengths)
    return positions, offsets


def find_unpadded(filled: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the padding of each row ends, and the length up to that at the back.

    `filled`, of shape (n_rows, n_steps), is False where there is padding. A row of padding counts
    as one value. Both results have the shape (n_rows,).
    """
    n_steps = filled.shape[1]
    if n_steps == 0:
        zeros = np.zeros(len(filled), dtype=np.int64)
        return zeros, zeros + 1
    empty = ~filled.any(axis=1)
    starts = np.where(empty, 0, filled.argmax(axis=1))
    stops = np.where(empty, 1, n_steps - filled[:, ::-1].argmax(axis=1))
    return starts, stops - starts
