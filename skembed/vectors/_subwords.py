"""fastText's vectors for unknown words: the mean over a word's character n-grams."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._pooling import pool

_FNV_OFFSET = 2166136261
_FNV_PRIME = 16777619
_32_BITS = 0xFFFFFFFF
# fastText hashes signed characters: a byte of 128 or more brings 24 ones along
_SIGNED = [byte if byte < 128 else byte | 0xFFFFFF00 for byte in range(256)]


def ngram_buckets(word: str, min_n: int, max_n: int, n_buckets: int) -> list[int]:
    """Return the bucket of each character n-gram of ``<word>``.

    Parameters
    ----------
    word : str
        The word, without the brackets.
    min_n, max_n : int
        Shortest and longest n-gram, in characters.
    n_buckets : int
        Number of buckets.

    Returns
    -------
    buckets : list of int
        32-bit FNV-1a hashes of the n-grams' UTF-8 bytes, modulo `n_buckets`;
        the brackets alone are no n-gram.

    References
    ----------
    .. [1] P. Bojanowski, E. Grave, A. Joulin and T. Mikolov, "Enriching word
       vectors with subword information", TACL 2017, arXiv:1607.04606.

    Examples
    --------
    >>> ngram_buckets("sun", 3, 4, 1000)
    [271, 419, 417, 277, 548]
    """
    characters = [[_SIGNED[byte] for byte in char.encode("utf-8")] for char in f"<{word}>"]
    n_chars = len(characters)
    buckets = []
    for start in range(n_chars):
        value = _FNV_OFFSET
        for n, character in enumerate(characters[start : start + max_n], 1):
            for byte in character:
                value = ((value ^ byte) * _FNV_PRIME) & _32_BITS
            if n >= min_n and not (n == 1 and start in (0, n_chars - 1)):
                buckets.append(value % n_buckets)
    return buckets


def subword_vectors(
    words: Sequence[str],
    buckets: NDArray[np.int64],
    ngram_vectors: NDArray[np.float32],
    *,
    min_n: int,
    max_n: int,
    n_buckets: int,
) -> NDArray[np.float32]:
    """Make vectors of words from those of their n-grams.

    Parameters
    ----------
    words : sequence of str, length n_words
        Words, trained or not.
    buckets : ndarray of shape (n_used,), dtype int64
        Buckets that have a vector, rising.
    ngram_vectors : ndarray of shape (n_used, n_dims), dtype float32
        Their vectors.
    min_n, max_n, n_buckets : int
        As in `ngram_buckets`.

    Returns
    -------
    vectors : ndarray of shape (n_words, n_dims), dtype float32
        Mean over the n-grams whose bucket has a vector; zeros if none has.
    """
    lists = [ngram_buckets(word, min_n, max_n, n_buckets) for word in words]
    offsets = np.concatenate([[0], np.cumsum([len(found) for found in lists], dtype=np.int64)])
    flat = np.fromiter((bucket for found in lists for bucket in found), np.int64, offsets[-1])
    rows = np.searchsorted(buckets, flat)
    known = np.append(buckets, -1)[rows] == flat
    kept = np.concatenate([[0], np.cumsum(known)])[offsets]
    weights = np.ones(len(buckets), dtype=np.float32)
    return pool("mean", rows[known], kept, ngram_vectors, weights)
