"""Tokens of documents as numbers of their words: in memory, and in a file."""

import pickle
import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class NumberedTokens(NamedTuple):
    """The tokens of documents as numbers of their distinct words."""

    words: list[str]  # in the order of their numbers
    numbers: NDArray[np.int32]  # (n_tokens,), document after document
    lengths: NDArray[np.int64]  # (n_samples,): tokens in each document, which may be none


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
