"""What every reader yields: some words with their vectors."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed.words import NOT_FOUND, WordIndex, pack_words, take_words

LONGEST_WORD = 1 << 16
"""Bytes; a longer word is damage, and what is done eight bytes at a time would go on for long."""


@dataclass
class Block:
    """Consecutive entries of a file.

    Attributes
    ----------
    blob, offsets : ndarray
        The words, packed as `WordIndex` wants them.
    matrix : ndarray of shape (n_words, n_dims), dtype float32
    positions : ndarray of shape (n_words,), dtype int64
        Line or entry of the file, from 1.
    undecodable : list of (int, bytes)
        Entries left out because their word is not UTF-8.
    n_malformed : int
        Lines left out because they are not a word and its numbers.
    malformed : list of (int, str)
        Line and fault of the first of them.
    header_count : tuple of (int, int) or None
        Words that the file's first line says and words found, where the two differ.
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    matrix: NDArray[np.float32]
    positions: NDArray[np.int64]
    undecodable: list[tuple[int, bytes]] = field(default_factory=list)
    n_malformed: int = 0
    malformed: list[tuple[int, str]] = field(default_factory=list)
    header_count: tuple[int, int] | None = None

    @classmethod
    def of_words(
        cls,
        words: list[bytes],
        matrix: NDArray[np.float32],
        positions: NDArray[np.int64],
        kept: WordIndex | None,
    ) -> "Block":
        """Pack words given as bytes, leaving out those not UTF-8 or not in `kept`."""
        undecodable, good = [], []
        for i, word in enumerate(words):
            try:
                word.decode()
                good.append(i)
            except UnicodeDecodeError:
                undecodable.append((int(positions[i]), word))
        packed = pack_words([words[i].decode() for i in good])
        block = cls(*packed, matrix[good], positions[good], undecodable)
        return block if kept is None else block.only(kept)

    def only(self, kept: WordIndex) -> "Block":
        """Return the entries whose word is in `kept`."""
        chosen = np.flatnonzero(kept.find_packed(self.blob, self.offsets) != NOT_FOUND)
        blob, offsets = take_words(self.blob, self.offsets, chosen)
        matrix, positions = self.matrix[chosen], self.positions[chosen]
        return replace(self, blob=blob, offsets=offsets, matrix=matrix, positions=positions)


Blocks = Iterator[Block]
