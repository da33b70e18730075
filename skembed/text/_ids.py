"""The two token ids that mean the same everywhere in skembed."""

from typing import Final

PADDING_ID: Final = 0
"""Fills a matrix of ids before or after a document, never inside it."""

UNKNOWN_ID: Final = 1
"""Stands for every word that is not in the vocabulary."""

FIRST_WORD_ID: Final = 2
"""The id of the most frequent word; the others follow without a gap."""

UNKNOWN_TOKEN: Final = "[UNK]"
"""Text of an unknown word when ids are turned back into text."""
