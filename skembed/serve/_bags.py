"""Documents to weighted counts of words, pairs and parts of words, with NumPy alone."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.serve._arrays import unpack_arrays
from skembed.text import UNKNOWN_ID, TokenSequences
from skembed.words import gather_positions

_ARRAYS = {
    "pairs": ("<i8", 1),
    "idf": ("<f4", 1),
    "n_words": ("<i8", 0),
    "parts_counts": ("<f4", 1),
    "parts_columns": ("<i4", 1),
    "parts_ends": ("<i8", 1),
}


@dataclass(frozen=True, eq=False)
class Entries:
    """What is not zero in a matrix of documents and features, document by document.

    Attributes
    ----------
    rows, columns : ndarray of shape (n_entries,), dtype int64
        Ascending by rows, then by columns.
    values : ndarray of shape (n_entries,), dtype float32
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class BagTables:
    """What the linear half of a wide network counts by; see `to_onnx`.

    Attributes
    ----------
    pairs : ndarray of shape (n_pairs,), dtype int64
        ``first * n_ids + second`` of each pair of ids, sorted.
    idf : ndarray of shape (n_features,), dtype float32
        Weights of the words, then of the pairs, then of the parts.
    n_words : int
        Ids that are counted as words.
    parts_counts, parts_columns : ndarray of shape (n_parts_of_words,)
        The parts of the words, word by word.
    parts_ends : ndarray of shape (n_ids + 1,), dtype int64
        Where each id's parts begin, and end.
    """

    pairs: NDArray[np.int64]
    idf: NDArray[np.float32]
    n_words: int
    parts_counts: NDArray[np.float32]
    parts_columns: NDArray[np.int32]
    parts_ends: NDArray[np.int64]

    @classmethod
    def unpack(cls, text: str, n_ids: int) -> "BagTables":
        """Read tables that `to_onnx` has written.

        Parameters
        ----------
        text : str
            The tables.
        n_ids : int
            Ids that documents may have; the tables must know as many.

        Raises
        ------
        ValueError
            If they are not as `to_onnx` writes them.
        """
        parts: dict[str, NDArray[Any]] = unpack_arrays(base64.b64decode(text, validate=True))
        if {name: (part.dtype.str, part.ndim) for name, part in parts.items()} != _ARRAYS:
            raise ValueError("tables of words are not the right arrays")
        tables = cls(**{**parts, "n_words": int(parts["n_words"])})  # type: ignore[arg-type]
        tables._check(n_ids)
        return tables

    def _check(self, n_ids: int) -> None:
        """Check that all that is pointed to is there."""
        ends, columns = self.parts_ends, self.parts_columns
        n_parts = len(self.idf) - self.n_words - len(self.pairs)
        fits = (
            len(ends) > n_ids
            and 0 <= self.n_words < len(ends)
            and n_parts >= 0
            and len(self.idf) > 0
            and len(columns) == len(self.parts_counts) == ends[-1]
            and ends[0] == 0
            and bool((ends[1:] >= ends[:-1]).all())
            and bool(((columns >= 0) & (columns < n_parts)).all())
            and bool((self.parts_counts > 0).all() and (self.idf > 0).all())
        )
        if not fits:
            raise ValueError("tables of words do not fit together")

    def read(self, sequences: TokenSequences) -> Entries:
        """Return weighted counts, each document of Euclidean length one."""
        n_samples = len(sequences)
        words = count(rows_of(sequences), sequences.ids, len(self.parts_ends) - 1)
        pairs = self._pairs(sequences)
        known = words.columns < self.n_words
        first = Entries(
            np.concatenate([words.rows[known], pairs.rows]),
            np.concatenate([words.columns[known], self.n_words + pairs.columns]),
            np.concatenate([words.values[known], pairs.values]),
        )
        blocks = [self._weigh(first, n_samples)]
        if len(self.parts_columns):
            blocks.append(self._weigh(self._parts(words), n_samples))
        rows, columns, values = (
            np.concatenate([getattr(block, name) for block in blocks])
            for name in ("rows", "columns", "values")
        )
        return Entries(rows, columns, values / np.sqrt(np.float32(len(blocks))))

    def _pairs(self, sequences: TokenSequences) -> Entries:
        rows, ids = rows_of(sequences), sequences.ids
        is_word = ids > UNKNOWN_ID
        paired = is_word[:-1] & is_word[1:] & (rows[:-1] == rows[1:])
        n_ids = len(self.parts_ends) - 1
        codes = ids[:-1][paired].astype(np.int64) * n_ids + ids[1:][paired]
        places = np.searchsorted(self.pairs, codes)
        known = places < len(self.pairs)
        known[known] = self.pairs[places[known]] == codes[known]
        return count(rows[:-1][paired][known], places[known], len(self.pairs))

    def _parts(self, words: Entries) -> Entries:
        starts = self.parts_ends[words.columns]
        n_parts = self.parts_ends[words.columns + 1] - starts
        places, _ = gather_positions(starts, n_parts)
        n_features = len(self.idf) - self.n_words - len(self.pairs)
        counted = count(
            np.repeat(words.rows, n_parts),
            self.parts_columns[places],
            n_features,
            self.parts_counts[places] * np.repeat(words.values, n_parts),
        )
        first = self.n_words + len(self.pairs)
        return Entries(counted.rows, first + counted.columns, counted.values)

    def _weigh(self, counts: Entries, n_samples: int) -> Entries:
        """Return ``(1 + ln(count)) * idf``, each document scaled to Euclidean length one."""
        values = (1 + np.log(counts.values)) * self.idf[counts.columns]
        norms = np.sqrt(np.bincount(counts.rows, values * values, n_samples)).astype(np.float32)
        return Entries(counts.rows, counts.columns, values / norms[counts.rows])


def rows_of(sequences: TokenSequences) -> NDArray[np.int64]:
    """Return the document of each id."""
    return np.repeat(np.arange(len(sequences)), sequences.lengths)


def count(
    rows: NDArray[np.int64],
    columns: NDArray[np.integer],
    n_columns: int,
    values: NDArray[np.float32] | None = None,
) -> Entries:
    """Add up what falls on the same row and column: ones, or values."""
    codes = rows * max(n_columns, 1) + columns
    found, places = np.unique(codes, return_inverse=True)
    total = np.bincount(places, values, len(found)).astype(np.float32)
    return Entries(*np.divmod(found, max(n_columns, 1)), total)
