"""The blocks that every reader yields: some words with their vectors."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed.text import OwnCut
from skembed.words import NOT_FOUND, WordIndex, pack_words, take_words

LONGEST_WORD = 1 << 16
"""Bytes; a longer word means that the file is damaged, and hashing it would take long."""

ROWS_AT_ONCE = 65_536
"""Words of a block if they are in memory or mapped."""


@dataclass
class Block:
    """Consecutive entries of a file; some may be left out and reported."""

    blob: NDArray[np.uint8]  # with the offsets, words as `WordIndex` wants them
    offsets: NDArray[np.int64]
    matrix: NDArray[np.float32]  # (n_words, n_dims)
    positions: NDArray[np.int64]  # (n_words,): line or entry of the file, from 1
    undecodable: list[tuple[int, bytes]] = field(default_factory=list)  # words that are not UTF-8
    n_malformed: int = 0  # lines that do not consist of a word and its numbers
    malformed: list[tuple[int, str]] = field(default_factory=list)  # the first: line and defect
    header_count: tuple[int, int] | None = None  # words promised and found, if they differ
    n_nameless: int = 0  # vectors whose word is missing
    tokenizer: OwnCut = None  # cut the texts that the words come from

    @classmethod
    def of_words(
        cls,
        words: list[bytes],
        matrix: NDArray[np.float32],
        positions: NDArray[np.int64],
        kept: WordIndex | None,
    ) -> "Block":
        """Pack words given as bytes, without those that are not UTF-8 or not in `kept`."""
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


def blocks_of(
    blob: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    matrix: NDArray[np.float32],
    chosen: NDArray[np.int64],
    tokenizer: OwnCut = None,
) -> Iterator[Block]:
    """Yield words and rows at the chosen positions, shape (n_chosen,), in one block or more."""
    for start in range(0, max(len(chosen), 1), ROWS_AT_ONCE):
        places = chosen[start : start + ROWS_AT_ONCE]
        words, rows = take_words(blob, offsets, places), np.asarray(matrix[places])
        yield Block(*words, rows, places + 1, tokenizer=tokenizer)
