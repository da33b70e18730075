"""Collect, count and exchange the ids of a corpus, a block at a time.

NumPy turns 32-bit indices into 64-bit ones before it uses them. For a whole corpus, that would take
twice the memory of the ids.
"""

import numpy as np
from numpy.typing import NDArray

IDS_AT_ONCE = 1 << 18


class GrowingArray:
    """Ids to which others are appended, in one block of memory.

    Concatenating blocks at the end would take twice the memory.
    """

    def __init__(self) -> None:
        self._ids = np.empty(IDS_AT_ONCE, dtype=np.int32)
        self._n = 0

    def append(self, ids: NDArray[np.int32]) -> None:
        """Append ids."""
        stop = self._n + len(ids)
        if stop > len(self._ids):
            # The system moves large blocks by their pages, without copying.
            self._ids.resize(max(stop, len(self._ids) * 5 // 4), refcheck=False)
        self._ids[self._n : stop] = ids
        self._n = stop

    def finish(self) -> NDArray[np.int32]:
        """Return the ids, and free the room behind them."""
        self._ids.resize(self._n, refcheck=False)
        return self._ids


def count_ids(ids: NDArray[np.int32], n_ids: int) -> NDArray[np.int64]:
    """Count how often each id below `n_ids` occurs in an array, shape (n_ids,)."""
    counts = np.zeros(n_ids, dtype=np.int64)
    for start in range(0, len(ids), IDS_AT_ONCE):
        counts += np.bincount(ids[start : start + IDS_AT_ONCE], minlength=n_ids)
    return counts


def exchange_ids(ids: NDArray[np.int32], new: NDArray[np.int32]) -> NDArray[np.int32]:
    """Replace each id ``i`` by ``new[i]``, in place; return the array."""
    for start in range(0, len(ids), IDS_AT_ONCE):
        block = ids[start : start + IDS_AT_ONCE]
        block[:] = new[block]
    return ids
