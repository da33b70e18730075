"""Words packed into one block of UTF-8 bytes, each followed by one other byte, found by offsets."""

from collections.abc import Collection
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skembed.words._bytes import FIRST_BYTES, WORD_BYTES, find_byte, load_eight
from skembed.words._ragged import gather_positions

# 2**64 divided by the golden ratio, as usual in multiplicative hashing: odd, so that different
# integers have different products, and with bits that are spread evenly.
_PLAIN_GOLDEN = 0x9E3779B97F4A7C15
_GOLDEN = np.uint64(_PLAIN_GOLDEN)
_HALF = np.uint64(32)
_ALL = 2**64 - 1

FEW = 32
"""Words of which what is left is looked at one after the other, not eight bytes of all at once.

NumPy takes as long for the next eight bytes of so many words as for those of one. A word of a
million characters, such as a picture that was pasted, took seconds; now it takes hundredths.
"""


def pack_words(words: Collection[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pack words into zero-terminated UTF-8 bytes and their offsets.

    Lone surrogates, which no UTF-8 file can hold, are encoded as they are, so that such a word is
    merely not found. Word ``i`` lies at ``blob[offsets[i]:offsets[i + 1] - 1]``, a zero byte behind
    it.
    """
    raw = ("\0".join(words) + "\0" if words else "").encode("utf-8", "surrogatepass")
    filled = np.frombuffer(raw + b"\1" * (-len(raw) % WORD_BYTES), dtype=np.uint8)
    ends = find_byte(filled, 0, "<u4")
    if len(ends) != len(words):  # a word holds a zero byte itself
        ends = np.cumsum([len(w.encode("utf-8", "surrogatepass")) + 1 for w in words]) - 1
    offsets = np.zeros(len(words) + 1, dtype=np.int64)
    np.add(ends, 1, out=offsets[1:])
    return filled[: len(raw)], offsets


def take_words(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64], positions: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pick packed words by position."""
    starts = offsets[positions]
    places, chosen = gather_positions(starts, offsets[positions + 1] - starts)
    return blob[places], chosen


def padded(blob: NDArray[np.uint8], used: int) -> NDArray[np.uint8]:
    """Return the bytes as whole 8-byte words with at least eight bytes to spare."""
    roomy = len(blob) >= used + 8 and len(blob) % 8 == 0
    if roomy and blob.flags.c_contiguous and blob.__array_interface__["data"][0] % 8 == 0:
        return blob
    copy = np.zeros((used // 8 + 2) * 8, dtype=np.uint8)
    copy[:used] = blob[:used]
    return copy


class PackedWords:
    """Words in a block of bytes, to be hashed and compared eight bytes at a time.

    The block has room as `padded` gives it; starts, lengths (without the byte behind) and hashes
    have the shape (n_words,), and hashes that are not given are computed when they are asked for.
    """

    def __init__(
        self,
        blob: NDArray[np.uint8],
        starts: NDArray[np.int64],
        lengths: NDArray[np.int64],
        hashes: NDArray[np.uint64] | None = None,
    ) -> None:
        self.blob = blob
        self.starts = starts
        self.lengths = lengths
        self._hashes = hashes

    @classmethod
    def of(cls, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> "PackedWords":
        """Take all words of a block."""
        lengths = np.diff(offsets)
        lengths -= 1
        return cls(padded(blob, int(offsets[-1])), offsets[:-1], lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, rows: NDArray[np.integer]) -> "PackedWords":
        """Pick some of the words."""
        hashes = None if self._hashes is None else self._hashes[rows]
        return PackedWords(self.blob, self.starts[rows], self.lengths[rows], hashes)

    def rest(self, rows: NDArray[np.int64]) -> "PackedWords":
        """Pick words of more than eight bytes, without these."""
        starts, lengths = self.starts[rows] + WORD_BYTES, self.lengths[rows] - WORD_BYTES
        return PackedWords(self.blob, starts, lengths)

    def letters(self, row: int) -> bytes:
        """Return the bytes of one word."""
        start = self.starts[row]
        return self.blob[start : start + self.lengths[row]].tobytes()

    @cached_property
    def beginnings(self) -> NDArray[np.uint64]:
        """The first eight bytes of each word, zero beyond its end."""
        eight = load_eight(self.blob, self.starts)
        eight &= FIRST_BYTES.take(self.lengths, mode="clip")
        return eight

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """A hash of each word; files of word vectors keep it, so that it stays as it is."""
        if self._hashes is None:
            self._hashes = self._hash()
        return self._hashes

    def _hash(self) -> NDArray[np.uint64]:
        hashes = _mix(self.beginnings ^ self.lengths.view(np.uint64))
        words, rows = self, np.flatnonzero(self.lengths > WORD_BYTES)
        longer = rows
        while len(rows) > FEW:
            words = words.rest(longer)
            hashes[rows] = _mix(words.beginnings ^ hashes[rows])
            longer = np.flatnonzero(words.lengths > WORD_BYTES)
            rows = rows[longer]
        for row, word in zip(rows.tolist(), longer.tolist(), strict=True):
            hashes[row] = _mix_all(int(hashes[row]), words.letters(word)[WORD_BYTES:])
        return hashes

    def equal(self, others: "PackedWords") -> NDArray[np.bool_]:
        """Compare the words with as many others, pair by pair."""
        equal = self.lengths == others.lengths
        equal &= self.beginnings == others.beginnings
        words, rows = self, np.flatnonzero(equal & (self.lengths > WORD_BYTES))
        longer = rows
        while len(rows) > FEW:
            words, others = words.rest(longer), others.rest(longer)
            alike = words.beginnings == others.beginnings
            equal[rows[~alike]] = False
            longer = np.flatnonzero(alike & (words.lengths > WORD_BYTES))
            rows = rows[longer]
        for row, word in zip(rows.tolist(), longer.tolist(), strict=True):
            equal[row] = words.letters(word) == others.letters(word)
        return equal

    def equal_by_hash(self, others: "PackedWords") -> NDArray[np.bool_]:
        """Do what `equal` does, faster where both know their hashes.

        A hash takes eight bytes at a time and loses none of their bits. So of one length and one
        hash there is one word of up to eight bytes; and one of up to sixteen, if the first eight
        are known. Only what is longer is compared byte by byte.
        """
        equal = self.hashes == others.hashes
        equal &= self.lengths == others.lengths
        rows = np.flatnonzero(equal & (self.lengths > WORD_BYTES))
        if len(rows):
            eight = load_eight(self.blob, self.starts[rows])
            equal[rows] = eight == load_eight(others.blob, others.starts[rows])
            long = rows[equal[rows] & (self.lengths[rows] > 2 * WORD_BYTES)]
            equal[long] = self.take(long).equal(others.take(long))
        return equal


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 64-bit integers: the upper half of a product depends on all bits below it."""
    mixed = values * _GOLDEN
    mixed ^= mixed >> _HALF
    return mixed


def _mix_all(mixed: int, letters: bytes) -> int:
    """Continue a hash over the rest of a word, as `_mix` does with eight bytes of many."""
    whole = letters + bytes(-len(letters) % WORD_BYTES)
    for eight in np.frombuffer(whole, dtype="<u8").tolist():
        mixed = (eight ^ mixed) * _PLAIN_GOLDEN & _ALL
        mixed ^= mixed >> 32
    return mixed
