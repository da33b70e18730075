"""Blocks of a source → one cache entry, with only one block in memory."""

import contextlib
import hashlib
import os
import tempfile
import time
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._cache import (
    MATRIX_START,
    Entry,
    matrix_header,
    open_entry,
    pack_word_file,
    paths,
)
from skembed.vectors._content import content_digest
from skembed.vectors._packed_words import take_words
from skembed.vectors._reading import Block
from skembed.vectors._report import MAX_KEPT, LoadReport
from skembed.vectors._word_index import WordIndex

_CHUNK_ROWS = 65_536
_FORGOTTEN_SECONDS = 24 * 3600


def convert(blocks: Iterable[Block], source: str, folder: Path | None, key: str) -> Entry:
    """Write what a reader yields to the cache and return it mapped.

    Parameters
    ----------
    blocks : iterable of Block
        The source, read while it is written.
    source : str
        Its name for the report.
    folder : Path or None
        Where entries lie; None keeps everything in memory.
    key : str
        Name of the entry.

    Returns
    -------
    entry : Entry

    Warns
    -----
    UserWarning
        If words were left out.
    """
    with contextlib.ExitStack() as stack:
        if folder is None:
            rows: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
        else:
            rows = _temporary_file(folder, stack)
        entry = _write(blocks, source, rows)
        for sentence in entry.report.sentences():
            warnings.warn(sentence, UserWarning, stacklevel=2)
        if folder is None:
            rows.seek(MATRIX_START)
            matrix = np.frombuffer(rows.read(), dtype="<f4").reshape(entry.matrix.shape)
            return entry._replace(matrix=matrix)
        words_file = _temporary_file(folder, stack)
        n_dims = entry.matrix.shape[1]
        words_file.writelines(pack_word_file(entry.words, n_dims, entry.digest, entry.report))
        for file, path in zip((rows, words_file), paths(folder, key), strict=True):
            _move_into_place(file, path)
    opened = open_entry(folder, key)
    if opened is None:
        raise OSError(f"The cache entry just written to {folder} cannot be read back.")
    return opened


def _write(blocks: Iterable[Block], source: str, rows: IO[bytes]) -> Entry:
    """Write the rows and return the entry, its matrix only a stand-in of the right shape."""
    rows.write(bytes(MATRIX_START))
    matrix_hash = hashlib.sha256()
    blobs, lengths, positions = [np.empty(0, np.uint8)], [np.zeros(1, np.int64)], []
    undecodable: list[tuple[int, bytes]] = []
    n_dims = 0
    for block in blocks:
        n_dims = block.matrix.shape[1]
        data = np.ascontiguousarray(block.matrix, dtype="<f4").data
        rows.write(data)
        matrix_hash.update(data)
        blobs.append(block.blob)
        lengths.append(np.diff(block.offsets))
        positions.append(block.positions)
        undecodable += block.undecodable
    words = _index_words(blobs, lengths, rows)
    repeated = words.repeated()
    duplicates = [(int(np.concatenate(positions)[i]), words[int(i)]) for i in repeated[:MAX_KEPT]]
    if len(repeated):
        kept = np.delete(np.arange(len(words)), repeated)
        words = WordIndex(*take_words(words.blob, words.offsets, kept))
        matrix_hash = _keep_rows(rows, kept, n_dims)
    rows.seek(0)
    rows.write(matrix_header(len(words), n_dims))
    report = LoadReport(
        source, len(undecodable), tuple(undecodable[:MAX_KEPT]), len(repeated), tuple(duplicates)
    )
    stand_in = np.broadcast_to(np.float32(0), (len(words), n_dims))
    return Entry(words, stand_in, content_digest(words, matrix_hash, n_dims), report)


def _index_words(
    blobs: list[NDArray[np.uint8]], lengths: list[NDArray[np.int64]], rows: IO[bytes]
) -> WordIndex:
    """Index the words while the rows are on their way to the disk."""
    rows.flush()
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(os.fsync, rows.fileno())
        words = WordIndex(np.concatenate(blobs), np.concatenate(lengths).cumsum(dtype=np.int64))
        written.result()  # or its error, which a later call would not repeat
    return words


def _keep_rows(rows: IO[bytes], kept: NDArray[np.int64], n_dims: int) -> "hashlib._Hash":
    """Move the kept rows forward over the others, and hash them again."""
    rows.flush()
    matrix_hash = hashlib.sha256()
    mapped = np.memmap(rows, "<f4", "r+", offset=MATRIX_START).reshape(-1, n_dims)
    for start in range(0, len(kept), _CHUNK_ROWS):
        chunk = mapped[kept[start : start + _CHUNK_ROWS]]
        mapped[start : start + len(chunk)] = chunk
        matrix_hash.update(np.ascontiguousarray(chunk).data)
    mapped.base.flush()  # type: ignore[union-attr]
    del mapped
    rows.truncate(MATRIX_START + 4 * len(kept) * n_dims)
    return matrix_hash


def _temporary_file(folder: Path, stack: contextlib.ExitStack) -> IO[bytes]:
    """Open a new file in the folder that is gone at the end unless it was moved away."""
    _remove_forgotten(folder)
    file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - the stack closes it
        "w+b", dir=folder, prefix=".", suffix=".tmp", delete=False
    )
    stack.callback(lambda: Path(file.name).unlink(missing_ok=True))
    stack.callback(file.close)
    return file


def _remove_forgotten(folder: Path) -> None:
    """Delete what a killed process left behind more than a day ago."""
    for path in folder.glob(".*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS:
                path.unlink()


def _move_into_place(file: IO[bytes], path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    os.chmod(file.name, 0o666 & ~_umask())
    try:
        os.replace(file.name, path)
    except PermissionError:
        # Windows does not replace a mapped file; what is there has the same content.
        if not path.exists():
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
