"""Recognise a file of word vectors by its content and call its reader."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from skembed.files import (
    COMPRESSIONS,
    Unpacked,
    compression_of,
    describe_bytes,
    describe_file,
    explain_damage,
)
from skembed.vectors._layouts import is_of_spacy, sentencepiece_of
from skembed.vectors._reading._block import Block
from skembed.vectors._reading._fasttext_binary import is_fasttext_binary, read_fasttext_binary
from skembed.vectors._reading._gensim import read_gensim
from skembed.vectors._reading._refusals import check_binary, check_zip
from skembed.vectors._reading._sentencepiece import read_sentencepiece
from skembed.vectors._reading._spacy import read_spacy
from skembed.vectors._reading._static_model import read_static_model
from skembed.vectors._reading._text import read_text
from skembed.vectors._reading._word2vec_binary import is_word2vec_binary, read_word2vec_binary
from skembed.words import WordIndex

_ZIP = b"PK\x03\x04"
_MAGIC_BYTES = 16
_SNIFFED_BYTES = 1 << 16
# A Mac puts these beside each file.
_MAC_FOLDER, _MAC_NAMES = "__MACOSX/", (".DS_Store", "._")
_BUFFER_BYTES = 1 << 20
# zipfile does not limit the size of the pieces in which it unpacks other kinds.
_PIECEMEAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_file(
    path: Path,
    *,
    member: str | None = None,
    limit: int | None = None,
    kept: WordIndex | None = None,
) -> Iterator[Block]:
    """Read a file of word vectors in any of the known formats, block by block.

    In a zip archive, the only file is read, or the file called `member`. Only the first `limit`
    entries are read, and only those whose word is in `kept` are kept.
    """
    blocks = _read(path, member, limit, kept)
    model = sentencepiece_of(path)
    if model is not None:
        tokenizer = read_sentencepiece(model)
        blocks = (replace(block, tokenizer=tokenizer) for block in blocks)
    yield from blocks


def _read(
    path: Path, member: str | None, limit: int | None, kept: WordIndex | None
) -> Iterator[Block]:
    """Find the reader of a file by its content."""
    name = path.name if member is None else f"{path.name}/{member}"
    with ExitStack() as stack:
        stream = _open(path, member, stack)
        head = stream.read(_SNIFFED_BYTES)
        stream.seek(0)
        if describe_bytes(head) == "a pickle":
            yield from read_gensim(path, limit, kept)
        elif describe_file(path) == "a safetensors file":
            yield from read_static_model(path, limit, kept)
        elif is_of_spacy(path) and describe_bytes(head) == "a NumPy array":
            yield from read_spacy(path, limit, kept)
        elif is_fasttext_binary(head):
            yield from read_fasttext_binary(stream, name, limit, kept)
        elif is_word2vec_binary(head):
            yield from read_word2vec_binary(stream, name, limit, kept)
        else:
            check_binary(head, path, name)
            yield from read_text(stream, name, limit, kept)


def _open(path: Path, member: str | None, stack: ExitStack) -> BinaryIO:
    """Open a file, or its content if it is compressed."""
    raw = stack.enter_context(path.open("rb"))
    magic = raw.read(_MAGIC_BYTES)
    raw.seek(0)
    compression = compression_of(magic)
    if compression:
        opened: io.BufferedIOBase = stack.enter_context(COMPRESSIONS[compression][1](raw))
    elif magic.startswith(_ZIP):
        check_zip(path)
        with explain_damage(path.name):
            archive = stack.enter_context(zipfile.ZipFile(raw))
            inside = stack.enter_context(archive.open(_choose(archive, member, path)))
        opened = cast(io.BufferedIOBase, inside)
    else:
        return raw
    unpacked = Unpacked(opened, path.stat().st_size, path.name)
    return io.BufferedReader(unpacked, _BUFFER_BYTES)


def _is_content(info: zipfile.ZipInfo) -> bool:
    last_name = info.filename.rpartition("/")[2]
    is_of_mac = info.filename.startswith(_MAC_FOLDER) or last_name.startswith(_MAC_NAMES)
    return not (info.is_dir() or is_of_mac)


def _choose(archive: zipfile.ZipFile, member: str | None, path: Path) -> zipfile.ZipInfo:
    files = {info.filename: info for info in archive.infolist() if _is_content(info)}
    if member is None and len(files) == 1:
        (member,) = files
    if member is None or member not in files:
        wanted = "one file" if member is None else member
        raise ValueError(
            f"{path.name}: expected {wanted} in the archive, found {', '.join(files) or 'nothing'}."
            " Unpack the file you want and load that."
        )
    chosen = files[member]
    if chosen.compress_type not in _PIECEMEAL:
        raise ValueError(
            f"{path.name}: expected an archive that is stored or deflated, found compression "
            f"{chosen.compress_type}. Unpack the file you want and load that."
        )
    return chosen
