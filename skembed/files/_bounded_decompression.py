"""A compressed file, read only up to the size that an honest one can have."""

import errno
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Most bytes for each byte of the packed file, and bytes that are always allowed: texts and decimal
# numbers are packed to between a half and a tenth.
_TIMES, _ROOM = 100, 1 << 24

UNPACKING_ERRORS = (
    EOFError,
    IndexError,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zlib.error,
)
"""Errors of unpacking damaged bytes.

zipfile raises an IndexError for a file without a name, a RuntimeError for an encrypted one, its
subclass NotImplementedError for an unknown method, and an OSError for one before the archive's
beginning.
"""


def unpacked_limit(size: int) -> int:
    """Return how many bytes an honest packed file of a size can hold."""
    return _ROOM + _TIMES * size


@contextmanager
def explain_damage(name: str) -> Iterator[None]:
    """Turn errors of unpacking into a ValueError that names the file."""
    try:
        yield
    except UNPACKING_ERRORS as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # the disk is at fault
        raise ValueError(
            f"{name}: expected a whole compressed file, found a damaged or truncated one ({error})."
        ) from error


class Unpacked(io.RawIOBase):
    """The content of a compressed file of `size` bytes, which `stream` decompresses."""

    def __init__(self, stream: io.BufferedIOBase, size: int, name: str) -> None:
        self._stream = stream
        self._size = size
        self._name = name

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; see `io.RawIOBase`."""
        with explain_damage(self._name):
            n_read = self._stream.readinto(buffer)
        if self._stream.tell() > unpacked_limit(self._size):
            raise ValueError(
                f"{self._name}: expected at most {_TIMES} times as much as the {self._size:,} "
                "bytes of the packed file, found more. If it is what you want, unpack it and load "
                "that."
            )
        return n_read

    def close(self) -> None:
        """Close both; see `io.IOBase`."""
        self._stream.close()
        super().close()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; see `io.IOBase`."""
        with explain_damage(self._name):
            return self._stream.seek(offset, whence)
