"""Tokens of documents as numbers of their words: in memory, and in a file."""

import pickle
import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class NumberedTokens(NamedTuple):
    """The tokens of documents as numbers of their distinct words.

    Attributes
    ----------
    words : list of str
        The distinct tokens in the order of their numbers.
    numbers : ndarray of shape (n_tokens,), dtype int32
        The tokens' numbers, document after document.
    lengths : ndarray of shape (n_samples,), dtype int64
        Tokens in each document, which may be 0.
    """

    words: list[str]
    numbers: NDArray[np.int32]
    lengths: NDArray[np.int64]


class TokenFile:
    """Numbered tokens in a file that goes with the process, however that ends.

    The file has no name where the system allows that. Documents are counted before
    words have ids; who keeps their numbers meanwhile need not cut them twice.
    """

    def __init__(self) -> None:
        self._file: Any = tempfile.TemporaryFile(prefix="skembed-")  # noqa: SIM115
        self._size = 0

    def append(self, numbered: NumberedTokens) -> None:
        """Put the tokens of some documents behind those that are there."""
        pickle.dump(tuple(numbered), self._file, protocol=5)
        self._size += 1

    def __iter__(self) -> Iterator[NumberedTokens]:
        """Yield what was appended, in its order."""
        self._file.seek(0)
        for _ in range(self._size):
            yield NumberedTokens(*pickle.load(self._file))

    def __enter__(self) -> "TokenFile":
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the file."""
        self._file.close()
