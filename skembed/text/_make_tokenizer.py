"""The tokenizer of an estimator that takes raw texts."""

from collections.abc import Sequence
from typing import Any

from sklearn.base import clone

from skembed.text._own_function import is_cutter
from skembed.text._piece_tokenizer import OwnCut
from skembed.text._tokenizer import KerasTokenizer


def make_tokenizer(
    given: object,
    *,
    own: OwnCut = None,
    max_tokens: int | None = 20_000,
    extra_words: Sequence[str] | None = None,
) -> Any:
    """Make an unfitted tokenizer of an estimator's parameter `tokenizer`.

    Parameters
    ----------
    given : transformer, callable, tokenizers.Tokenizer or None
        A transformer is cloned. A function or a `Tokenizer` becomes the parameter of a
        `KerasTokenizer` that does not lowercase. None cuts as the vectors want it.
    own : str, PieceTokenizer or None, default=None
        What cut the texts of the vectors, without lowercasing them. None cuts words and marks of
        any script, in lowercase.
    max_tokens, extra_words : int or None, sequence of str or None
        Parameters of the new `KerasTokenizer`.
    """
    if given is None and own is None:
        return KerasTokenizer(max_tokens, tokenizer="unicode", extra_words=extra_words)
    if hasattr(given, "fit_transform"):
        return clone(given)
    cut = own if given is None else given
    assert isinstance(cut, str) or is_cutter(cut)
    return KerasTokenizer(max_tokens, tokenizer=cut, lowercase=False, extra_words=extra_words)
