"""The two token ids that mean the same everywhere in skembed."""

from typing import Final

PADDING_ID: Final = 0
"""Fills a matrix of ids where a document has ended; never inside a document."""

UNKNOWN_ID: Final = 1
"""Stands for every word that is not in the vocabulary."""

FIRST_WORD_ID: Final = 2
"""The id of the most frequent word; the others follow without a gap."""

UNKNOWN_TOKEN: Final = "[UNK]"
"""How an unknown word is written when ids are turned back into text."""
