"""Recognise a file of word vectors by its content and hand it to its reader."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from skembed.vectors._reading._block import Block
from skembed.vectors._reading._fasttext_binary import is_fasttext_binary, read_fasttext_binary
from skembed.vectors._reading._gensim import read_gensim
from skembed.vectors._reading._text import read_text
from skembed.vectors._reading._word2vec_binary import is_word2vec_binary, read_word2vec_binary
from skembed.vectors._word_index import WordIndex

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_PICKLE = b"\x80"
_SNIFFED_BYTES = 1 << 16


def read_file(
    path: Path,
    *,
    member: str | None = None,
    limit: int | None = None,
    kept: WordIndex | None = None,
) -> Iterator[Block]:
    """Read a file of word vectors in any of the known formats, block by block.

    Parameters
    ----------
    path : Path
        The file, possibly gzipped or zipped.
    member : str, default=None
        File inside a zip archive; None takes the only one there is.
    limit : int, default=None
        Entries to read; None reads all.
    kept : WordIndex, default=None
        Words to keep; None keeps all.

    Yields
    ------
    block : Block

    Raises
    ------
    ValueError
        If the file is truncated, ragged, damaged, or of no known format.
    """
    name = path.name if member is None else f"{path.name}/{member}"
    with ExitStack() as stack:
        stream = _open(path, member, stack)
        try:
            head = stream.read(_SNIFFED_BYTES)
            stream.seek(0)
            if head.startswith(_PICKLE):
                yield from read_gensim(path, limit, kept)
            elif is_fasttext_binary(head):
                yield from read_fasttext_binary(stream, name, limit, kept)
            elif is_word2vec_binary(head):
                yield from read_word2vec_binary(stream, name, limit, kept)
            else:
                yield from read_text(stream, name, limit, kept)
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise ValueError(
                f"{name}: expected a whole compressed file, found a damaged or truncated one "
                f"({error})."
            ) from error


def _open(path: Path, member: str | None, stack: ExitStack) -> BinaryIO:
    raw = stack.enter_context(path.open("rb"))
    magic = raw.read(4)
    raw.seek(0)
    if magic.startswith(_GZIP):
        opened = stack.enter_context(gzip.GzipFile(fileobj=raw))
        return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, opened), 1 << 20))
    if magic == _ZIP:
        try:
            archive = stack.enter_context(zipfile.ZipFile(raw))
        except zipfile.BadZipFile as error:
            raise ValueError(
                f"{path.name}: expected a whole zip archive, found a damaged or truncated one "
                f"({error})."
            ) from error
        return cast(BinaryIO, stack.enter_context(archive.open(_choose(archive, member, path))))
    return raw


def _choose(archive: zipfile.ZipFile, member: str | None, path: Path) -> str:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if member is not None and member in names:
        return member
    if member is None and len(names) == 1:
        return names[0]
    wanted = "one file" if member is None else member
    raise ValueError(
        f"{path.name}: expected {wanted} in the archive, found {', '.join(names) or 'nothing'}. "
        "Unpack the file you want and load that."
    )
