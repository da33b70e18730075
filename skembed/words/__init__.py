"""Ragged arrays, and words as bytes: packed, hashed and found, many at the same time.

This is a ground floor: it imports NumPy alone.
"""

from skembed.words._bytes import FIRST_BYTES, WORD_BYTES, find_byte, load_eight
from skembed.words._growing_table import GrowingTable
from skembed.words._packed_words import PackedWords, pack_words, take_words
from skembed.words._ragged import find_unpadded, gather_positions, offsets_of
from skembed.words._word_index import WordIndex
from skembed.words._word_table import NOT_FOUND, count_words

__all__ = [
    "FIRST_BYTES",
    "NOT_FOUND",
    "WORD_BYTES",
    "GrowingTable",
    "PackedWords",
    "WordIndex",
    "count_words",
    "find_byte",
    "find_unpadded",
    "gather_positions",
    "load_eight",
    "offsets_of",
    "pack_words",
    "take_words",
]
