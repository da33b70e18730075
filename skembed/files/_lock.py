"""A lock on an open file, by which one process at a time writes something.

The system takes it from a process that ends, however it ends, on Windows too.
"""

import time

from skembed.files._notices import tell

_PATIENCE_SECONDS = 10.0  # a user looks up after some; most files are written in less
_POLL_SECONDS = 0.02  # nobody notices it, and a core has it for a thousandth of the time


def lock_now(handle: int) -> bool:
    """Take the lock of an open file if it is free, and tell whether it was.

    An OSError says that there are no locks here.
    """
    from filelock import lock_descriptor  # only who writes waits for it

    return lock_descriptor(handle, blocking=False)


def lock(handle: int, what: str) -> None:
    """Wait for the lock of an open file; who waits for long is told what another process writes."""
    patience = time.monotonic() + _PATIENCE_SECONDS
    is_told = False
    while not lock_now(handle):
        if not is_told and time.monotonic() > patience:
            tell(f"skembed: waiting for another process, which writes {what}")
            is_told = True
        time.sleep(_POLL_SECONDS)


def unlock(handle: int) -> None:
    """Give the lock of an open file back, which closing does not if a child process has it too."""
    from filelock import unlock_descriptor

    unlock_descriptor(handle)
