"""What is said of each kind of file: how to make one, how to read one, how to spoil one."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Mutator = Callable[[bytes, int, int], bytes]


@dataclass(frozen=True)
class Target:
    """A reader under test.

    Attributes
    ----------
    name : str or callable
        Name of the file that some bytes become; a function of them where the suffix depends on
        them.
    seeds : callable
        Makes small valid files, as bytes.
    read : callable
        Opens a path and takes all there is out of it.
    mutate : callable or None
        Changes a file so that it stays one of its format more often than by chance:
        ``mutate(data, max_size, seed)``. None leaves all to libFuzzer.
    max_len : int
        Bytes of the largest file that is tried.
    """

    name: str | Callable[[bytes], str]
    seeds: Callable[[], Iterable[bytes]]
    read: Callable[[Path], Any]
    mutate: Mutator | None = None
    max_len: int = 1 << 14

    def name_of(self, data: bytes) -> str:
        """Return the name of the file that some bytes become."""
        return self.name if isinstance(self.name, str) else self.name(data)


def written(write: Callable[[Path], Any], name: str = "seed") -> bytes:
    """Return the bytes of a file that a function writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return path.read_bytes()
