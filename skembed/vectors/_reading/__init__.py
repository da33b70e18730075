"""Files of word vectors in every format → blocks of words and numbers."""

from skembed.vectors._reading._block import Block, blocks_of
from skembed.vectors._reading._open import read_file

__all__ = ["Block", "blocks_of", "read_file"]
