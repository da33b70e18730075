"""Text files, plain or gzipped, opened so that what is wrong with one is told."""

import gzip
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from skembed.text._unpacked import Unpacked

BUFFER_BYTES = 1 << 16


def open_lines(path: str | os.PathLike[str], name: str) -> IO[str]:
    """Open a file of UTF-8 text; one whose name ends in ``.gz`` is decompressed.

    Parameters
    ----------
    path : str or path-like
        The file.
    name : str
        What error messages call it.
    """
    # utf-8-sig takes away the mark that spreadsheets put before the header
    if not os.fspath(path).endswith(".gz"):
        return open(path, encoding="utf-8-sig", newline="")
    unpacked = Unpacked(gzip.GzipFile(path), os.path.getsize(path), name)
    buffered = io.BufferedReader(unpacked, BUFFER_BYTES)
    return io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")


@contextmanager
def utf8_told(name: str) -> Iterator[None]:
    """Say which file is not UTF-8.

    Raises
    ------
    ValueError
        If what is read in the block is not.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} must be UTF-8, but byte {error.start} of what was read is "
            f"{error.object[error.start]:#04x}. Save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')."
        ) from error
