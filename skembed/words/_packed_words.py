"""Words packed into one block of UTF-8 bytes: each followed by a zero byte, found by offsets."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skembed.words._find_byte import find_byte
from skembed.words._ragged import gather_positions
from skembed.words._unaligned_loads import FIRST_BYTES, WORD_BYTES, load_eight

# Of every length up to beyond two steps of the hash, alone and among neighbours.
_FINGERPRINTED = ["", *("abcdefghijklmnopq"[:n] for n in range(1, 18)), "the", "Über", "日本語"]


def pack_words(words: Collection[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pack words into zero-terminated UTF-8 bytes and their offsets.

    Lone surrogates, which no UTF-8 file can hold, are encoded as they are, so that such a word
    is merely not found.
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


@dataclass(frozen=True)
class PackedWords:
    """Packed words to be hashed and compared, eight bytes at a time.

    Attributes
    ----------
    blob : ndarray of shape (n_bytes,), dtype uint8
        With room as `padded` gives it.
    starts, lengths : ndarray of shape (n_words,), dtype int64
        Where each word begins, and its bytes without the zero behind.
    """

    blob: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> "PackedWords":
        """Take all words of a block."""
        lengths = np.diff(offsets)
        lengths -= 1
        return cls(blob, offsets[:-1], lengths)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "PackedWords":
        """Pick some of the words."""
        return PackedWords(self.blob, self.starts[rows], self.lengths[rows])

    def rest(self) -> "PackedWords":
        """Leave out the first eight bytes of each word, which must have more."""
        return PackedWords(self.blob, self.starts + WORD_BYTES, self.lengths - WORD_BYTES)

    @cached_property
    def beginnings(self) -> NDArray[np.uint64]:
        """The first eight bytes of each word, zero beyond its end."""
        eight = load_eight(self.blob, self.starts)
        eight &= FIRST_BYTES.take(self.lengths, mode="clip")
        return eight

    @property
    def is_longer(self) -> NDArray[np.bool_]:
        """Whether a word has more than those."""
        return self.lengths > WORD_BYTES

    def hashes(self) -> NDArray[np.uint64]:
        """Return a hash of each word."""
        hashes = _mix(self.beginnings ^ self.lengths.view(np.uint64))
        rows = np.flatnonzero(self.is_longer)
        words = self.take(rows)
        while len(rows):
            words = words.rest()
            hashes[rows] = _mix(words.beginnings ^ hashes[rows])
            longer = words.is_longer
            rows, words = rows[longer], words.take(longer)
        return hashes

    def equal(self, others: "PackedWords") -> NDArray[np.bool_]:
        """Compare the words with as many others, pair by pair."""
        equal = self.lengths == others.lengths
        equal &= self.beginnings == others.beginnings
        rows = np.flatnonzero(equal & self.is_longer)
        words, others = self.take(rows), others.take(rows)
        while len(rows):
            words, others = words.rest(), others.rest()
            alike = words.beginnings == others.beginnings
            equal[rows[~alike]] = False
            alike &= words.is_longer
            rows, words, others = rows[alike], words.take(alike), others.take(alike)
        return equal


def hash_fingerprint() -> str:
    """Return the hashes of some fixed words, which tell one definition of the hash from another.

    Stored hashes are of use only to a process that computes the same ones: to any other, words
    that are there would seem not to be.
    """
    blob, offsets = pack_words(_FINGERPRINTED)
    hashes = PackedWords.of(padded(blob, len(blob)), offsets).hashes()
    return hashes.astype("<u8").tobytes().hex()


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 64-bit integers: the upper half of a product depends on all bits below it."""
    mixed = values * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    return mixed
