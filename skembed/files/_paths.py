"""Paths as users give them."""

import os
import re
from pathlib import Path

# A Path leaves one slash of an address; a single letter is a drive of Windows.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def is_address(text: str) -> bool:
    """Return whether a text is an address on the web or on another machine, not a path."""
    return _ADDRESS.match(text) is not None


def path_of(path: object) -> Path:
    """Return a path, with ``~`` replaced by the home folder."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be a str or a path-like object; got {path!r:.60}.")
    text = os.fsdecode(path)
    if is_address(text):
        raise ValueError(
            f"{text!r:.100} is an address, not a path. Give the path of a file on this machine."
        )
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        home = Path(text).parts[0]
        raise FileNotFoundError(
            f"There is no home folder {home}. Give the whole path, or ./{home} for a file that is "
            "called so."
        ) from error
