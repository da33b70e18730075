"""Paths as users give them."""

import os
from pathlib import Path
from typing import Any


def path_of(path: Any) -> Path:
    """Return a path, its ``~`` replaced by the home folder.

    Raises
    ------
    TypeError
        If it is neither a str nor a path-like object.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be a str or a path-like object; got {path!r:.60}.")
    return Path(os.fsdecode(path)).expanduser()
