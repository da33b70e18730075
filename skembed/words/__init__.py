"""Ragged arrays, and words as bytes: packed, hashed and found, many at the same time.

This is a ground floor: it imports NumPy alone.
"""

from skembed.words._find_byte import find_byte
from skembed.words._packed_words import (
    PackedWords,
    hash_fingerprint,
    pack_words,
    padded,
    take_words,
)
from skembed.words._ragged import find_unpadded, gather_positions, offsets_of
from skembed.words._seen_words import LONG_WORD, SeenWords, first_places
from skembed.words._unaligned_loads import FIRST_BYTES, WORD_BYTES, load_eight
from skembed.words._word_index import NOT_FOUND, WordIndex
from skembed.words._word_table import count_words

__all__ = [
    "FIRST_BYTES",
    "LONG_WORD",
    "NOT_FOUND",
    "WORD_BYTES",
    "PackedWords",
    "SeenWords",
    "WordIndex",
    "count_words",
    "find_byte",
    "find_unpadded",
    "first_places",
    "gather_positions",
    "hash_fingerprint",
    "load_eight",
    "offsets_of",
    "pack_words",
    "padded",
    "take_words",
]
