"""Open text files, plain or gzipped, in any encoding, with clear errors."""

import codecs
import gzip
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from skembed.files import Unpacked, describe_bytes

BUFFER_BYTES = 1 << 16

# The byte order mark of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

GIVE_UTF16 = (
    "Its null characters are a sign of UTF-16: name that with encoding='utf-16-le' or 'utf-16-be' "
    "(on the command line: --encoding)."
)

GIVE_ENCODING = (
    "If it has another encoding, such as latin-1 or cp1252, name it with encoding= (on the command "
    "line: --encoding), or save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')."
)


class _Counted(io.RawIOBase):
    """The bytes of a file; it counts them, and its first bytes can be read in advance."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self._first = b""
        self._n_read = 0

    def look(self, size: int) -> bytes:
        """Return the first bytes; they are read again later."""
        while len(self._first) < size and (more := self._raw.read(size - len(self._first))):
            self._first += more
        return self._first

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; see `io.RawIOBase`."""
        if self._first:
            n_read = min(len(buffer), len(self._first))
            buffer[:n_read], self._first = self._first[:n_read], self._first[n_read:]
        else:
            n_read = self._raw.readinto(buffer) or 0
        self._n_read += n_read
        return n_read

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._n_read

    def close(self) -> None:
        """Close both; see `io.IOBase`."""
        self._raw.close()
        super().close()


def check_encoding(encoding: str | None) -> None:
    """Refuse a value that is not the name of a text encoding."""
    if encoding is None:
        return
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(
            "encoding must be the name of a text encoding that Python knows, such as utf-8, "
            f"latin-1 or cp1252; got {encoding!r}."
        ) from error


@contextmanager
def open_text(
    file: str | os.PathLike[str] | int, name: str, encoding: str | None = None
) -> Iterator[IO[str]]:
    """Open a text file to read its lines with their own line ends.

    A file descriptor stays open; a file whose name ends in ``.gz`` is decompressed. A byte order
    mark of UTF-8, UTF-16 or UTF-32 overrides `encoding`, which is UTF-8 by default. If the content
    has another encoding, a ValueError names the byte and the file, by its `name`.
    """
    raw = _Counted(_open_raw(file, name))
    with io.BufferedReader(raw, BUFFER_BYTES) as buffered:
        first = raw.look(4)
        if isinstance(file, int) and (found := describe_bytes(first)).endswith("archive"):
            raise ValueError(f"{name} is {found}. Unpack it first.")
        marked = (codec for mark, codec in MARKS if first.startswith(mark))
        codec = next(marked, encoding or "utf-8")
        try:
            yield io.TextIOWrapper(buffered, encoding=codec, newline="")
        except UnicodeError as error:
            raise ValueError(_undecodable(error, name, codec, buffered.tell())) from error


def _open_raw(file: str | os.PathLike[str] | int, name: str) -> io.RawIOBase:
    if isinstance(file, int):
        return open(file, "rb", buffering=0, closefd=False)
    if os.fspath(file).lower().endswith(".gz"):
        return Unpacked(gzip.GzipFile(file), os.path.getsize(file), name)
    return open(file, "rb", buffering=0)


def _undecodable(error: UnicodeError, name: str, codec: str, n_read: int) -> str:
    """Say which byte does not fit the encoding."""
    wanted = codec.removesuffix("-sig").upper() if codec.startswith("utf") else codec
    if not isinstance(error, UnicodeDecodeError):
        return f"{name} cannot be read as {wanted}: {error}. {GIVE_ENCODING}"
    position = n_read - len(error.object) + error.start
    byte = error.object[error.start]
    way_out = GIVE_UTF16 if b"\0" in error.object and codec == "utf-8" else GIVE_ENCODING
    return f"{name} must be {wanted}, but byte {position} is {byte:#04x}. {way_out}"
