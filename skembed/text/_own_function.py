"""Cut documents with the user's function or tokenizer, and check its tokens."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

_place: ContextVar[tuple[str, NDArray[np.int64] | None]] = ContextVar("place", default=("X", None))


@contextmanager
def numbered_as(name: str, rows: NDArray[np.int64] | None) -> Iterator[None]:
    """Let messages count documents in the user's argument while a part of it is cut.

    Documents have these positions, shape (n_samples,), in the user's argument. None: all in their
    order.
    """
    token = _place.set((name, rows))
    try:
        yield
    finally:
        _place.reset(token)


class Encoded(Protocol):
    """The tokens of a document, as a `tokenizers.Tokenizer` returns them."""

    @property
    def tokens(self) -> list[str]:
        """The document's tokens."""


class BatchTokenizer(Protocol):
    """A `tokenizers.Tokenizer`."""

    def encode_batch(self, input: list[str], *, add_special_tokens: bool) -> Sequence[Encoded]:
        """Cut documents."""


Cutter: TypeAlias = Callable[[str], Iterable[str]] | BatchTokenizer
"""A function that returns the tokens of a document, or a `tokenizers.Tokenizer`."""


def is_cutter(tokenizer: object) -> TypeGuard[Cutter]:
    """Return whether this cuts documents: a function, or a `tokenizers.Tokenizer`."""
    return callable(tokenizer) or hasattr(tokenizer, "encode_batch")


def cut_by_own(tokenizer: Cutter, documents: Sequence[str], start: int) -> Iterator[list[str]]:
    """Yield the tokens of each document; the first document has the position `start` in messages.

    Errors of a function are passed on with a note that names the document.
    """
    if not callable(tokenizer):
        whole = [whole_characters(document) for document in documents]
        with tokenizers_errors("The tokenizer cannot cut the texts"):
            encoded = tokenizer.encode_batch(whole, add_special_tokens=False)
        yield from (encoding.tokens for encoding in encoded)
        return
    for position, document in enumerate(documents, start):
        try:
            returned = tokenizer(document)
            tokens = list(returned) if _are_in_order(returned) else None
        except Exception as error:
            error.add_note(f"The tokenizer was cutting {_where(position)}, {document!r:.60}.")
            raise
        if tokens is None:
            raise _wrong(position, document, "it returned", returned)
        if set(map(type, tokens)) - {str}:
            for i, token in enumerate(tokens):
                if not isinstance(token, str):
                    raise _wrong(position, document, f"its token {i} is", token)
            tokens = list(map(str, tokens))  # numpy.str_ and the like become plain strings
        yield tokens


@contextmanager
def tokenizers_errors(what: str) -> Iterator[None]:
    """Turn the errors of the package tokenizers, which have no class of their own, into ours.

    Some are panics of Rust, which are not even an `Exception`.
    """
    try:
        yield
    except BaseException as error:
        if type(error) is not Exception and type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"{what}: {error}.") from error


def whole_characters(text: str) -> str:
    """Replace halves of surrogate pairs, which tokenizers refuse, by the sign for it."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _are_in_order(returned: object) -> bool:
    """Return whether these may be tokens: not characters, not keys, and in a fixed order."""
    if isinstance(returned, list):
        return True
    no_tokens = isinstance(returned, str | bytes | bytearray | Mapping | Set)
    return isinstance(returned, Iterable) and not no_tokens


def _where(position: int) -> str:
    name, rows = _place.get()
    return f"{name}[{position if rows is None else rows[position]}]"


def _wrong(position: int, document: str, what: str, value: object) -> TypeError:
    return TypeError(
        "tokenizer must return the tokens of a document as an iterable of str, in their order. "
        f"For {_where(position)}, {document!r:.60}, {what} {value!r:.60} "
        f"({type(value).__name__}). Return a list of strings, such as "
        "[token.text for token in tokens] where tokens are objects."
    )
