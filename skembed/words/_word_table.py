"""A hash table with open addressing in one array, which can be memory-mapped.

A slot holds the position of a word and above it the lower half of the word's hash, by which
nearly every other word is told apart without looking at it. The upper half of the hash says
where the search begins; it ends at the first empty slot.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_EMPTY = np.uint64(2**64 - 1)
_HALF = np.uint64(32)
_BELOW = np.uint64(2**32 - 1)

Table = NDArray[np.uint64]
SameWords = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


def build_table(hashes: NDArray[np.uint64], same: SameWords) -> Table:
    """Enter words by their hashes; of equal words only the first.

    Parameters
    ----------
    hashes : ndarray of shape (n_words,), dtype uint64
    same : callable
        Tells for two arrays of positions, pair by pair, whether the words are equal.

    Returns
    -------
    table : ndarray of shape (n_slots,), dtype uint64
        Two to four slots for each word.
    """
    table = np.full(2 << (len(hashes) or 1).bit_length(), _EMPTY)
    rows = np.arange(len(hashes))
    entries = hashes << _HALF
    entries |= rows.view(np.uint64)
    slots = first_slots(table, hashes)
    while len(rows):
        free = table.take(slots) == _EMPTY
        # Of several values for one slot the last one written stays: that of the first word.
        table[slots[free][::-1]] = entries[free][::-1]
        here = table.take(slots)
        left = np.flatnonzero(here != entries)  # another word has the slot
        here, rows, entries, slots = here[left], rows[left], entries[left], slots[left]
        alike = np.flatnonzero(here ^ entries <= _BELOW)
        again = alike[same(_position(here[alike]), rows[alike])]
        rows, entries, slots = (np.delete(array, again) for array in (rows, entries, slots))
        slots = next_slots(table, slots)
    return table


def count_words(table: Table) -> int:
    """Return how many words have been entered."""
    return int(np.count_nonzero(table != _EMPTY))


def first_slots(table: Table, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the slot at which the search for each hash begins."""
    return (hashes >> np.uint64(65 - len(table).bit_length())).view(np.int64)


def next_slots(table: Table, slots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the slots behind these."""
    return (slots + 1) & (len(table) - 1)


def search(
    table: Table, hashes: NDArray[np.uint64], slots: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Go on from some slots to the next word that may have the wanted hash.

    Returns
    -------
    positions : ndarray of shape (n_hashes,), dtype int64
        Of that word; beyond all positions, where an empty slot came first.
    slots : ndarray of shape (n_hashes,), dtype int64
        Where the search has ended.
    """
    wanted = hashes << _HALF
    found = table.take(slots, mode="clip")
    rows = np.flatnonzero((found ^ wanted > _BELOW) & (found != _EMPTY))
    if len(rows):
        slots, open_slots, wanted = slots.copy(), slots[rows], wanted[rows]
    while len(rows):
        open_slots = next_slots(table, open_slots)
        here = table.take(open_slots)
        found[rows], slots[rows] = here, open_slots
        others = (here ^ wanted > _BELOW) & (here != _EMPTY)
        rows, open_slots, wanted = rows[others], open_slots[others], wanted[others]
    return _position(found), slots


def _position(entries: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (entries & _BELOW).view(np.int64)
