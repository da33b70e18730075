"""The tables by which documents are counted, and the weights of their counts."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.bags._sparse_rows import Multiply, SparseRows, count, multiply, side_by_side
from skembed.text import UNKNOWN_ID, TokenSequences


@record
@dataclass(frozen=True, eq=False)
class BagTables:
    """Tables to count documents by: words, pairs of neighbours, and n-grams of characters.

    In scripts that are written without blanks, words are characters, and triples are counted too.
    """

    pairs: NDArray[np.int64]  # (n_pairs,): first * n_ids + second of the ids, sorted
    ngrams: SparseRows  # (n_ids, n_ngrams): how often in each word; empty without words
    idf: NDArray[np.float32]  # (n_features,): of words, pairs, triples and n-grams, in this order
    n_words: int  # ids that are counted as words: all up to the last one of training
    # (n_triples,): number of the first two among the pairs * n_ids + id of the third, sorted
    triples: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def n_features(self) -> int:
        """Words, pairs, triples and n-grams."""
        return self.n_sequences + self.ngrams.n_columns

    @property
    def n_sequences(self) -> int:
        """Words, pairs and triples."""
        return self.n_words + len(self.pairs) + len(self.triples)

    def check(self, n_ids: int) -> None:
        """Check that all indices are valid, because compiled code does not check them.

        The tables must know as many ids as documents may have.
        """
        ngrams = self.ngrams
        ends, columns = ngrams.ends, ngrams.columns
        fits = (
            all(array.ndim == 1 for array in (self.pairs, self.triples, self.idf))
            and all(array.ndim == 1 for array in (ngrams.values, columns, ends))
            and len(ends) > max(n_ids, 0)
            and 0 <= self.n_words < len(ends)
            and len(self.idf) == self.n_features > 0
            and ngrams.n_columns >= 0
            and len(columns) == len(ngrams.values) == ends[-1]
            and ends[0] == 0
            and bool((ends[1:] >= ends[:-1]).all())
            and bool(((columns >= 0) & (columns < ngrams.n_columns)).all())
            and bool((ngrams.values > 0).all() and (self.idf > 0).all())
        )
        if not fits:
            raise ValueError("tables of words do not fit together")

    def read(self, sequences: TokenSequences, multiply: Multiply = multiply) -> SparseRows:
        """Return weighted bags of shape (n_samples, n_features), of Euclidean length one.

        Most of the time is taken by multiplying counts of words by the n-grams of each, which
        SciPy does faster.
        """
        return self.weigh(self.count(sequences, multiply))

    def count(self, sequences: TokenSequences, multiply: Multiply = multiply) -> list[SparseRows]:
        """Count words, pairs and triples, and beside them n-grams, if there are any."""
        words = count(sequences.ids, sequences.offsets, self.ngrams.n_rows)
        codes, places = find_pairs(sequences, self.ngrams.n_rows)
        columns = columns_of(codes, self.pairs)
        pairs = _counted(columns, places, sequences, len(self.pairs))
        counts = [side_by_side(words.first_columns(self.n_words), pairs)]
        if len(self.triples):
            codes, places = find_triples(sequences, columns, places, self.ngrams.n_rows)
            columns = columns_of(codes, self.triples)
            triples = _counted(columns, places, sequences, len(self.triples))
            counts[0] = side_by_side(counts[0], triples)
        if self.ngrams.n_columns:
            counts.append(multiply(words, self.ngrams))
        return counts

    def weigh(self, counts: list[SparseRows]) -> SparseRows:
        """Weigh the counts of `count`; words, pairs and triples together weigh as much as n-grams.

        The counts are overwritten, because with many documents they are most of the memory.
        """
        first, *ngrams = counts
        _weigh(first, self.idf[: first.n_columns])
        if not ngrams:
            return first
        _weigh(ngrams[0], self.idf[first.n_columns :], from_the_back=True)
        bag = side_by_side(first, ngrams[0])
        np.multiply(bag.values, np.float32(1 / np.sqrt(2)), out=bag.values)
        return bag


def _weigh(counts: SparseRows, idf: NDArray[np.float32], *, from_the_back: bool = False) -> None:
    """Make counts ``(1 + ln(count)) * idf``, each row scaled to Euclidean length one.

    Sums of float32 depend on their order. It is the order in which SciPy multiplied matrices of
    counts by themselves when models were first fitted, so that fits stay the same to the last bit.
    This is the order of the columns, or its reverse in a product.
    """
    values, ends = counts.values, counts.ends
    np.log(values, out=values)
    values += 1
    values *= idf[counts.columns]
    squares = values * values
    if from_the_back:
        squares, ends = squares[::-1].copy(), len(squares) - ends[::-1]
    norms = np.sqrt(row_sums(squares, ends))
    np.divide(values, np.repeat(norms[::-1] if from_the_back else norms, counts.lengths), values)


def row_sums(values: NDArray[np.float32], ends: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the sum of each row, which may be empty."""
    sums = np.zeros(len(ends) - 1, dtype=np.float32)
    starts = ends[:-1]
    filled = starts < ends[1:]
    if len(values):
        sums[filled] = np.add.reduceat(values, starts[filled])
    return sums


def find_pairs(
    sequences: TokenSequences, n_ids: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find all neighbours of one document, none of them unknown.

    Returns ``first * n_ids + second`` of their ids, and the ascending places of the first ones
    among the ids.
    """
    ids = sequences.ids
    is_word = ids > UNKNOWN_ID
    paired = is_word[:-1] & is_word[1:]
    paired[sequences.offsets[1:-1] - 1] = False  # neighbours of two documents
    places = paired.nonzero()[0]
    return ids[places].astype(np.int64) * n_ids + ids[places + 1], places


def find_triples(
    sequences: TokenSequences,
    pairs: NDArray[np.int64],
    places: NDArray[np.int64],
    n_ids: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find all neighbours of three whose first two are a counted pair.

    Takes the results of `columns_of` and `find_pairs`. Returns ``pair * n_ids + third``, and the
    ascending places of the first ones among the ids.
    """
    goes_on = places[1:] == places[:-1] + 1
    goes_on &= pairs[:-1] >= 0
    firsts = places[:-1][goes_on]
    return pairs[:-1][goes_on] * n_ids + sequences.ids[firsts + 2], firsts


def columns_of(codes: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each code among the sorted known ones, or -1 if it is unknown."""
    order = codes.argsort()  # ascending codes are found faster
    columns = np.empty(len(codes), dtype=np.int64)
    columns[order] = known.searchsorted(codes[order])
    found = columns < len(known)
    found[found] = known[columns[found]] == codes[found]
    columns[~found] = -1
    return columns


def _counted(
    columns: NDArray[np.int64], places: NDArray[np.int64], sequences: TokenSequences, n_columns: int
) -> SparseRows:
    """Count the columns that are known, each at its place among the ids."""
    known = columns >= 0
    ends = places[known].searchsorted(sequences.offsets)
    return count(columns[known], ends, n_columns)
