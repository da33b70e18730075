"""The words met so far, found by their bytes instead of as strings.

Most words of a corpus are the same few, over and over. Those that have been met are recognised
in a whole chunk of text at once; Python strings are made of the new ones only.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from skembed.words._bytes import WORD_BYTES
from skembed.words._packed_words import PackedWords
from skembed.words._ragged import gather_positions
from skembed.words._word_table import EMPTY, NOT_FOUND, WordTable, enter, first_rows, slots_for

# The words that come first are most of a text. While there are no more than these, they have twice
# the slots, so that nearly each is where its search begins.
_FIRST_WORDS = 1 << 15
# A table of so many slots is made in a few microseconds, and holds the words of a short text.
_FIRST_SLOTS = 1 << 14

Number = TypeVar("Number", bound=np.generic)


class GrowingTable(WordTable):
    """A table of words to which others are added."""

    _hashes: NDArray[np.uint64]

    def __init__(self) -> None:
        self._n_words = 0
        self._hashes = np.zeros(0, dtype=np.uint64)
        slots = np.full(_FIRST_SLOTS, EMPTY)
        super().__init__(np.zeros(16, dtype=np.uint8), np.zeros(1, dtype=np.int64), slots)

    def __len__(self) -> int:
        return self._n_words

    def add(self, words: PackedWords) -> NDArray[np.int64]:
        """Give positions to words, new ones in the order of their first rows, shape (n_words,)."""
        positions = self.positions_of(words)
        unknown = np.flatnonzero(positions == NOT_FOUND)
        some = words.take(unknown)
        firsts = first_rows(some)
        new = np.flatnonzero(firsts == np.arange(len(firsts)))
        positions[unknown[new]] = np.arange(len(self), len(self) + len(new))
        positions[unknown] = positions[unknown[firsts]]
        self._append(some.take(new))
        return positions

    def strings(self, start: int, between: str) -> list[str]:
        """Return the words from a position on; `between` is an ASCII character in none of them."""
        offsets = self.offsets[start : len(self) + 1] - self.offsets[start]
        letters = self.blob[self.offsets[start] : self.offsets[len(self)]].copy()
        letters[offsets[1:] - 1] = ord(between)
        return letters.tobytes().decode("utf-8", "surrogatepass").split(between)[:-1]

    def _append(self, words: PackedWords) -> None:
        """Put new words behind those that are here."""
        places, offsets = gather_positions(words.starts, words.lengths + 1)
        letters = words.blob[places]
        start, used = len(self), int(self.offsets[len(self)])
        stop, size = start + len(words), used + len(letters)
        self.blob = _with_room(self.blob, used, size + WORD_BYTES)
        self.offsets = _with_room(self.offsets, start + 1, stop + 1)
        self._hashes = _with_room(self._hashes, start, stop)
        self.blob[used:size] = letters
        self.offsets[start + 1 : stop + 1] = offsets[1:] + used
        self._hashes[start:stop] = words.hashes
        self._n_words = stop
        n_slots = slots_for(stop + min(stop, _FIRST_WORDS))
        if n_slots > len(self.slots):
            self.slots, start = np.full(n_slots, EMPTY), 0
        enter(self.slots, self._hashes[start:stop], start)

    def _are(self, positions: NDArray[np.int64], words: PackedWords) -> NDArray[np.bool_]:
        equal = self._at(positions).equal_by_hash(words)
        equal &= positions < len(self)
        return equal


def _with_room(array: NDArray[Number], used: int, needed: int) -> NDArray[Number]:
    """Return an array with room for so many values, the used ones in it.

    It has twice the room, so that all copying together is no more than what is kept, and whole
    8-byte words, as reading them wants it.
    """
    if needed <= len(array):
        return array
    larger = np.empty((needed // WORD_BYTES + 1) * 2 * WORD_BYTES, dtype=array.dtype)
    larger[:used] = array[:used]
    return larger
