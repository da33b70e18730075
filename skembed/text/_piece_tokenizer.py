"""A tokenizer of the package tokenizers as a value that can be compared, pickled and saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from skembed._optional import need
from skembed._records import record
from skembed.text._own_function import BatchTokenizer, Encoded, tokenizers_errors


@record
@dataclass(frozen=True, repr=False)
class PieceTokenizer:
    """Cuts documents into pieces of words, by the rules of a ``tokenizer.json``.

    The package tokenizers is needed only when documents are cut.

    Parameters
    ----------
    rules : str
        Content of the file, in JSON.
    """

    rules: str

    def encode_batch(self, input: list[str], *, add_special_tokens: bool) -> Sequence[Encoded]:
        """Cut documents."""
        opened: BatchTokenizer = open_rules(self.rules)
        return opened.encode_batch(input, add_special_tokens=add_special_tokens)

    def __repr__(self) -> str:
        return f"PieceTokenizer({len(self.rules):,} characters)"


OwnCut = str | PieceTokenizer | None
"""The tokenizer that vectors were trained with: a name in `SEPARATE`, a tokenizer, or None."""


def cut_as_text(cut: OwnCut) -> str:
    """Return the name or the rules of a tokenizer; an empty text if it is unknown."""
    return cut.rules if isinstance(cut, PieceTokenizer) else cut or ""


def cut_of_text(text: str) -> OwnCut:
    """Return the tokenizer of a text from `cut_as_text`."""
    return PieceTokenizer(text) if text.startswith("{") else text or None


def as_value(tokenizer: Any) -> Any:
    """Return a tokenizer of the package tokenizers as a value; return anything else unchanged."""
    is_one = hasattr(tokenizer, "encode_batch") and hasattr(tokenizer, "to_str")
    return PieceTokenizer(tokenizer.to_str()) if is_one else tokenizer


@lru_cache(maxsize=4)
def open_rules(rules: str) -> Any:
    """Open a tokenizer, or return it if this process has already opened it."""
    what = "Cutting texts into pieces of words needs"
    tokenizers = need("tokenizers", what, install="tokenizers")
    with tokenizers_errors("a tokenizer is damaged"):
        return tokenizers.Tokenizer.from_str(rules)
