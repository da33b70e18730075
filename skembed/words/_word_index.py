"""An immutable list of words that is searched without building a dict.

The words lie in one block of UTF-8 bytes, found through a hash table. All three
arrays can be memory-mapped, so opening 400,000 words costs nothing and 20,000
words are looked up in about a millisecond.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from skembed._messages import pluralize
from skembed.words._packed_words import PackedWords, pack_words
from skembed.words._word_table import NOT_FOUND, Slots, WordTable, count_words

# Single look-ups through NumPy cost about 30 microseconds; a caller who does many gets a dict.
_LOOKUPS_BEFORE_DICT = 2000


class WordIndex(WordTable, Sequence[str]):
    """Words in file order, found many at once; the byte behind each word is zero."""

    def __init__(
        self, blob: NDArray[np.uint8], offsets: NDArray[np.int64], slots: Slots | None = None
    ) -> None:
        super().__init__(blob, offsets, slots)
        self._positions: dict[str, int] | None = None
        self._n_lookups = 0

    @classmethod
    def from_words(cls, words: Iterable[str]) -> "WordIndex":
        """Build the index of a collection of words."""
        return cls(*pack_words(list(words)))

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
        """Return the position of each word, shape (n_words,), -1 for a word that is not here."""
        return self.find_packed(*pack_words(words))

    def find_packed(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Do what `find` does, for words that are already packed."""
        return self.positions_of(PackedWords.of(blob, offsets))

    def repeated(self) -> NDArray[np.int64]:
        """Return the positions of words that occurred before, ascending, dtype int64."""
        if count_words(self.slots) == len(self):
            return np.empty(0, dtype=np.int64)
        first = self.find_packed(self.blob, self.offsets)
        return np.flatnonzero(first != np.arange(len(self)))
