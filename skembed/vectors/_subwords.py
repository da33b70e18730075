"""The subwords of fastText: character n-grams of words, hashed to buckets that have vectors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._pooling import pool

_FNV_START = np.uint32(2166136261)
_FNV_PRIME = np.uint32(16777619)
_BEGIN, _END = b"<", b">"


def subword_buckets(
    words: list[bytes], min_n: int, max_n: int, n_buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hash the character n-grams of every word, each word set between ``<`` and ``>``.

    All n-grams of all words grow together, by one byte in each step. The brackets alone do not
    count as n-grams. Two arrays of shape (n_subwords,) are returned, with short n-grams first: the
    position of each n-gram's word, and the 32-bit FNV-1a hash of the n-gram's UTF-8 bytes modulo
    `n_buckets`.

    References
    ----------
    .. [1] P. Bojanowski, E. Grave, A. Joulin and T. Mikolov, "Enriching word vectors with subword
       information", TACL 2017, arXiv:1607.04606.
    """
    marked = [_BEGIN + word + _END for word in words]
    lengths = np.array([len(word) for word in marked], dtype=np.int64)
    # The last word is followed by a byte that starts a character, so that every n-gram can end.
    text = np.frombuffer(b"".join(marked) + _END, dtype=np.uint8)
    owner = np.repeat(np.arange(len(words)), lengths)
    word_end = np.repeat(np.cumsum(lengths), lengths)
    word_start = word_end - np.repeat(lengths, lengths)
    begins_character = (text & 0xC0) != 0x80
    first = np.flatnonzero(begins_character[:-1])
    step, n_characters = first.copy(), np.zeros(len(first), dtype=np.int64)
    hashes = np.full(len(first), _FNV_START, dtype=np.uint32)
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    while len(first):
        n_characters += begins_character[step]
        # fastText reads bytes as signed numbers, which fills the upper bits of its hash.
        hashes = (hashes ^ text[step].astype(np.int8).astype(np.uint32)) * _FNV_PRIME
        step = step + 1
        at_end = step == word_end[first]
        complete = (at_end | begins_character[step]) & (n_characters >= min_n)
        lone_mark = (n_characters == 1) & (at_end | (first == word_start[first]))
        done = complete & ~lone_mark
        found.append((owner[first[done]], (hashes[done] % np.uint32(n_buckets)).astype(np.int64)))
        growing = ~at_end & ~((n_characters == max_n) & begins_character[step])
        first, step = first[growing], step[growing]
        n_characters, hashes = n_characters[growing], hashes[growing]
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    owners, buckets = zip(*found, strict=True)
    return np.concatenate(owners), np.concatenate(buckets)


def subword_vectors(
    words: Sequence[str],
    buckets: NDArray[np.int64],
    ngram_vectors: NDArray[np.float32],
    *,
    min_n: int,
    max_n: int,
    n_buckets: int,
) -> NDArray[np.float32]:
    """Return the vectors of words, shape (n_words, n_dims): the means of their n-grams' vectors.

    N-grams whose bucket has no vector are skipped; a word without any other n-gram gets zeros.
    `buckets` is sorted and has the shape (n_used,), `ngram_vectors` has (n_used, n_dims).
    """
    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    owners, found = subword_buckets(encoded, min_n, max_n, n_buckets)
    flat = found[np.argsort(owners, kind="stable")]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(words)))])
    rows = np.searchsorted(buckets, flat)
    known = np.append(buckets, -1)[rows] == flat
    kept = np.concatenate([[0], np.cumsum(known)])[offsets]
    weights = np.ones(len(buckets), dtype=np.float32)
    return pool("mean", rows[known], kept, ngram_vectors, weights)
