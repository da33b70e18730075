"""The checks of words and matrix, and the digest of both."""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skembed._messages import pluralize
from skembed.text import SEPARATE, OwnCut, PieceTokenizer, as_value, cut_as_text
from skembed.words import WordIndex

if TYPE_CHECKING:
    from hashlib import _Hash


Init = TypeVar("Init", bound=Callable[..., None])


def refuses_names(init: Init) -> Init:
    """Make a constructor from words and a matrix refuse a name or path in place of both."""

    @wraps(init)
    def checked(self: object, *args: object, **kwargs: object) -> None:
        if len(args) == 1 and isinstance(args[0], str | os.PathLike) and not kwargs:
            kind, name = type(self).__name__, os.fspath(args[0])
            raise TypeError(
                f"{kind} takes words and a matrix, got {name!r:.60}. To load vectors by a name or "
                f"a path, use {kind}.load({name!r:.60})."
            )
        init(self, *args, **kwargs)

    return checked  # type: ignore[return-value]


def check_words(words: Sequence[str]) -> list[str]:
    """Return the words as a list of str, or say which is not one."""
    if isinstance(words, str | bytes):
        raise TypeError(f"words must be a sequence of str, not one {type(words).__name__}.")
    checked = list(words)
    for position, word in enumerate(checked):
        if not isinstance(word, str):
            raise TypeError(
                f"words must be str; got {word!r} of type {type(word).__name__} "
                f"at position {position}."
            )
    try:
        "".join(checked).encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"words must be valid Unicode text: {error}.") from error
    return [str(word) for word in checked]


def check_matrix(matrix: ArrayLike, n_words: int) -> NDArray[np.float32]:
    """Return a float32 copy of the matrix with one finite row for each word."""
    try:
        array = np.array(matrix, dtype=np.float32, order="C")
    except (ValueError, TypeError) as error:
        problem = _other_length(matrix) or str(error)
        raise ValueError(
            f"matrix must hold numbers in rows of equal length, one row for each word: {problem}"
        ) from error
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(
            f"matrix must have two dimensions, (n_words, n_dims); got shape {array.shape}. "
            "A single vector is matrix.reshape(1, -1)."
        )
    if len(array) != n_words:
        raise ValueError(
            "matrix must have one row for each word; got "
            f"{pluralize(len(array), 'row')} for {pluralize(n_words, 'word')}."
        )
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        raise ValueError(
            "matrix must hold finite float32 numbers; row "
            f"{int(np.argmin(finite))} holds NaN or infinity."
        )
    return array


def _other_length(matrix: Any) -> str:
    """Name the first row whose length differs from that of row 0, if there is one."""
    try:
        lengths = [np.size(row) for row in matrix]
    except (TypeError, ValueError):  # no rows, or rows of lists: NumPy's message is enough
        return ""
    for position, length in enumerate(lengths):
        if length != lengths[0]:
            return (
                f"row {position} has {pluralize(length, 'number')}, "
                f"row 0 has {pluralize(lengths[0], 'number')}."
            )
    return ""


def check_cut(tokenizer: object) -> OwnCut:
    """Return the tokenizer as a value, or say which tokenizers are allowed."""
    cut = as_value(tokenizer)
    if isinstance(cut, PieceTokenizer | None) or (isinstance(cut, str) and cut in SEPARATE):
        return cut
    names = " or ".join(map(repr, sorted(SEPARATE)))
    raise TypeError(
        f"tokenizer must be {names}, a tokenizers.Tokenizer or None; got {tokenizer!r:.60}. Give "
        "a function to the vectorizer or classifier instead."
    )


def content_digest(words: WordIndex, matrix_hash: "_Hash", n_dims: int, tokenizer: OwnCut) -> str:
    """Return the SHA-256 of words, shape, the hash of the matrix's bytes and the tokenizer."""
    total = hashlib.sha256(f"{len(words)} {n_dims} ".encode())
    total.update(np.ascontiguousarray(words.offsets, dtype="<i8").data)
    total.update(words.blob[: words.offsets[-1]].data)
    total.update(matrix_hash.digest())
    total.update(cut_as_text(tokenizer).encode())
    return total.hexdigest()
