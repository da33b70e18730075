"""The table that a command reads, and in which format."""

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from skembed.data import FORMATS, Table, format_of, open_table
from skembed.files import Target
from skembed.vectors._files_read import vector_files

BATCH = 1024
"""Rows in memory at the same time."""

STANDARD = "-"
"""Name of standard input or output instead of a file."""


@dataclass(frozen=True)
class InputTable:
    """A table as the options of a command tell of it."""

    file: str
    text: str
    label: str | None
    format: str | None
    separator: str | None
    encoding: str | None

    def open(self) -> Table:
        """Open the file, or standard input, for its texts and labels."""
        format = known_format(self.file, self.format)
        if self.file == STANDARD and sys.stdin is None:
            raise ValueError("Standard input is closed; give a file.")
        return open_table(
            self._target,
            self.text,
            self.label,
            format=format,
            separator=self.separator,
            encoding=self.encoding,
        )

    def inputs(self, embeddings: str | None = None) -> list[tuple[str, Target]]:
        """List what a command reads, as messages call it."""
        vectors = [("the word vectors", path) for path in vector_files(embeddings)]
        return [("the table", self._target), *vectors]

    @property
    def _target(self) -> str | int:
        return 0 if self.file == STANDARD else self.file


def known_format(
    path: str, given: str | None, option: str = "--format", formats: Sequence[str] = FORMATS
) -> str:
    """Return the format of a file by its name, unless it is given by an option.

    Raises
    ------
    IsADirectoryError
        If it is a folder.
    ValueError
        If the name does not tell, or tables of this format can only be read.
    """
    if path != STANDARD and os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    format = given or format_of(path)
    if format is None:
        name = "Standard input has no name to tell" if path == STANDARD else f"{path} does not tell"
        raise ValueError(f"{name} the format. Add {option} and one of {', '.join(formats)}.")
    if format not in formats:
        raise ValueError(
            f"Answers cannot be written as {format}. Add {option} and one of {', '.join(formats)}."
        )
    return format
