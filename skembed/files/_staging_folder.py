"""A hidden folder for files that are being made: one writer at a time, nothing left behind.

It is beside the place where its files go, so that each is moved there in one step. Its writer holds
a lock, which the system releases when the process ends, even by a kill. So files in a folder that
is not locked were left by a killed process, independent of the clock.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from skembed.files import _system
from skembed.files._console import tell

FORGOTTEN_SECONDS = 24 * 3600
_ENDING = ".unfinished"
_ENDING_ALONE = ".unfinished-alone"
_LOCK = "lock"
_NAME_LENGTH = 60  # of at most 255 bytes, four a character
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
_NO_PERMISSION = (errno.EROFS, errno.EACCES, errno.EPERM)
_PATIENCE_SECONDS = 10.0  # a user looks up after some; most files are written in less
_POLL_SECONDS = 0.02  # too short to notice, and a thousandth of a core's time


@contextlib.contextmanager
def staging_folder(folder: Path, name: str, what: str, way_out: str) -> Iterator[Path]:
    """Lend a folder for the files that become `name`, to one process at a time.

    If files cannot be locked, each process gets its own folder. The folder is empty except for a
    lock, and is removed at the end. If the disk is full or cannot be written, the message calls the
    file `what` and advises `way_out` after "or".
    """
    with explain_disk_errors(folder, what, way_out, f"{folder / _hidden(name)}"):
        remove_abandoned(folder)
        place, lock = _enter(folder, name)
        try:
            yield place
        finally:
            _leave(place, lock)


@contextlib.contextmanager
def explain_disk_errors(
    folder: Path, what: str, way_out: str, beginning: str | None = None
) -> Iterator[None]:
    """Say which disk is full, or cannot be written, and what to do about it.

    Paths that are written begin with `beginning`, or with the path of the folder. For `what` and
    `way_out` see `staging_folder`.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        if error.errno in _NO_ROOM:
            free = ""
            with contextlib.suppress(OSError):
                free = f"; {shutil.disk_usage(folder).free / 1e6:,.1f} MB are free"
            raise OSError(
                error.errno,
                f"No room for {what} in {folder} ({reason}{free}). Make room there, or {way_out}.",
            ) from error
        if error.errno in _NO_PERMISSION and str(error.filename).startswith(
            beginning or str(folder)
        ):
            raise OSError(
                error.errno,
                f"There is no permission to write {what} to {folder} ({reason}). Give it, or "
                f"{way_out}.",
            ) from error
        raise


def sync_and_replace(file: Path, target: Path, like: Path | None = None) -> None:
    """Force a file to the disk and move it to its place, over an earlier one.

    It gets the owner and the permissions of `like`, as far as the system allows.
    """
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())
    if like is not None:
        _system.copy_owner_and_permissions(like, file)
    _system.replace_file(file, target)


def remove_abandoned(folder: Path) -> None:
    """Remove files that killed processes have left in a folder."""
    for place in folder.glob(f".*{_ENDING_ALONE}"):
        with contextlib.suppress(OSError):
            if time.time() - place.stat().st_mtime > FORGOTTEN_SECONDS:
                shutil.rmtree(place)
    for place in folder.glob(f".*{_ENDING}"):
        with contextlib.suppress(OSError):
            _remove_unlocked(place)


def _remove_unlocked(place: Path) -> None:
    try:
        handle = os.open(place / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        place.rmdir()  # if it is empty; a process that is about to lock it makes it again
        return
    if _is_mine(place, handle, wait=False):
        _leave(place, handle)


def _enter(folder: Path, name: str) -> tuple[Path, int | None]:
    """Return a folder for this process, and the lock, if there is one."""
    place = folder / f"{_hidden(name)}{_ENDING}"
    while True:
        with contextlib.suppress(FileExistsError):  # not exist_ok, which checks what is there now
            place.mkdir()
        try:
            handle = os.open(place / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # the process that had it before has just removed it
            continue
        except PermissionError:  # of another user
            return _private(folder, name), None
        try:
            is_mine = _is_mine(place, handle, wait=True)
        except OSError as error:
            if error.errno in _NO_LOCKS:  # so that no other process has this one
                with contextlib.suppress(OSError):
                    _remove_lock(place)
            return _private(folder, name), None
        if is_mine:
            _empty(place)
            return place, handle


def _is_mine(place: Path, handle: int, *, wait: bool) -> bool:
    """Lock a folder and return whether that has succeeded; the lock is closed if not."""
    is_mine = False
    try:
        if wait:
            _lock(handle, str(place))
        is_mine = (wait or _lock_now(handle)) and _is_current(handle, place)
    finally:
        if not is_mine:
            os.close(handle)
    return is_mine


def _private(folder: Path, name: str) -> Path:
    return Path(tempfile.mkdtemp(_ENDING_ALONE, f"{_hidden(name)}.", folder))


def _hidden(name: str) -> str:
    """Return the beginning of a folder's name: short, and different for each file."""
    if len(name) > _NAME_LENGTH:
        told = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
        name = f"{name[: _NAME_LENGTH - len(told) - 1]}-{told}"
    return f".{name}"


def _leave(place: Path, handle: int | None) -> None:
    """Remove a folder, its lock last: then another process may use it."""
    if handle is None:
        shutil.rmtree(place, ignore_errors=True)
        return
    from filelock import unlock_descriptor

    try:
        with contextlib.suppress(OSError):
            _empty(place)
            if not _system.OPEN_FILES_STAY:
                _remove_lock(place)
    finally:
        unlock_descriptor(handle)  # closing does not if a child process has the lock, too
        os.close(handle)
    with contextlib.suppress(OSError):  # a process that has opened it meanwhile removes it
        if _system.OPEN_FILES_STAY:
            _remove_lock(place)
        else:  # network drives keep a removed file under another name until it is closed
            place.rmdir()


def _remove_lock(place: Path) -> None:
    (place / _LOCK).unlink()
    with contextlib.suppress(OSError):
        place.rmdir()


def _empty(place: Path) -> None:
    for path in place.iterdir():
        if path.name != _LOCK:
            path.unlink()


def _is_current(handle: int, place: Path) -> bool:
    """Return whether the lock is still the one in the folder."""
    try:
        return os.path.samestat(os.fstat(handle), (place / _LOCK).stat())
    except FileNotFoundError:
        return False


def _lock_now(handle: int) -> bool:
    """Try to lock an open file; return whether it was free. An OSError if there are no locks."""
    from filelock import lock_descriptor  # only writers wait for it

    return lock_descriptor(handle, blocking=False)


def _lock(handle: int, what: str) -> None:
    """Wait for the lock of an open file; a long wait prints what another process writes."""
    patience = time.monotonic() + _PATIENCE_SECONDS
    is_told = False
    while not _lock_now(handle):
        if not is_told and time.monotonic() > patience:
            tell(f"skembed: waiting for another process, which writes {what}")
            is_told = True
        time.sleep(_POLL_SECONDS)
