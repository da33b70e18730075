"""The words met so far, found by their bytes instead of as strings.

Most words of a corpus are the same few, over and over. Those that have been met are recognised
in a whole chunk of text at once; Python strings are made of the new ones only.
"""

import numpy as np
from numpy.typing import NDArray

from skembed.words._unaligned_loads import FIRST_BYTES, WORD_BYTES, load_eight

LONG_WORD = 16
"""Bytes from which on a word does not fit into the two keys that stand for it."""

_EMPTY = -1
_SLOTS_PER_WORD = 4
_MIX_FIRST = np.uint64(0x9E3779B97F4A7C15)  # odd, with bits spread evenly: multiplicative hashing
_MIX_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)

Keys = tuple[NDArray[np.uint64], NDArray[np.uint64]]


class SeenWords:
    """A hash table with open addressing: from words to the numbers they were given.

    Up to 15 bytes and their number fit into two integers, so that words are compared exactly.
    The longer ones, which are few, stand in a dict.
    """

    def __init__(self) -> None:
        self._slots = np.full(1 << 14, _EMPTY, dtype=np.int32)
        # Keys by number, with room to spare.
        self._first = np.zeros(1 << 12, dtype=np.uint64)
        self._second = np.zeros(1 << 12, dtype=np.uint64)
        self._long: dict[bytes, int] = {}
        self._n = 0

    def number(
        self, text: NDArray[np.uint8], starts: NDArray[np.int64], sizes: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Give numbers to the words of a text, new ones in the order of their first places.

        Parameters
        ----------
        text : ndarray of shape (n_bytes,), dtype uint8
            With room as `load_eight` wants it.
        starts, sizes : ndarray of shape (n_words,), dtype int64
            First byte and number of bytes of each word.

        Returns
        -------
        numbers : ndarray of shape (n_words,), dtype int32
            The same for equal words, counted from 0 over all texts.
        new : ndarray of shape (n_new,), dtype int64
            Where words that were in no text before stand first, in the order of their numbers.
        """
        keys = _keys_of(text, starts, sizes)
        numbers = self._find(keys)
        unknown = np.flatnonzero((numbers == _EMPTY) & (sizes < LONG_WORD))
        firsts = unknown[_first_places_of_keys(_take(keys, unknown))]
        long = np.flatnonzero(sizes >= LONG_WORD)
        words = [text[i : i + n].tobytes() for i, n in zip(starts[long], sizes[long], strict=True)]
        new_long: dict[bytes, int] = {}
        for word, row in zip(words, long.tolist(), strict=True):
            if word not in self._long:
                new_long.setdefault(word, row)
        new = np.fromiter(new_long.values(), dtype=np.int64, count=len(new_long))
        new = np.sort(np.concatenate([unknown[firsts == unknown], new]))
        numbers[new] = self._n + np.arange(len(new), dtype=np.int32)
        numbers[unknown] = numbers[firsts]
        self._long.update({word: int(numbers[row]) for word, row in new_long.items()})
        numbers[long] = [self._long[word] for word in words]
        self._keep(_take(keys, new), sizes[new] >= LONG_WORD)
        return numbers, new

    def _find(self, keys: Keys) -> NDArray[np.int32]:
        """Return the number of each word, `_EMPTY` for an unknown one."""
        slots = self._home(keys)
        numbers = self._slots.take(slots, mode="clip")
        rows = np.flatnonzero(~self._are(numbers, keys) & (numbers != _EMPTY))
        slots = slots[rows]
        while len(rows):  # another word stands there, and this one may stand behind it
            slots = self._behind(slots)
            here = self._slots.take(slots)
            numbers[rows] = here
            others = (here != _EMPTY) & ~self._are(here, _take(keys, rows))
            rows, slots = rows[others], slots[others]
        return numbers

    def _keep(self, keys: Keys, is_long: NDArray[np.bool_]) -> None:
        """Give the next numbers to new words."""
        start, self._n = self._n, self._n + len(is_long)
        if self._n > len(self._first):
            room = np.zeros(self._n, dtype=np.uint64)
            self._first = np.concatenate([self._first, room])
            self._second = np.concatenate([self._second, room])
        self._first[start : self._n], self._second[start : self._n] = keys
        self._second[start : self._n][is_long] = 0  # as no key is, for it has the size in it
        if self._n * _SLOTS_PER_WORD > len(self._slots):
            bits = (self._n * _SLOTS_PER_WORD).bit_length()
            self._slots = np.full(1 << bits, _EMPTY, dtype=np.int32)
            start = 0
        numbers = np.arange(start, self._n, dtype=np.int32)
        self._place(numbers[self._second[start : self._n] != 0])

    def _place(self, numbers: NDArray[np.int32]) -> None:
        """Put words into their slots or the next free ones."""
        slots = self._home((self._first[numbers], self._second[numbers]))
        while len(numbers):
            free = self._slots[slots] == _EMPTY
            self._slots[slots[free]] = numbers[free]
            left = self._slots[slots] != numbers
            numbers, slots = numbers[left], self._behind(slots[left])

    def _home(self, keys: Keys) -> NDArray[np.int64]:
        return _hash(keys, len(self._slots))

    def _behind(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        return (slots + 1) & (len(self._slots) - 1)

    def _are(self, numbers: NDArray[np.int32], keys: Keys) -> NDArray[np.bool_]:
        """Tell where the word of this number has these keys."""
        places = numbers.astype(np.intp)  # once, for take would do it each time
        equal = self._first.take(places, mode="clip") == keys[0]
        equal &= self._second.take(places, mode="clip") == keys[1]
        return equal


def first_places(slots: NDArray[np.int64], n_slots: int) -> NDArray[np.int32]:
    """Return for each slot number where the same number stands first."""
    table = np.empty(n_slots, dtype=np.int32)
    places = np.arange(len(slots), dtype=np.int32)
    table[slots[::-1]] = places[::-1]  # of several values for one slot, the last one written stays
    return table[slots]


def _first_places_of_keys(keys: Keys) -> NDArray[np.int64]:
    """Return for each word where the same word stands first."""
    places = np.arange(len(keys[0]))
    rows = places
    n_slots = 1 << (_SLOTS_PER_WORD * len(rows)).bit_length()
    while len(rows):
        firsts = first_places(_hash(keys, n_slots), n_slots)
        equal = (keys[0][firsts] == keys[0]) & (keys[1][firsts] == keys[1])
        places[rows[equal]] = rows[firsts[equal]]
        # What is left shares a slot with another word that came before; that one is out now.
        left = np.flatnonzero(~equal)
        rows, keys = rows[left], _take(keys, left)
    return places


def _keys_of(text: NDArray[np.uint8], starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Keys:
    """Return the first eight bytes of each word; and the next seven, with the size on top."""
    first = load_eight(text, starts)
    first &= FIRST_BYTES.take(sizes, mode="clip")
    second = np.minimum(sizes, LONG_WORD).view(np.uint64) << np.uint64(56)
    longer = np.flatnonzero(sizes > WORD_BYTES)
    rest = load_eight(text, starts[longer] + WORD_BYTES)
    rest &= FIRST_BYTES.take(np.minimum(sizes[longer] - WORD_BYTES, WORD_BYTES - 1))
    second[longer] |= rest
    return first, second


def _hash(keys: Keys, n_slots: int) -> NDArray[np.int64]:
    """Spread keys over a number of slots that is a power of two."""
    mixed = keys[0] * _MIX_FIRST
    mixed += keys[1] * _MIX_SECOND
    mixed >>= np.uint64(65 - n_slots.bit_length())
    return mixed.view(np.int64)


def _take(keys: Keys, rows: NDArray[np.int64]) -> Keys:
    return keys[0][rows], keys[1][rows]
