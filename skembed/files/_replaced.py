"""A file of the user: written beside its place, and moved there at the end.

Until then the earlier file stays as it was, after any error.
"""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from skembed.files._staging_folder import staging_folder, sync_and_replace
from skembed.files._system import is_same_file

Target: TypeAlias = str | os.PathLike[str] | int
"""A path, or the number of an open file: 0 is standard input, 1 standard output."""

Inputs: TypeAlias = Iterable[tuple[str, Target]]
"""The inputs: their names in messages, and their paths."""

_STREAMS = {0: "standard input", 1: "standard output"}


def check_target(target: Target, what: str, way_out: str, inputs: Inputs = ()) -> None:
    """Find out, before any work is done, whether a file can be written.

    It cannot be if it is one of the inputs, a folder or in no folder, if it or its folder is
    write-protected, or if the disk is full. Messages call the file `what`, call inputs by their
    names, and advise `way_out` after "or" if the disk is at fault.
    """
    found = _status(target)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(f"{target} is a folder. Give the name of a file for {what}.")
    refuse_inputs(target, what, inputs)
    if _is_direct(target):
        return
    place = _place_of(target)
    if not os.path.isdir(place.parent):
        raise FileNotFoundError(f"There is no folder {place.parent} for {what}.")
    with staging_folder(place.parent, place.name, what, way_out):
        pass  # a file that cannot be made now cannot be made at the end
    if found is not None and not os.access(place, os.W_OK):
        raise PermissionError(
            f"{place} is write-protected. Allow writing to it, or choose another name for {what}."
        )


def refuse_inputs(target: Target, what: str, inputs: Inputs) -> None:
    """Refuse to write to a file that is read, even under another path or link."""
    found = _status(target)
    if found is None or not stat.S_ISREG(found.st_mode):
        return
    for role, source in inputs:
        status = _status(source)
        if status is not None and is_same_file(found, status):
            raise ValueError(
                f"{_named(target)} is the same file as {role} ({_named(source)}), which would be "
                f"lost. Write {what} to another file."
            )


@contextlib.contextmanager
def replaced(target: Target, what: str, way_out: str) -> Iterator[Path]:
    """Lend a path to write to; the file written there replaces the target at the end.

    A symbolic link stays, and the file that it points to is replaced. The new file has the
    permissions of the earlier one, or those of any new file. Pipes, devices and open files get a
    copy of what was written. The path ends as the target does. If the block raises, it is removed
    and the target is as it was. For `what` and `way_out` see `check_target`.
    """
    if _is_direct(target):
        with tempfile.TemporaryDirectory() as folder:
            new = Path(folder, f"new{_suffix(target)}")
            yield new
            with new.open("rb") as made, _open_direct(target) as opened:
                shutil.copyfileobj(made, opened)
        return
    place = _place_of(target)
    with staging_folder(place.parent, place.name, what, way_out) as folder_lent:
        new = folder_lent / f"new{_suffix(target)}"
        yield new
        usual = place  # a file with the permissions that the new one gets
        if not place.exists():
            usual = folder_lent / "usual"
            usual.touch()
        sync_and_replace(new, place, usual)


@contextlib.contextmanager
def opened_to_write(target: Target, what: str, way_out: str) -> Iterator[BinaryIO]:
    """Open a file that is replaced at the end; pipes and devices are written at once."""
    if _is_direct(target):
        with _open_direct(target) as file:
            yield file
        return
    with replaced(target, what, way_out) as new, new.open("wb") as file:
        yield file


def _status(target: Target) -> os.stat_result | None:
    """Return the system's information on a file, or None if there is no such file.

    A path such as ``none/../file`` does not exist, but writing to it writes to ``file``.
    """
    paths = [target] if isinstance(target, int) else [target, _place_of(target)]
    for path in paths:
        with contextlib.suppress(OSError):
            return os.stat(path)
    return None


def _is_direct(target: Target) -> bool:
    """Return whether the target cannot be replaced: a pipe, a device, an open file."""
    found = _status(target)
    if isinstance(target, int) or found is None:
        return isinstance(target, int)
    return not stat.S_ISREG(found.st_mode) or _stream_of(found) is not None


def _stream_of(found: os.stat_result) -> int | None:
    """Return which of the standard streams goes to a file, as ``/dev/stdout`` does."""
    for number in (1, 2):
        status = _status(number)
        if status is not None and is_same_file(found, status):
            return number
    return None


def _open_direct(target: Target) -> BinaryIO:
    found = _status(target)
    number = target if isinstance(target, int) else None if found is None else _stream_of(found)
    if number is None:
        return open(target, "wb")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()  # what was printed before comes first
    return os.fdopen(os.dup(number), "wb")


def _place_of(target: Target) -> Path:
    assert not isinstance(target, int)
    return Path(os.path.realpath(target))


def _suffix(target: Target) -> str:
    return "" if isinstance(target, int) else Path(target).suffix


def _named(target: Target) -> str:
    if isinstance(target, int):
        return _STREAMS.get(target, f"open file {target}")
    return os.fspath(target)
