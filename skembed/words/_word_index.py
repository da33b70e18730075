"""An immutable list of words that is searched without building a dict.

The words lie in one block of UTF-8 bytes, found through a hash table. All three
arrays can be memory-mapped, so opening 400,000 words costs nothing and 20,000
words are looked up in about a millisecond.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from skembed._plural import pluralize
from skembed.words._packed_words import PackedWords, pack_words, padded
from skembed.words._word_table import build_table, count_words, first_slots, next_slots, search

NOT_FOUND = -1
_TERMINATOR = b"\0"
# Single look-ups through NumPy cost about 30 microseconds; a caller who does many gets a dict.
_LOOKUPS_BEFORE_DICT = 2000


class WordIndex(Sequence[str]):
    """Words in file order, with bulk look-up of their positions.

    Parameters
    ----------
    blob : ndarray of shape (n_bytes,), dtype uint8
        Each word in UTF-8, followed by one zero byte. Copied if it has no room for reading
        eight bytes at a time (see `padded`).
    offsets : ndarray of shape (n_words + 1,), dtype int64
        Word ``i`` lies at ``blob[offsets[i]:offsets[i + 1] - 1]``.
    table : ndarray of shape (n_slots,), dtype uint64, default=None
        Where which word is found (see `build_table`); None builds it.
    """

    def __init__(
        self,
        blob: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        table: NDArray[np.uint64] | None = None,
    ) -> None:
        self.blob = padded(blob, int(offsets[-1]))
        self.offsets = offsets
        if table is None:
            words = PackedWords.of(self.blob, offsets)
            table = build_table(words.hashes(), lambda i, j: words.take(i).equal(words.take(j)))
        self.table = table
        self._positions: dict[str, int] | None = None
        self._n_lookups = 0

    @classmethod
    def from_words(cls, words: Iterable[str]) -> "WordIndex":
        """Build the index of a collection of words."""
        return cls(*pack_words(list(words)))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> list[str]: ...
    def __getitem__(self, position: int | slice) -> str | list[str]:
        if isinstance(position, slice):
            start, stop, step = position.indices(len(self))
            if step == 1:
                return self._decode(start, max(start, stop))
            return [self[i] for i in range(start, stop, step)]
        i = range(len(self))[position]
        return bytes(self.blob[self.offsets[i] : self.offsets[i + 1] - 1]).decode()

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), 65_536):
            yield from self._decode(start, min(start + 65_536, len(self)))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.position(word) != NOT_FOUND

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:3])) + (", ..." if len(self) > 3 else "")
        return f"WordIndex([{shown}], {pluralize(len(self), 'word')})"

    def _decode(self, start: int, stop: int) -> list[str]:
        """Decode words start to stop at once, one by one only if a word holds a zero byte."""
        text = bytes(self.blob[self.offsets[start] : self.offsets[stop]]).decode()
        words = text.split("\0")[:-1]
        return words if len(words) == stop - start else [self[i] for i in range(start, stop)]

    def position(self, word: str) -> int:
        """Return the position of one word, or -1."""
        if self._positions is not None:
            return self._positions.get(word, NOT_FOUND)
        self._n_lookups += 1
        if self._n_lookups > _LOOKUPS_BEFORE_DICT:
            self._positions = {w: i for i, w in reversed(list(enumerate(self)))}
        return int(self.find([word])[0])

    def find(self, words: Collection[str]) -> NDArray[np.int64]:
        """Return the position of each word, -1 for a word that is not here.

        Parameters
        ----------
        words : collection of str
            The words looked for.

        Returns
        -------
        positions : ndarray of shape (len(words),), dtype int64
        """
        return self.find_packed(*pack_words(words))

    def find_packed(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Do what `find` does, for words that are already packed."""
        wanted = PackedWords.of(padded(blob, int(offsets[-1])), offsets)
        if len(self) == 0:
            return np.full(len(wanted.starts), NOT_FOUND, dtype=np.int64)
        hashes = wanted.hashes()
        candidates, slots = search(self.table, hashes, first_slots(self.table, hashes))
        equal = self._are(candidates, wanted)
        # Hardly ever there is another word with the same half of a hash: then the search goes on.
        rows = np.flatnonzero(~equal & (candidates < len(self)))
        while len(rows):
            behind = next_slots(self.table, slots[rows])
            candidates[rows], slots[rows] = search(self.table, hashes[rows], behind)
            equal[rows] = self._are(candidates[rows], wanted.take(rows))
            rows = rows[~equal[rows] & (candidates[rows] < len(self))]
        candidates[np.flatnonzero(~equal)] = NOT_FOUND
        return candidates

    def _are(self, positions: NDArray[np.int64], words: PackedWords) -> NDArray[np.bool_]:
        """Compare own words with others; beyond all positions nothing is equal."""
        starts = self.offsets.take(positions, mode="clip")
        lengths = self.offsets[1:].take(positions, mode="clip")
        lengths -= starts
        lengths -= 1
        equal = PackedWords(self.blob, starts, lengths).equal(words)
        equal &= positions < len(self)
        return equal

    def repeated(self) -> NDArray[np.int64]:
        """Return the positions of words that occurred before, ascending, dtype int64."""
        if count_words(self.table) == len(self):
            return np.empty(0, dtype=np.int64)
        first = self.find_packed(self.blob, self.offsets)
        return np.flatnonzero(first != np.arange(len(self)))
