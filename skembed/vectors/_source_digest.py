"""A digest of a source file, kept as long as the file looks unchanged."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from skembed._bar import show_bar
from skembed._threads import allowed_threads
from skembed.files import replace_file, staging_folder
from skembed.vectors._layouts import side_files

# A file that changes twice within the clock's resolution looks unchanged: trust no new file.
_FRESH_SECONDS = 2.0
_PIECE_BYTES = 1 << 22
_BUFFER_BYTES = 1 << 18

T = TypeVar("T")


def source_digest(path: Path, folder: Path) -> str:
    """Return a SHA-256 digest of a file and of its side files.

    Digests that were computed earlier are kept in the cache folder.
    """
    files = [path, *side_files(path)]
    if len(files) == 1:
        return _file_digest(path, folder)
    joined = " ".join(_file_digest(file, folder) for file in files)
    return hashlib.sha256(joined.encode()).hexdigest()


def check_unchanged(path: Path, before: T, state: Callable[[Path], T]) -> None:
    """Check that a file is still in the state that it was in before it was read."""
    try:
        now = state(path)
    except FileNotFoundError:
        now = None
    if now != before:
        raise OSError(
            f"{path} was changed or removed while it was read, so nothing of it was kept. Load it "
            "again when it is complete."
        )


def _file_digest(path: Path, folder: Path) -> str:
    looks = looks_of(path)
    note = folder / "sources" / f"{_name_of(path)}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["looks"] == looks:
            return str(known["digest"])
    digest = _hash_file(path)
    is_settled = looks == looks_of(path) and time.time() - path.stat().st_mtime > _FRESH_SECONDS
    if is_settled:
        with contextlib.suppress(OSError):
            _remember(note, {"looks": looks, "digest": digest})
    return digest


def _hash_file(path: Path) -> str:
    """Hash the pieces of a file, two at a time, and then their hashes."""

    def hash_piece(start: int) -> bytes:
        piece = hashlib.sha256()
        buffer = bytearray(_BUFFER_BYTES)  # stays in the processor's cache
        with path.open("rb", buffering=0) as file, memoryview(buffer) as view:
            file.seek(start)
            for _ in range(_PIECE_BYTES // _BUFFER_BYTES):
                piece.update(view[: file.readinto(buffer)])
        return piece.digest()

    with ThreadPoolExecutor(min(2, allowed_threads())) as threads, show_bar(f"Reading {path.name}"):
        pieces = threads.map(hash_piece, range(0, path.stat().st_size, _PIECE_BYTES))
        return hashlib.sha256(b"".join(pieces)).hexdigest()


def looks_of(path: Path) -> list[int | str]:
    """Return what changes when a file is changed, unless the clock is wrong."""
    status = path.stat()
    return [
        str(path.resolve()),
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    ]


def _name_of(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]


def _remember(note: Path, known: dict[str, object]) -> None:
    note.parent.mkdir(exist_ok=True)
    with staging_folder(note.parent, note.stem, "a note", "go without") as place:
        (place / "note").write_text(json.dumps(known), encoding="utf-8")
        replace_file(place / "note", note)
