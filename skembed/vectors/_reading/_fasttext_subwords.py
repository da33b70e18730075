"""The subwords of fastText: character n-grams of words, hashed to buckets."""

import numpy as np
from numpy.typing import NDArray

_FNV_START = np.uint32(2166136261)
_FNV_PRIME = np.uint32(16777619)
_BEGIN, _END = b"<", b">"


def subword_buckets(
    words: list[bytes], shortest: int, longest: int, n_buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hash the character n-grams of every word, each word set between ``<`` and ``>``.

    All n-grams of all words grow together, one byte a step.

    Parameters
    ----------
    words : list of bytes
        UTF-8 words; an empty one has no subwords.
    shortest, longest : int
        Length of the n-grams, in characters.
    n_buckets : int
        Number of buckets.

    Returns
    -------
    owners : ndarray of shape (n_subwords,), dtype int64
        Position of the word that each subword belongs to.
    buckets : ndarray of shape (n_subwords,), dtype int64
    """
    marked = [_BEGIN + word + _END if word else b"" for word in words]
    lengths = np.array([len(word) for word in marked], dtype=np.int64)
    # One byte that starts a character follows the last word, so that every n-gram can end.
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
        # fastText takes bytes as signed numbers, which fills the upper bits of its hash.
        hashes = (hashes ^ text[step].astype(np.int8).astype(np.uint32)) * _FNV_PRIME
        step = step + 1
        at_end = step == word_end[first]
        complete = (at_end | begins_character[step]) & (n_characters >= shortest)
        lone_mark = (n_characters == 1) & (at_end | (first == word_start[first]))
        done = complete & ~lone_mark
        found.append((owner[first[done]], (hashes[done] % np.uint32(n_buckets)).astype(np.int64)))
        growing = ~at_end & ~((n_characters == longest) & begins_character[step])
        first, step = first[growing], step[growing]
        n_characters, hashes = n_characters[growing], hashes[growing]
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    owners, buckets = zip(*found, strict=True)
    return np.concatenate(owners), np.concatenate(buckets)
