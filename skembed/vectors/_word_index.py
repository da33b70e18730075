"""An immutable list of words that is searched without building a dict.

The words lie in one block of UTF-8 bytes, found through sorted 64-bit hashes.
All four arrays can be memory-mapped, so opening 400,000 words costs nothing and
20,000 words are looked up in about a millisecond.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._counted import counted

NOT_FOUND = -1
_TERMINATOR = b"\0"
# Single look-ups through NumPy cost about 30 microseconds; a caller who does many gets a dict.
_LOOKUPS_BEFORE_DICT = 2000
# Of every length up to beyond two steps of the hash, alone and among neighbours.
_FINGERPRINTED = ["", *("abcdefghijklmnopq"[:n] for n in range(1, 18)), "the", "Über", "日本語"]
# By number of bytes kept from the low end of an integer.
_FIRST_BYTES = np.array([2 ** (8 * k) - 1 for k in range(9)], dtype=np.uint64)


class WordIndex(Sequence[str]):
    """Words in file order, with bulk look-up of their positions.

    Parameters
    ----------
    blob : ndarray of shape (n_bytes,), dtype uint8
        Each word in UTF-8, followed by one zero byte. Copied if it has no room for reading
        eight bytes at a time (see `padded`).
    offsets : ndarray of shape (n_words + 1,), dtype int64
        Word ``i`` lies at ``blob[offsets[i]:offsets[i + 1] - 1]``.
    hashes : ndarray of shape (n_words,), dtype uint64, default=None
        Sorted hashes of the words; None computes them.
    order : ndarray of shape (n_words,), dtype int32, default=None
        Position of the word that each hash belongs to.
    """

    def __init__(
        self,
        blob: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        hashes: NDArray[np.uint64] | None = None,
        order: NDArray[np.int32] | None = None,
    ) -> None:
        self.blob = padded(blob, int(offsets[-1]))
        self.offsets = offsets
        if hashes is None or order is None:
            unsorted = hash_words(self.blob, offsets)
            order = np.argsort(unsorted).astype(np.int32)
            hashes = unsorted[order]
            if (hashes[1:] == hashes[:-1]).any():
                # The slower, stable sort keeps equal words in file order: the first wins.
                order = np.argsort(unsorted, kind="stable").astype(np.int32)
        self.hashes = hashes
        self.order = order
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
        return f"WordIndex([{shown}], {counted(len(self), 'word')})"

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

    def find(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the position of each word, -1 for a word that is not here.

        Parameters
        ----------
        words : sequence of str
            The words looked for.

        Returns
        -------
        positions : ndarray of shape (len(words),), dtype int64
        """
        return self.find_packed(*pack_words(words))

    def find_packed(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Do what `find` does, for words that are already packed."""
        blob = padded(blob, int(offsets[-1]))
        wanted = hash_words(blob, offsets)
        positions = np.full(len(wanted), NOT_FOUND, dtype=np.int64)
        if not len(self):
            return positions
        # Sorted needles walk through the sorted hashes in step with the processor's cache.
        open_words = np.argsort(wanted)
        slots = np.searchsorted(self.hashes, wanted[open_words])
        while len(open_words):
            possible = self.hashes.take(slots, mode="clip") == wanted[open_words]
            possible &= slots < len(self)
            open_words, slots = open_words[possible], slots[possible]
            candidates = self.order[slots].astype(np.int64)
            equal = self._equals(candidates, blob, offsets, open_words)
            positions[open_words[equal]] = candidates[equal]
            open_words, slots = open_words[~equal], slots[~equal] + 1
        return positions

    def _equals(
        self,
        positions: NDArray[np.int64],
        blob: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        which: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Compare own words at `positions` with the packed words at `which`."""
        ours, theirs = self.offsets[positions], offsets[which]
        lengths = offsets[which + 1] - theirs
        equal = self.offsets[positions + 1] - ours == lengths
        rows = np.flatnonzero(equal)
        while len(rows):
            differ = _eight(self.blob, ours[rows], lengths[rows]) != _eight(
                blob, theirs[rows], lengths[rows]
            )
            equal[rows[differ]] = False
            lengths -= 8
            ours, theirs = ours + 8, theirs + 8
            rows = rows[~differ & (lengths[rows] > 0)]
        return equal

    def repeated(self) -> NDArray[np.int64]:
        """Return the positions of words that occurred before, ascending, dtype int64."""
        if not (self.hashes[1:] == self.hashes[:-1]).any():
            return np.empty(0, dtype=np.int64)
        first = self.find_packed(self.blob, self.offsets)
        return np.flatnonzero(first != np.arange(len(self)))


def pack_words(words: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pack words into zero-terminated UTF-8 bytes and their offsets.

    Lone surrogates, which no UTF-8 file can hold, are encoded as they are, so that such a word
    is merely not found.
    """
    text = "\0".join(words) + "\0" if len(words) else ""
    blob = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    offsets = np.zeros(len(words) + 1, dtype=np.int64)
    ends = np.flatnonzero(blob == 0)
    if len(ends) != len(words):  # a word holds a zero byte itself
        ends = np.cumsum([len(w.encode("utf-8", "surrogatepass")) + 1 for w in words]) - 1
    offsets[1:] = ends + 1
    return blob, offsets


def spans(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenate the ranges ``start, ..., start + length - 1``."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(starts - ends + lengths, lengths)


def take_words(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64], positions: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pick packed words by position."""
    lengths = offsets[positions + 1] - offsets[positions]
    chosen = np.zeros(len(positions) + 1, dtype=np.int64)
    np.cumsum(lengths, out=chosen[1:])
    return blob[spans(offsets[positions], lengths)], chosen


def padded(blob: NDArray[np.uint8], used: int) -> NDArray[np.uint8]:
    """Return the bytes as whole 8-byte words with at least eight bytes to spare."""
    roomy = len(blob) >= used + 8 and len(blob) % 8 == 0
    if roomy and blob.flags.c_contiguous and blob.__array_interface__["data"][0] % 8 == 0:
        return blob
    copy = np.zeros((used // 8 + 2) * 8, dtype=np.uint8)
    copy[:used] = blob[:used]
    return copy


def _eight(
    blob: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Read eight bytes at each place as one integer, zero beyond the given lengths."""
    words = blob.view("<u8")
    place = starts >> 3
    shift = ((starts & 7) << 3).view(np.uint64)
    value = words.take(place) >> shift
    place += 1
    value |= words.take(place) << (np.uint64(64) - shift)
    value &= _FIRST_BYTES.take(lengths, mode="clip")
    return value


def hash_words(blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash each packed word, eight bytes at a time.

    Parameters
    ----------
    blob, offsets : ndarray
        Packed words, with room as `padded` gives it.

    Returns
    -------
    hashes : ndarray of shape (n_words,), dtype uint64
    """
    starts, lengths = offsets[:-1], np.diff(offsets)
    hashes = lengths.astype(np.uint64)
    rows = np.arange(len(starts))
    while len(rows):
        hashes[rows] = _mix(hashes[rows] ^ _mix(_eight(blob, starts[rows], lengths[rows])))
        starts, lengths = starts + 8, lengths - 8
        rows = rows[lengths[rows] > 0]
    return hashes


def hash_fingerprint() -> str:
    """Return the hashes of some fixed words, which tell one definition of the hash from another.

    Stored hashes are of use only to a process that computes the same ones: to any other, words
    that are there would seem not to be.
    """
    blob, offsets = pack_words(_FINGERPRINTED)
    return hash_words(padded(blob, len(blob)), offsets).astype("<u8").tobytes().hex()


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 64-bit integers evenly (the finaliser of SplitMix64, Steele et al. 2014)."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
