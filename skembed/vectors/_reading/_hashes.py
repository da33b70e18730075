"""The hashes that spaCy uses in place of words."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from skembed.words import FIRST_BYTES, WORD_BYTES, load_eight, pack_words

_FACTOR, _SHIFT, _SEED = np.uint64(0xC6A4A7935BD1E995), np.uint64(47), np.uint64(1)


def hash_words(words: Collection[str]) -> NDArray[np.uint64]:
    """Return the 64-bit hash of each word, MurmurHash64A of its UTF-8 with the seed 1.

    All words are hashed together, eight bytes in each step, the longest ones first.

    References
    ----------
    A. Appleby, MurmurHash, https://github.com/aappleby/smhasher.

    Examples
    --------
    >>> hash_words(["hello"]).tolist()  # spacy.strings.hash_string("hello")
    [5983625672228268878]
    """
    blob, offsets = pack_words(words)
    text = np.concatenate([blob, np.zeros(3 * WORD_BYTES - len(blob) % WORD_BYTES, np.uint8)])
    lengths = np.diff(offsets) - 1
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = offsets[:-1][order], lengths[order]
    hashes = _SEED ^ lengths.astype(np.uint64) * _FACTOR
    for step in range(int(lengths.max(initial=0)) // WORD_BYTES + 1):
        left = lengths - step * WORD_BYTES
        n_whole = int(np.searchsorted(-left, -WORD_BYTES, side="right"))
        n_begun = int(np.searchsorted(-left, 0))
        eight = load_eight(text, starts[:n_begun] + step * WORD_BYTES)
        mixed = eight[:n_whole] * _FACTOR
        mixed = (mixed ^ mixed >> _SHIFT) * _FACTOR
        hashes[:n_whole] = (hashes[:n_whole] ^ mixed) * _FACTOR
        rest = eight[n_whole:] & FIRST_BYTES[left[n_whole:n_begun]]
        hashes[n_whole:n_begun] = (hashes[n_whole:n_begun] ^ rest) * _FACTOR
    hashes = (hashes ^ hashes >> _SHIFT) * _FACTOR
    found = np.empty_like(hashes)
    found[order] = hashes ^ hashes >> _SHIFT
    return found
