"""Vectors that were computed before, in one SQLite database for each encoder."""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skembed._caller import warn_caller
from skembed.vectors import cache_folder, writable

MOST_VECTORS = 1_000_000
"""Vectors of one encoder: 1.5 GB with 384 numbers each. The oldest ones are removed first."""

WAIT_SECONDS = 60.0
"""Seconds that a process waits while another one writes."""

AT_ONCE = 500
"""Keys in one query: every version of SQLite accepts 999."""


class VectorStore:
    """Vectors of texts on disk, with the digests of encoder and text as keys.

    Processes share it. If it cannot be read or written, vectors are computed again, with one
    warning.

    Parameters
    ----------
    name : str
        Digest of the encoder and of all settings that change its vectors.
    """

    def __init__(self, name: str) -> None:
        folder = cache_folder(None) / "sentences"
        self._path: Path | None = folder / f"{name}.sqlite" if writable(folder) else None

    def find(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Return the stored vectors by their keys."""
        if self._path is None:
            return {}
        found: dict[bytes, NDArray[np.float32]] = {}
        try:
            with closing(self._connect()) as database:
                for start in range(0, len(keys), AT_ONCE):
                    some = keys[start : start + AT_ONCE]
                    marks = ",".join("?" * len(some))
                    rows = database.execute(
                        f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some
                    )
                    found |= {key: np.frombuffer(vector, dtype="<f4") for key, vector in rows}
        except sqlite3.Error as error:
            self._give_up(error)
            return {}
        return found

    def keep(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        """Add vectors, and remove the oldest ones if there are too many."""
        if self._path is None:
            return
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        try:
            with closing(self._connect()) as database, database:
                database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
                database.execute(
                    "DELETE FROM vectors WHERE rowid <= (SELECT max(rowid) FROM vectors) - ?",
                    (MOST_VECTORS,),
                )
        except sqlite3.Error as error:
            self._give_up(error)

    def _connect(self) -> sqlite3.Connection:
        assert self._path is not None
        database = sqlite3.connect(self._path, timeout=WAIT_SECONDS)
        try:
            with database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS vectors (key BLOB UNIQUE, vector BLOB)"
                )
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _give_up(self, error: sqlite3.Error) -> None:
        warn_caller(
            f"The cache of sentence vectors {self._path} cannot be used ({error}), so they are "
            "computed again. Remove the file, or set cache=False."
        )
        self._path = None


def key_of(text: str) -> bytes:
    """Return the digest of a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
