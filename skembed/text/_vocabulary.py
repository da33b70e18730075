"""Count tokens and rank them: the way from documents to ids, one pass over the words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, repeat

import numpy as np
from numpy.typing import NDArray

from skembed.text._counting import GrowingArray, count_ids
from skembed.text._ids import FIRST_WORD_ID, UNKNOWN_ID
from skembed.text._ragged import offsets_of
from skembed.text._words import Splitter

ROWS_AT_ONCE = 1024
"""Documents whose words are sorted together; bounds the memory."""


@dataclass(frozen=True)
class TokenCounts:
    """What was counted in a corpus, before anything is left out.

    Attributes
    ----------
    words : list of str
        The distinct tokens in the order of first appearance, which is that of
        their numbers, from 0.
    counts : ndarray of shape (n_numbers,), dtype int64
        Occurrences of each token.
    frequencies : ndarray of shape (n_numbers,), dtype int64, or None
        Documents with each token; None: not counted.
    n_documents : int
        Documents counted.
    n_nameless : int
        Occurrences of tokens that have been forgotten.
    """

    words: list[str]
    counts: NDArray[np.int64]
    frequencies: NDArray[np.int64] | None
    n_documents: int
    n_nameless: int = 0


NOTHING_COUNTED = TokenCounts([], np.zeros(0, np.int64), np.zeros(0, np.int64), 0)


def number_tokens(
    documents: Sequence[str], splitter: Splitter, known: Sequence[str] = ()
) -> tuple[list[str], NDArray[np.int32], NDArray[np.int64]]:
    """Give each distinct token a number, in the order of first appearance.

    Parameters
    ----------
    documents : sequence of str, length n_samples
        The corpus.
    splitter : Splitter
        Cuts documents into tokens.
    known : sequence of str
        Tokens that were numbered earlier, from 0; new ones follow them.

    Returns
    -------
    words : list of str
        The distinct tokens in the order of their numbers.
    flat : ndarray of shape (n_tokens,), dtype int32
        The tokens' numbers, document after document.
    lengths : ndarray of shape (n_samples,), dtype int64
        Tokens in each document, which may be 0.
    """
    if not known and splitter.suits_bytes(documents):
        words: list[str] = []
        flat, lengths = _map_tokens(documents, splitter, lambda new: _append(words, new))
        return words, flat, lengths
    growing = defaultdict(count(len(known)).__next__, zip(known, count(), strict=False))
    flat, lengths = _map_tokens(documents, splitter, lambda words: map(growing.__getitem__, words))
    return list(growing), flat, lengths


def _append(words: list[str], new: list[str]) -> range:
    words += new
    return range(len(words) - len(new), len(words))


def encode(
    documents: Sequence[str], splitter: Splitter, vocabulary: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Look up the id of every token; tokens outside the vocabulary become 1."""
    get = vocabulary.get
    return _map_tokens(documents, splitter, lambda words: map(get, words, repeat(UNKNOWN_ID)))


def _map_tokens(
    documents: Sequence[str], splitter: Splitter, lookup: Callable[[list[str]], Iterable[int]]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    flat, lengths = GrowingArray(), [np.zeros(0, dtype=np.int64)]
    ids = np.zeros(0, dtype=np.int32)
    for chunk in splitter.chunks(documents):
        new = np.fromiter(lookup(chunk.words), dtype=np.int32, count=len(chunk.words))
        if chunk.which is None:
            flat.append(new)
        else:
            ids = np.concatenate([ids, new])
            flat.append(ids.take(chunk.which))
        lengths.append(chunk.lengths)
    return flat.finish(), np.concatenate(lengths)


def add_counts(
    earlier: TokenCounts,
    words: list[str],
    flat: NDArray[np.int32],
    lengths: NDArray[np.int64],
    with_frequencies: bool,
) -> TokenCounts:
    """Count numbered tokens on top of what was counted earlier."""
    n_numbers = len(words)
    counts = count_ids(flat, n_numbers)
    counts[: len(earlier.counts)] += earlier.counts
    frequencies = None
    if with_frequencies and earlier.frequencies is not None:
        frequencies = document_frequencies(flat, lengths, n_numbers)
        frequencies[: len(earlier.frequencies)] += earlier.frequencies
    n_documents = earlier.n_documents + len(lengths)
    return TokenCounts(words, counts, frequencies, n_documents, earlier.n_nameless)


def document_frequencies(
    flat: NDArray[np.int32], lengths: NDArray[np.int64], n_numbers: int
) -> NDArray[np.int64]:
    """Count in how many documents each token number stands."""
    frequencies = np.zeros(n_numbers, dtype=np.int64)
    offsets = offsets_of(lengths)
    for start in range(0, len(lengths), ROWS_AT_ONCE):
        rows = lengths[start : start + ROWS_AT_ONCE]
        numbers = flat[offsets[start] : offsets[start + len(rows)]]
        pairs = np.repeat(np.arange(len(rows), dtype=np.int64) * n_numbers, rows) + numbers
        frequencies += np.bincount(np.unique(pairs) % max(n_numbers, 1), minlength=n_numbers)
    return frequencies


def rank(counted: TokenCounts, min_documents: int, n_words: int) -> NDArray[np.int64]:
    """Return the token numbers to keep, most frequent first, ties by first appearance."""
    order = np.argsort(-counted.counts, kind="stable")
    if counted.frequencies is not None:
        order = order[counted.frequencies[order] >= min_documents]
    return order[:n_words]


def add_words(vocabulary: dict[str, int], words: Sequence[str]) -> None:
    """Put further words behind a vocabulary's own.

    Raises
    ------
    TypeError
        If `words` is a string, or holds anything but strings.
    """
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise TypeError("extra_words must be a sequence of strings.")
    for word in words:
        if word not in vocabulary:
            vocabulary[word] = FIRST_WORD_ID + len(vocabulary)


def ids_by_number(kept: NDArray[np.int64], n_numbers: int) -> NDArray[np.int32]:
    """Return the final id of each token number: unknown, or from 2 by rank."""
    ids = np.full(n_numbers, UNKNOWN_ID, dtype=np.int32)
    ids[kept] = np.arange(len(kept), dtype=np.int32) + FIRST_WORD_ID
    return ids


def fill_empty(
    flat: NDArray[np.int32], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Give each document without tokens one unknown id; return ids and offsets."""
    empty = np.flatnonzero(lengths == 0)
    if len(empty):
        flat = np.insert(flat, offsets_of(lengths)[empty], UNKNOWN_ID)
        lengths = np.maximum(lengths, 1)
    return flat, offsets_of(lengths)
