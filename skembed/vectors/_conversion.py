"""Blocks of a source → one cache entry, with only one block in memory."""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from skembed._bar import show_bar
from skembed._caller import warn_caller
from skembed.files import (
    FORGOTTEN_SECONDS,
    explain_disk_errors,
    remove_abandoned,
    staging_folder,
    sync_and_replace,
)
from skembed.vectors._cache import (
    ENVIRONMENT_VARIABLE,
    MATRIX_START,
    Entry,
    matrix_header,
    open_entry,
    pack_word_file,
    paths,
)
from skembed.vectors._content import content_digest
from skembed.vectors._reading import Block
from skembed.vectors._report import MAX_KEPT, LoadReport
from skembed.words import WordIndex, take_words

_CHUNK_ROWS = 65_536
_MORE_ROOM = f"set cache_dir or {ENVIRONMENT_VARIABLE} to another folder"
_MORE_ROOM_IN_MEMORY = "set TMPDIR to another folder"


def convert(blocks: Iterable[Block], source: str, folder: Path | None, key: str) -> Entry:
    """Write what a reader yields to the cache and return it mapped.

    Without a folder everything stays in memory. A warning lists words that were left out.
    """
    what = f"the vectors of {source}"
    if folder is None:
        with (
            explain_disk_errors(Path(tempfile.gettempdir()), what, _MORE_ROOM_IN_MEMORY),
            tempfile.TemporaryFile() as rows,
        ):
            entry = _write(blocks, source, rows)
            _tell(entry.report)
            rows.seek(MATRIX_START)
            matrix = np.frombuffer(rows.read(), dtype="<f4").reshape(entry.matrix.shape)
        return entry._replace(matrix=matrix)
    _remove_forgotten(folder)
    with staging_folder(folder, key, what, _MORE_ROOM) as place:
        opened = open_entry(folder, key)
        if opened is not None:  # another process was quicker
            return opened
        _write_entry(blocks, source, place, paths(folder, key))
    opened = open_entry(folder, key)
    if opened is None:
        raise OSError(f"The cache entry just written to {folder} cannot be read back.")
    return opened


def _write_entry(
    blocks: Iterable[Block], source: str, place: Path, targets: tuple[Path, Path]
) -> None:
    """Write both files of an entry and move them into the cache, the words last."""
    made = (place / "matrix", place / "words")
    with made[0].open("w+b") as rows:
        entry = _write(blocks, source, rows)
    _tell(entry.report)
    with made[1].open("wb") as file:
        file.writelines(pack_word_file(entry))
    for path, target in zip(made, targets, strict=True):
        _move_into_place(path, target)


def _tell(report: LoadReport) -> None:
    for sentence in report.sentences():
        warn_caller(sentence)


def _write(blocks: Iterable[Block], source: str, rows: IO[bytes]) -> Entry:
    """Write the rows and return the entry; its matrix has the right shape but not the numbers."""
    rows.write(bytes(MATRIX_START))
    matrix_hash, n_dims = hashlib.sha256(), 0
    read: list[Block] = []  # without their numbers
    with show_bar(f"Reading {source}", unit=" words") as bar:
        for block in blocks:
            n_dims = block.matrix.shape[1]
            data = np.ascontiguousarray(block.matrix, dtype="<f4").data
            rows.write(data)
            matrix_hash.update(data)
            read.append(replace(block, matrix=np.empty((0, n_dims), dtype=np.float32)))
            bar.advance(len(block.matrix))
    words = _index_words(read, rows)
    repeated = words.repeated()
    report = _report(source, read, words, repeated)
    if len(repeated):
        kept = np.delete(np.arange(len(words)), repeated)
        words = WordIndex(*take_words(words.blob, words.offsets, kept))
        matrix_hash = _keep_rows(rows, kept, n_dims)
    rows.seek(0)
    rows.write(matrix_header(len(words), n_dims))
    stand_in = np.broadcast_to(np.float32(0), (len(words), n_dims))
    tokenizer = read[-1].tokenizer if read else None
    digest = content_digest(words, matrix_hash, n_dims, tokenizer)
    return Entry(words, stand_in, digest, report, tokenizer)


def _index_words(read: list[Block], rows: IO[bytes]) -> WordIndex:
    """Index the words while the rows are being written to the disk."""
    rows.flush()
    with ThreadPoolExecutor(1) as threads:
        written = threads.submit(os.fsync, rows.fileno())
        blob = np.concatenate([np.empty(0, np.uint8), *(block.blob for block in read)])
        lengths = np.concatenate([np.zeros(1, np.int64), *(np.diff(each.offsets) for each in read)])
        words = WordIndex(blob, lengths.cumsum(dtype=np.int64))
        written.result()  # raises the error of writing; a later call would not
    return words


def _report(
    source: str, read: list[Block], words: WordIndex, repeated: NDArray[np.int64]
) -> LoadReport:
    """Report the entries that were left out, and the repeated words."""
    undecodable = [each for block in read for each in block.undecodable]
    malformed = [each for block in read for each in block.malformed]
    numbers = np.concatenate([np.empty(0, np.int64), *(block.positions for block in read)])
    return LoadReport(
        source,
        len(undecodable),
        tuple(undecodable[:MAX_KEPT]),
        len(repeated),
        tuple((int(numbers[i]), words[int(i)]) for i in repeated[:MAX_KEPT]),
        sum(block.n_malformed for block in read),
        tuple(malformed[:MAX_KEPT]),
        read[-1].header_count if read else None,
        sum(block.n_nameless for block in read),
    )


def _keep_rows(rows: IO[bytes], kept: NDArray[np.int64], n_dims: int) -> "hashlib._Hash":
    """Move the kept rows forward, over the rows that are left out, and hash them again."""
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


def _remove_forgotten(folder: Path) -> None:
    """Delete files left by killed processes; those of earlier versions after a day."""
    remove_abandoned(folder / "sources")
    for path in [*folder.glob(".*.tmp"), *folder.glob("sources/*.tmp")]:
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > FORGOTTEN_SECONDS:
                path.unlink()


def _move_into_place(path: Path, target: Path) -> None:
    try:
        sync_and_replace(path, target)
    except PermissionError:
        # Windows does not replace a mapped file; the file in its place has the same content.
        if not target.exists():
            raise
