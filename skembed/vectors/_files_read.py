"""The files that word vectors, and estimators that use them, are read from."""

import os
from pathlib import Path

from skembed._types import Estimator
from skembed.files import path_of
from skembed.vectors._layouts import main_file, side_files
from skembed.vectors._word_vectors import WordVectors

_PATHS = ("embeddings", "checkpoint", "model", "tokenizer")
"""Parameters whose strings may be paths."""


def vector_files(source: object) -> list[Path]:
    """List the files that word vectors are read from.

    The list includes the side files of the main file. It is empty if nothing is read. A catalogue
    name is listed as if it were a path.
    """
    if isinstance(source, WordVectors):
        source = None if source._reopen is None else source._reopen[1][0]
    if not isinstance(source, str | os.PathLike) or not os.fspath(source):
        return []
    try:
        path = path_of(source)
        path = (main_file(path) if path.is_dir() else None) or path
    except (FileNotFoundError, ValueError):  # no home folder, or an address: reading says so
        return []
    return [path, *side_files(path)]


def files_read_by(estimator: Estimator) -> list[tuple[str, Path]]:
    """List the files that an estimator's next fit reads, each with its name in messages."""
    return [
        (f"the parameter {name}", path)
        for name, value in estimator.get_params(deep=True).items()
        if isinstance(value, os.PathLike | WordVectors) or name.rpartition("__")[2] in _PATHS
        for file in vector_files(value)
        for path in (file.rglob("*.*") if file.is_dir() else [file])
    ]
