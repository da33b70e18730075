"""Training documents, block by block, to what is worth counting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count as numbers_from
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from skembed.bags._sparse_rows import Multiply, SparseRows, count, multiply
from skembed.bags._tables import BagTables, find_pairs
from skembed.text import TokenSequences

NGRAM_SIZES = (3, 4, 5)
"""Characters in an n-gram, blanks before and behind the word included.

Usual sizes, not tried one by one. Beside words and pairs they are worth 0.4 to 2.0 percent
on the five corpora of docs/accuracy.md.
"""

MAX_FEATURES = 50_000
"""Most pairs of words, and most n-grams, that are kept: those in the most documents.

A bound of memory, chosen and not tuned: each takes a coefficient for each class.
"""


def learn_tables(
    blocks: Iterable[TokenSequences],
    n_ids: int,
    vocabulary: Mapping[str, int] | None,
    multiply: Multiply = multiply,
) -> tuple[BagTables, list[list[SparseRows]]]:
    """Find the pairs and n-grams that are worth counting, and count the training documents.

    Parameters
    ----------
    blocks : re-iterable of TokenSequences
        Training documents, in blocks of any size, read twice.
    n_ids : int
        Number of ids.
    vocabulary : mapping of str to int, or None
        The ids' words. None leaves out the n-grams.
    multiply : callable, default=multiply
        As for `BagTables.read`.

    Returns
    -------
    tables : BagTables
        Pairs that stand in two documents or more, n-grams that two words share.
    counts : list of list of SparseRows
        What the tables count in each block, to be weighed by them.
    """
    words, pairs, n_documents = _document_frequencies(blocks, n_ids)
    n_words = int(np.flatnonzero(words)[-1]) + 1
    ngrams = shared_ngrams(vocabulary or {}, words)
    tables = BagTables(pairs, ngrams, np.empty(0, dtype=np.float32), n_words)
    counts = [tables.count(block, multiply) for block in blocks]
    frequencies = sum(
        np.concatenate([part.n_in_columns() for part in of_block]) for of_block in counts
    )
    idf = np.log((1 + n_documents) / (1 + frequencies)) + 1  # as scikit-learn has it
    return replace(tables, idf=idf.astype(np.float32)), counts


def _document_frequencies(
    blocks: Iterable[TokenSequences], n_ids: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Count in how many documents each id stands, find the frequent pairs, count documents."""
    words, pairs, n_documents = np.zeros(n_ids, dtype=np.int64), _Frequencies(), 0
    for block in blocks:
        words += count(block.ids, block.offsets, n_ids).n_in_columns()
        pairs.add(*_pair_frequencies(block, n_ids))
        n_documents += len(block)
    return words, pairs.most_frequent(), n_documents


class _Frequencies:
    """In how many documents each pair stands, of all blocks so far."""

    def __init__(self) -> None:
        self._codes = [np.zeros(0, dtype=np.int64)]
        self._frequencies = [np.zeros(0, dtype=np.int64)]

    def add(self, codes: NDArray[np.int64], frequencies: NDArray[np.int64]) -> None:
        """Add the pairs of a block, each with the number of its documents.

        They are added up when as many are waiting as there are sums, so that many small
        blocks take little longer than a large one.
        """
        self._codes.append(codes)
        self._frequencies.append(frequencies)
        if sum(map(len, self._codes[1:])) >= len(self._codes[0]):
            self._add_up()

    def _add_up(self) -> None:
        codes, places = np.unique(np.concatenate(self._codes), return_inverse=True)
        sums = np.zeros(len(codes), dtype=np.int64)
        np.add.at(sums, places, np.concatenate(self._frequencies))
        self._codes, self._frequencies = [codes], [sums]

    def most_frequent(self) -> NDArray[np.int64]:
        """Return the codes, sorted, of the pairs that stand in two documents or more."""
        self._add_up()
        return self._codes[0][_most_frequent(self._frequencies[0])]


def _pair_frequencies(
    block: TokenSequences, n_ids: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the pairs of some documents, and in how many of them each stands."""
    codes, places = find_pairs(block, n_ids)
    found, columns = np.unique(codes, return_inverse=True)
    counts = count(columns, places.searchsorted(block.offsets), len(found))
    return found, counts.n_in_columns()


def shared_ngrams(vocabulary: Mapping[str, int], words: NDArray[np.int64]) -> SparseRows:
    """Count the n-grams that two words or more share, in each word.

    Parameters
    ----------
    vocabulary : mapping of str to int
        The ids' words.
    words : ndarray of shape (n_ids,), dtype int64
        In how many documents each id stands.

    Returns
    -------
    ngrams : SparseRows of shape (n_ids, n_ngrams)
        Those in the most documents, which are counted once for each of their words.
    """
    numbers: defaultdict[str, int] = defaultdict(numbers_from().__next__)
    found, lengths = [], np.zeros(len(words), dtype=np.int64)
    for word, i in sorted(vocabulary.items(), key=itemgetter(1)):
        text = f" {word} "
        ngrams = [
            numbers[text[start : start + size]]
            for size in NGRAM_SIZES
            for start in range(len(text) - size + 1)
        ]
        found += ngrams
        lengths[i] = len(ngrams)
    ends = np.append(0, np.cumsum(lengths))
    counts = count(np.array(found, dtype=np.int32), ends, len(numbers))
    n_documents = np.zeros(len(numbers), dtype=np.int64)
    np.add.at(n_documents, counts.columns, words[counts.rows])
    n_documents[counts.n_in_columns() < 2] = 0  # one word's n-gram says no more than the word
    return counts.chosen_columns(_most_frequent(n_documents))


def _most_frequent(frequencies: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions, ascending, of those that stand in two documents or more."""
    order = np.argsort(-frequencies, kind="stable")[:MAX_FEATURES]
    return np.sort(order[frequencies[order] >= 2])
