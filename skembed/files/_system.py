"""What differs between operating systems; no other module looks at which one it runs on."""

import contextlib
import errno
import os
import secrets
import shutil
import signal
import time
from pathlib import Path

_IS_WINDOWS = os.name == "nt"

OPEN_FILES_STAY = _IS_WINDOWS
"""Whether a file that is open can neither be removed nor replaced."""

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Signals by which another program, or the closing of its terminal, ends a program."""

_PATIENCE_SECONDS = 2.0  # a virus scanner reads a new file, another process an old one
_POLL_SECONDS = 0.02


def replace_file(file: Path, target: Path) -> None:
    """Move a file over an earlier one, in one step.

    Where files that are open cannot be replaced, this waits up to two seconds for other processes
    to close them.

    Raises
    ------
    PermissionError
        If the folder cannot be written, or if another program keeps one of the files open.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            os.replace(file, target)
            return
        except PermissionError as error:
            if not OPEN_FILES_STAY:
                raise
            if time.monotonic() > end:
                raise PermissionError(
                    f"{target} is open in another program, or it is write-protected. Close it "
                    "there, allow writing to it, or choose another name."
                ) from error
        time.sleep(_POLL_SECONDS)


def copy_owner_and_permissions(like: Path, file: Path) -> None:
    """Give a file the owner and the permissions of another, as far as the system allows."""
    with contextlib.suppress(OSError, AttributeError):  # Windows has no owners of this kind
        os.chown(file, like.stat().st_uid, like.stat().st_gid)
    with contextlib.suppress(FileNotFoundError):  # another process has removed it by now
        shutil.copymode(like, file)


def is_same_file(one: os.stat_result, other: os.stat_result) -> bool:
    """Return whether two paths or open files are one file.

    Pipes and devices of Windows have the number 0, as have files of some network drives: so 0 says
    nothing.
    """
    return one.st_ino != 0 and os.path.samestat(one, other)


def why_not_writable(folder: Path) -> str:
    """Return why no file can be made in a folder; empty if one can be made.

    A file is made and removed: what the system says beforehand is wrong on Windows and on network
    drives. The function `tempfile.TemporaryFile` would try for hours on Windows.
    """
    probe = folder / f".{secrets.token_hex(8)}.probe"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        probe.unlink()
    except OSError as error:
        return os.strerror(error.errno or 0)
    return ""


def has_no_reader(error: BaseException) -> bool:
    """Return whether writing failed because the reader of the pipe has gone.

    Windows calls this an invalid argument, as it does a wrong name of a file, which it names.
    """
    if isinstance(error, BrokenPipeError):
        return True
    is_invalid = isinstance(error, OSError) and error.errno == errno.EINVAL
    return _IS_WINDOWS and is_invalid and error.filename is None  # type: ignore[attr-defined]


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # neither on Windows nor on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
