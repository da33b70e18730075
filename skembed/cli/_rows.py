"""Which table a command reads, and in which format."""

import errno
import os
import sys
from collections.abc import Sequence

from skembed.data import FORMATS, Table
from skembed.data import format_of as format_by_name
from skembed.data import open_table as open_any

BATCH = 1024
"""Rows in memory at the same time."""

STANDARD = "-"
"""Name of standard input or output instead of a file."""


def format_of(
    path: str, given: str | None, option: str = "--format", formats: Sequence[str] = FORMATS
) -> str:
    """Return the format of a file by its name, unless it is given by an option.

    Raises
    ------
    IsADirectoryError
        If it is a folder.
    ValueError
        If the name does not tell.
    """
    if path != STANDARD and os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    format = given or format_by_name(path)
    if format is None:
        name = "Standard input has no name to tell" if path == STANDARD else f"{path} does not tell"
        raise ValueError(f"{name} the format. Add {option} and one of {', '.join(formats)}.")
    return format


def open_table(
    file: str,
    text: str,
    label: str | None,
    *,
    format: str | None,
    separator: str | None,
    encoding: str | None,
) -> Table:
    """Open a file, or standard input, for its texts and labels."""
    known = format_of(file, format)
    if file == STANDARD and sys.stdin is None:
        raise ValueError("Standard input is closed; give a file.")
    path = 0 if file == STANDARD else file
    return open_any(path, text, label, format=known, separator=separator, encoding=encoding)
