"""Count tokens and rank them: from documents to ids in one pass over the words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress, count, repeat
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.text._counting import GrowingArray, count_ids, exchange_ids
from skembed.text._ids import FIRST_WORD_ID, UNKNOWN_ID
from skembed.text._words import Splitter
from skembed.words import offsets_of

ROWS_AT_ONCE = 1024
"""Documents whose words are sorted together; bounds the memory."""

MAX_WORDS, KEPT_WORDS = 1_000_000, 500_000
"""Most words that are counted from batch to batch, and number of words kept when there are more."""


class NumberedTokens(NamedTuple):
    """The tokens of documents as numbers of their distinct words."""

    words: list[str]  # in the order of their numbers
    numbers: NDArray[np.int32]  # (n_tokens,), document after document
    lengths: NDArray[np.int64]  # (n_samples,): tokens in each document, which may be none


@record
@dataclass(frozen=True)
class TokenCounts:
    """The counts of a corpus, before words are left out."""

    words: dict[str, int]  # in the order of first appearance, with their numbers, from 0
    counts: NDArray[np.int64]  # (n_words,): occurrences of each
    frequencies: NDArray[np.int64] | None  # (n_words,): documents with each; None: not counted
    missed: NDArray[np.int64]  # (n_words,): most occurrences while each was forgotten
    n_documents: int
    n_nameless: int = 0  # occurrences of words that have been forgotten
    most_missed: int = 0  # most occurrences of any word that is not here


def number_tokens(documents: Sequence[str], splitter: Splitter) -> NumberedTokens:
    """Give each distinct token a number, in the order of first appearance."""
    if splitter.suits_bytes(documents):
        return _number_bytes(documents, splitter)
    growing: defaultdict[str, int] = defaultdict(count().__next__)
    flat, lengths = _map_tokens(documents, splitter, lambda words: map(growing.__getitem__, words))
    return NumberedTokens(list(growing), flat, lengths)


def _number_bytes(documents: Sequence[str], splitter: Splitter) -> NumberedTokens:
    """Take the numbers that the splitter gives to the words of documents cut by their bytes."""
    words: list[str] = []
    flat, lengths = GrowingArray(), [np.zeros(0, dtype=np.int64)]
    for chunk in splitter.chunks(documents):
        assert chunk.word_numbers is not None
        words += chunk.words
        flat.append(chunk.word_numbers)
        lengths.append(chunk.lengths)
    return NumberedTokens(words, flat.finish(), np.concatenate(lengths))


def encode(
    documents: Sequence[str], splitter: Splitter, vocabulary: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Look up the id of every token; tokens outside the vocabulary become 1."""
    return _map_tokens(documents, splitter, lambda words: _look_up(words, vocabulary))


def encode_numbered(numbered: NumberedTokens, vocabulary: dict[str, int]) -> NDArray[np.int32]:
    """Look up the id of every token of documents that have been cut before."""
    words = numbered.words
    ids = np.fromiter(_look_up(words, vocabulary), dtype=np.int32, count=len(words))
    return exchange_ids(numbered.numbers, ids)


def _look_up(words: list[str], vocabulary: dict[str, int]) -> Iterator[int]:
    return map(vocabulary.get, words, repeat(UNKNOWN_ID))


def _map_tokens(
    documents: Sequence[str], splitter: Splitter, lookup: Callable[[list[str]], Iterable[int]]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    flat, lengths = GrowingArray(), [np.zeros(0, dtype=np.int64)]
    ids = np.zeros(0, dtype=np.int32)
    for chunk in splitter.chunks(documents):
        new = np.fromiter(lookup(chunk.words), dtype=np.int32, count=len(chunk.words))
        if chunk.word_numbers is None:
            flat.append(new)
        else:
            ids = np.concatenate([ids, new])
            flat.append(ids.take(chunk.word_numbers))
        lengths.append(chunk.lengths)
    return flat.finish(), np.concatenate(lengths)


def count_tokens(
    words: list[str],
    flat: NDArray[np.int32],
    lengths: NDArray[np.int64],
    *,
    with_frequencies: bool,
) -> TokenCounts:
    """Count numbered tokens, as `number_tokens` gives them."""
    n_numbers = len(words)
    frequencies = document_frequencies(flat, lengths, n_numbers) if with_frequencies else None
    return TokenCounts(
        dict(zip(words, count(), strict=False)),
        count_ids(flat, n_numbers),
        frequencies,
        np.zeros(n_numbers, dtype=np.int64),
        len(lengths),
    )


def add_counts(earlier: TokenCounts, more: TokenCounts) -> TokenCounts:
    """Add the counts of more documents, with document frequencies if both have them."""
    n_before, n_more = len(earlier.words), len(more.words)
    found = map(earlier.words.get, more.words, repeat(-1))
    numbers = np.fromiter(found, dtype=np.int64, count=n_more)
    is_new = numbers < 0
    n_new = int(is_new.sum())
    numbers[is_new] = np.arange(n_before, n_before + n_new)
    words = earlier.words | dict(zip(compress(more.words, is_new), count(n_before), strict=False))
    counts = np.concatenate([earlier.counts, np.zeros(n_new, dtype=np.int64)])
    counts[numbers] += more.counts
    frequencies = None
    if earlier.frequencies is not None and more.frequencies is not None:
        frequencies = np.concatenate([earlier.frequencies, np.zeros(n_new, dtype=np.int64)])
        frequencies[numbers] += more.frequencies
    missed = np.concatenate([earlier.missed, np.full(n_new, earlier.most_missed)])
    return replace(
        earlier,
        words=words,
        counts=counts,
        frequencies=frequencies,
        missed=missed,
        n_documents=earlier.n_documents + more.n_documents,
    )


def forget_rarest(
    counted: TokenCounts, max_words: int = MAX_WORDS, kept_words: int = KEPT_WORDS
) -> TokenCounts:
    """Forget the rarest words if there are too many.

    The largest possible count of each word decides: its count, plus the occurrences that may have
    been missed while it was forgotten. The `kept_words` with the largest possible counts are kept.
    The next largest possible count is the threshold: no forgotten word has occurred more often, so
    it is what may be missed when a word comes again. The threshold is at most ``n_tokens /
    (kept_words + 1)``. The possible counts above it are the counters of Misra and Gries, and each
    rise of the threshold takes as much from ``kept_words + 1`` of them. Counts are exact since a
    word last came back, as in lossy counting.

    References
    ----------
    Misra, Gries (1982), Finding repeated elements, doi:10.1016/0167-6423(82)90012-0. Manku,
    Motwani (2002), Approximate frequency counts over data streams, VLDB,
    doi:10.1016/B978-155860869-6/50038-X.
    """
    if len(counted.words) <= max_words:
        return counted
    most = counted.counts + counted.missed
    threshold = int(np.partition(most, -kept_words - 1)[-kept_words - 1])
    kept = most > threshold
    return TokenCounts(
        dict(zip(compress(counted.words, kept), count(), strict=False)),
        counted.counts[kept],
        None if counted.frequencies is None else counted.frequencies[kept],
        counted.missed[kept],
        counted.n_documents,
        counted.n_nameless + int(counted.counts[~kept].sum()),
        max(threshold, counted.most_missed),
    )


def document_frequencies(
    flat: NDArray[np.int32], lengths: NDArray[np.int64], n_numbers: int
) -> NDArray[np.int64]:
    """Count in how many documents each token number occurs."""
    frequencies = np.zeros(n_numbers, dtype=np.int64)
    offsets = offsets_of(lengths)
    for start in range(0, len(lengths), ROWS_AT_ONCE):
        rows = lengths[start : start + ROWS_AT_ONCE]
        numbers = flat[offsets[start] : offsets[start + len(rows)]]
        pairs = np.repeat(np.arange(len(rows), dtype=np.int64) * n_numbers, rows) + numbers
        pairs.sort()  # fifteen times as fast as np.unique
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        frequencies += np.bincount(pairs % max(n_numbers, 1), minlength=n_numbers)
    return frequencies


def rank(
    counted: TokenCounts, min_documents: int, n_words: int, *, as_keras: bool = False
) -> NDArray[np.int64]:
    """Return the token numbers to keep, most frequent first, ties by first appearance.

    If only some words of one count can be kept, a hash chooses them. By first appearance, as Keras
    does it, words of the last documents would be left out. If these are of one class, a network
    learns that an unknown word shows this class.
    """
    numbers = np.arange(len(counted.counts))
    if counted.frequencies is not None:
        numbers = np.flatnonzero(counted.frequencies >= min_documents)
    counts = counted.counts[numbers]
    if len(counts) > n_words:
        least = np.partition(counts, -n_words)[-n_words]
        often, tied = counts > least, np.flatnonzero(counts == least)
        room = n_words - int(often.sum())
        if len(tied) > room and not as_keras:
            tied = tied[_order_of_hashes(counted.words, numbers[tied])]
        often[tied[:room]] = True
        numbers, counts = numbers[often], counts[often]
    return numbers[np.argsort(-counts, kind="stable")]


def _order_of_hashes(words: Iterable[str], numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the order of some words that does not depend on the order of documents."""
    are_hashed = np.zeros(int(numbers[-1]) + 1, dtype=bool)
    are_hashed[numbers] = True
    chosen = compress(words, are_hashed)
    hashes = [crc32(word.encode("utf-8", "surrogatepass")) for word in chosen]
    return np.argsort(hashes, kind="stable")


def add_words(vocabulary: dict[str, int], words: Sequence[str]) -> None:
    """Append more words to a vocabulary."""
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
