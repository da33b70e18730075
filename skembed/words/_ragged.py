"""Ragged arrays: one flat array of values, and where each row begins and ends."""

import numpy as np
from numpy.typing import NDArray


def offsets_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each row begins, and last where the last row ends.

    Parameters
    ----------
    lengths : ndarray of shape (n_rows,), dtype int64
        Values in each row.

    Returns
    -------
    offsets : ndarray of shape (n_rows + 1,), dtype int64
        Row ``i`` is ``values[offsets[i]:offsets[i + 1]]``.
    """
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def gather_positions(
    starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the flat positions of given rows, one after the other.

    Parameters
    ----------
    starts, lengths : ndarray of shape (n_rows,), dtype int64
        First position and number of values of each wanted row.

    Returns
    -------
    positions : ndarray of shape (sum(lengths),), dtype int64
        Positions in the flat array of values.
    offsets : ndarray of shape (n_rows + 1,), dtype int64
        Offsets of the gathered rows.
    """
    offsets = offsets_of(lengths)
    positions = np.arange(offsets[-1], dtype=np.int64)
    positions += np.repeat(starts - offsets[:-1], lengths)
    return positions, offsets


def find_unpadded(filled: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the padding of each row ends, and the length up to that at the back.

    Parameters
    ----------
    filled : ndarray of shape (n_rows, n_steps), dtype bool
        False where there is padding. A row of padding counts as one value.

    Returns
    -------
    starts, lengths : ndarray of shape (n_rows,), dtype int64
    """
    n_steps = filled.shape[1]
    if n_steps == 0:
        zeros = np.zeros(len(filled), dtype=np.int64)
        return zeros, zeros + 1
    empty = ~filled.any(axis=1)
    starts = np.where(empty, 0, filled.argmax(axis=1))
    stops = np.where(empty, 1, n_steps - filled[:, ::-1].argmax(axis=1))
    return starts, stops - starts
