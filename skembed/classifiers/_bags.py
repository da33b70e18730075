"""Documents to weighted bags of words, pairs and parts of words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed._records import record
from skembed.text import UNKNOWN_ID, TokenSequences

PART_SIZES = (3, 4, 5)
"""Characters in a part of a word, blanks before and behind the word included."""

MAX_FEATURES = 50_000
"""Most pairs of words, and most parts of words, that are kept: those in the most documents."""

Bag: TypeAlias = sparse.csr_matrix


@record
@dataclass(frozen=True, eq=False)
class BagReader:
    """What sequences are counted by: words, pairs of neighbours, and parts of words.

    Attributes
    ----------
    pairs : ndarray of shape (n_pairs,), dtype int64
        ``first * n_ids + second`` of each pair of ids, sorted.
    parts : csr_matrix of shape (n_ids, n_parts), dtype float32
        How often each part is in each word; no columns where words are not known.
    idf : ndarray of shape (n_features,), dtype float32
        Inverse document frequencies: of the words, then of the pairs, then of the parts.
    n_words : int
        Ids that are counted as words: those up to the last one of training.
    """

    pairs: NDArray[np.int64]
    parts: Bag
    idf: NDArray[np.float32]
    n_words: int

    def read(self, sequences: TokenSequences) -> Bag:
        """Return weighted bags of shape (n_samples, n_features), of Euclidean length one."""
        words = count_words(sequences, self.parts.shape[0])
        return self._weigh(*self._count(sequences, words))

    def _count(self, sequences: TokenSequences, words: Bag) -> list[Bag]:
        n_ids = self.parts.shape[0]
        pairs = count_pairs(sequences, n_ids, self.pairs)
        counts = [sparse.hstack([words[:, : self.n_words], pairs], format="csr")]
        if self.parts.shape[1]:
            counts.append(words @ self.parts)
        return counts

    def _weigh(self, *counts: Bag) -> Bag:
        """Weigh the counts of words and pairs, and beside them those of parts, half and half."""
        starts = np.cumsum([0, *(block.shape[1] for block in counts)])
        blocks = [
            weigh_counts(block, self.idf[start : start + block.shape[1]])
            for start, block in zip(starts, counts, strict=False)
        ]
        bag = sparse.hstack(blocks, format="csr", dtype=np.float32)
        bag.data *= np.float32(1 / np.sqrt(len(blocks)))
        return bag


def learn_bags(
    sequences: TokenSequences, n_ids: int, vocabulary: Mapping[str, int] | None
) -> tuple[BagReader, Bag]:
    """Find the pairs and parts that are worth counting, and read the training documents.

    Parameters
    ----------
    sequences : TokenSequences of shape (n_samples,)
        Training documents.
    n_ids : int
        Number of ids.
    vocabulary : mapping of str to int, or None
        The ids' words. None leaves out the parts of words.

    Returns
    -------
    reader : BagReader
        Pairs that stand in two documents or more, parts that two words share.
    bag : csr_matrix of shape (n_samples, n_features), dtype float32
        The training documents as it reads them, `without_unknown` words.
    """
    words = count_words(sequences, n_ids)
    pairs = frequent_pairs(sequences, n_ids)
    parts = shared_parts(vocabulary or {}, words)
    n_words = int(sequences.ids.max()) + 1
    unweighted = BagReader(pairs, parts, np.empty(0, dtype=np.float32), n_words)
    counts = unweighted._count(sequences, words)
    frequencies = np.concatenate([document_frequencies(block) for block in counts])
    idf = np.log((1 + len(sequences)) / (1 + frequencies)) + 1  # as scikit-learn has it
    reader = replace(unweighted, idf=idf.astype(np.float32))
    return reader, without_unknown(reader._weigh(*counts))


def without_unknown(bag: Bag) -> Bag:
    """Return bags to learn from: unknown words make a document longer, but tell no class.

    They are seldom unknown in training, and then of an odd document; later they are of any.
    """
    known = bag.copy()
    known.data[known.indices <= UNKNOWN_ID] = 0
    return known


def count_words(sequences: TokenSequences, n_ids: int) -> Bag:
    """Count each id in each document: (n_samples, n_ids), float32."""
    return _count(sequences.ids, sequences.offsets, n_ids)


def count_pairs(sequences: TokenSequences, n_ids: int, pairs: NDArray[np.int64]) -> Bag:
    """Count the known pairs in each document: (n_samples, n_pairs), float32."""
    rows, codes = find_pairs(sequences, n_ids)
    places = np.searchsorted(pairs, codes)
    known = places < len(pairs)
    known[known] = pairs[places[known]] == codes[known]
    rows, places = rows[known], places[known]
    offsets = np.searchsorted(rows, np.arange(len(sequences) + 1))
    return _count(places, offsets, len(pairs))


def _count(ids: NDArray[np.integer], offsets: NDArray[np.int64], n_ids: int) -> Bag:
    ones = np.ones(len(ids), dtype=np.float32)
    counts = sparse.csr_matrix((ones, ids, offsets), shape=(len(offsets) - 1, n_ids), copy=True)
    counts.sum_duplicates()  # in place, so that the ids had to be copied
    return counts


def find_pairs(
    sequences: TokenSequences, n_ids: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find all neighbours, none of them unknown: their documents, ascending, and their codes."""
    rows = np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets))
    is_word = sequences.ids > UNKNOWN_ID
    paired = is_word[:-1] & is_word[1:] & (rows[:-1] == rows[1:])
    first, second = sequences.ids[:-1][paired], sequences.ids[1:][paired]
    return rows[:-1][paired], first.astype(np.int64) * n_ids + second


def frequent_pairs(sequences: TokenSequences, n_ids: int) -> NDArray[np.int64]:
    """Return the codes, sorted, of the pairs that stand in two documents or more."""
    rows, codes = find_pairs(sequences, n_ids)
    pairs, places = np.unique(codes, return_inverse=True)
    frequencies = document_frequencies(
        _count(places, np.searchsorted(rows, np.arange(len(sequences) + 1)), len(pairs))
    )
    return pairs[_most_frequent(frequencies)]


def shared_parts(vocabulary: Mapping[str, int], words: Bag) -> Bag:
    """Count the parts that two words or more share, in each word: (n_ids, n_parts), float32."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    found, offsets = [], np.zeros(words.shape[1] + 1, dtype=np.int64)
    for word, i in sorted(vocabulary.items(), key=itemgetter(1)):
        text = f" {word} "
        parts = [
            numbers[text[start : start + size]]
            for size in PART_SIZES
            for start in range(len(text) - size + 1)
        ]
        found += parts
        offsets[i + 1] = len(parts)
    counts = _count(np.array(found, dtype=np.int32), np.cumsum(offsets), len(numbers))
    n_documents = document_frequencies(words) @ (counts > 0)
    n_documents[document_frequencies(counts) < 2] = 0  # one word's part says no more than the word
    return counts[:, _most_frequent(n_documents)]


def _most_frequent(frequencies: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the positions, ascending, of those that stand in two documents or more."""
    order = np.argsort(-frequencies, kind="stable")[:MAX_FEATURES]
    return np.sort(order[frequencies[order] >= 2])


def document_frequencies(counts: Bag) -> NDArray[np.int64]:
    """Count the rows in which each column stands."""
    return np.bincount(counts.indices, minlength=counts.shape[1])


def weigh_counts(counts: Bag, idf: NDArray[np.float32]) -> Bag:
    """Return ``(1 + ln(count)) * idf``, each document scaled to Euclidean length one."""
    weighed = counts.copy()
    weighed.data = (1 + np.log(counts.data)) * idf[counts.indices]
    norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.data /= np.repeat(norms, np.diff(weighed.indptr))
    return weighed
