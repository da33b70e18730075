"""Files of word vectors → blocks of words and numbers, whatever the format."""

from skembed.vectors._reading._block import Block
from skembed.vectors._reading._open import read_file

__all__ = ["Block", "read_file"]
