"""A table of words, found by their hashes: many at the same time, and without Python strings.

It is a hash table with open addressing in one array, which can be memory-mapped. A slot holds
the position of a word and above it the lower half of the word's hash, by which nearly every other
word is told apart without looking at it. The upper half of the hash says where the search begins;
it ends at the first empty slot.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from skembed.words._packed_words import PackedWords, padded

NOT_FOUND = -1
EMPTY = np.uint64(2**64 - 1)
_HALF = np.uint64(32)
_BELOW = np.uint64(2**32 - 1)
# Words entered together: what is computed of so many stays small beside the table of a million.
_ENTERED_TOGETHER = 1 << 18

Slots = NDArray[np.uint64]
SameWords = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


class WordTable:
    """Packed words, and where each is found.

    Word ``i``, in UTF-8, lies at ``blob[offsets[i]:offsets[i + 1] - 1]``, one more byte behind it.
    The blob is copied if it has no room for reading eight bytes at a time (see `padded`). Where
    there are no slots, words are entered, of equal ones only the first.
    """

    _hashes: NDArray[np.uint64] | None = None  # of the words, where they are kept

    def __init__(
        self, blob: NDArray[np.uint8], offsets: NDArray[np.int64], slots: Slots | None = None
    ) -> None:
        self.blob = padded(blob, int(offsets[-1]))
        self.offsets = offsets
        if slots is None:
            slots = np.full(slots_for(len(self)), EMPTY)
            for start in range(0, len(self), _ENTERED_TOGETHER):
                stop = min(start + _ENTERED_TOGETHER, len(self))
                enter(slots, self._at(np.arange(start, stop)).hashes, start, self._same)
        self.slots = slots

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def positions_of(self, wanted: PackedWords) -> NDArray[np.int64]:
        """Return the position of each word, shape (n_wanted,), -1 for a word that is not here."""
        if len(self) == 0:
            return np.full(len(wanted), NOT_FOUND, dtype=np.int64)
        slots = _first_slots(self.slots, wanted.hashes)
        entries = self.slots.take(slots, mode="clip")
        positions = _position(entries)
        equal = self._are(positions, wanted)
        rows = missed = np.flatnonzero(~equal)
        slots, entries = slots[missed], entries[missed]
        while len(rows):  # another word has the slot, and this one may be behind it
            rows, slots = rows[entries != EMPTY], slots[entries != EMPTY]
            slots, entries = _walk(self.slots, slots, wanted.hashes[rows])
            positions[rows] = _position(entries)
            equal[rows] = self._are(positions[rows], wanted.take(rows))
            left = ~equal[rows]
            rows, slots, entries = rows[left], slots[left], entries[left]
        positions[missed[~equal[missed]]] = NOT_FOUND
        return positions

    def _are(self, positions: NDArray[np.int64], words: PackedWords) -> NDArray[np.bool_]:
        """Compare own words with others; beyond all positions nothing is equal."""
        equal = self._at(positions).equal(words)
        equal &= positions < len(self)
        return equal

    def _same(self, positions: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Compare own words at some positions with those at others."""
        return self._at(positions).equal(self._at(others))

    def _at(self, positions: NDArray[np.int64]) -> PackedWords:
        """Return the words at some positions, the last one for those beyond."""
        starts = self.offsets.take(positions, mode="clip")
        lengths = self.offsets[1:].take(positions, mode="clip")
        lengths -= starts
        lengths -= 1
        hashes = None if self._hashes is None else self._hashes.take(positions, mode="clip")
        return PackedWords(self.blob, starts, lengths, hashes)


def slots_for(n_words: int) -> int:
    """Return the size of a table: two to four slots for each word, so that a search is short."""
    return 2 << (n_words or 1).bit_length()


def count_words(slots: Slots) -> int:
    """Return how many words have been entered."""
    return int(np.count_nonzero(slots != EMPTY))


def enter(
    slots: Slots, hashes: NDArray[np.uint64], start: int = 0, same: SameWords | None = None
) -> None:
    """Give slots to words by their hashes.

    The first word has the position `start`. `same` returns for two arrays of positions, pair by
    pair, whether the words are equal. Only the first of equal words gets a slot. None: all differ.
    Some slots are left empty.
    """
    entries = hashes << _HALF
    entries |= np.arange(start, start + len(hashes), dtype=np.uint64)
    places = _first_slots(slots, hashes)
    while len(entries):
        free = slots.take(places) == EMPTY
        # Of several values for one slot the last one written stays: that of the first word.
        slots[places[free][::-1]] = entries[free][::-1]
        here = slots.take(places)
        left = np.flatnonzero(here != entries)  # another word has the slot
        entries, places = entries[left], places[left]
        if same is not None:
            here = here[left]
            alike = np.flatnonzero(here ^ entries <= _BELOW)
            again = alike[same(_position(here[alike]), _position(entries[alike]))]
            entries, places = np.delete(entries, again), np.delete(places, again)
        places = _next_slots(slots, places)


def first_rows(words: PackedWords) -> NDArray[np.int32]:
    """Return for each word the row of the first one that is equal, dtype int32."""
    rows = np.arange(len(words), dtype=np.int32)
    firsts = rows.copy()
    table = np.empty(slots_for(len(rows)), dtype=np.int32)
    places = _first_slots(table, words.hashes)
    while len(rows):
        table[places[::-1]] = rows[::-1]  # of several rows the last one written stays: the first
        earlier = table.take(places)
        firsts[rows] = earlier
        # What differs shares a place with another word that came before; that one is out now.
        left = np.flatnonzero(~words.take(earlier).equal_by_hash(words.take(rows)))
        rows, places = rows[left], places[left]
    return firsts


def _first_slots(slots: NDArray[np.generic], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the slot at which the search for each hash begins."""
    return (hashes >> np.uint64(65 - len(slots).bit_length())).view(np.int64)


def _walk(
    slots: Slots, places: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], Slots]:
    """Move to the next word that may have the wanted hash, or to an empty slot."""
    ends, entries = places.copy(), np.full(len(places), EMPTY)
    rows, halves = np.arange(len(places)), hashes << _HALF
    while len(rows):
        places = _next_slots(slots, places)
        here = slots.take(places)
        ends[rows], entries[rows] = places, here
        others = (here ^ halves > _BELOW) & (here != EMPTY)
        rows, places, halves = rows[others], places[others], halves[others]
    return ends, entries


def _next_slots(slots: Slots, places: NDArray[np.int64]) -> NDArray[np.int64]:
    return (places + 1) & (len(slots) - 1)


def _position(entries: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (entries & _BELOW).view(np.int64)
