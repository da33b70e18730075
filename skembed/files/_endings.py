"""The end of a command that is stopped from outside."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from skembed.files._system import ENDING_SIGNALS

BROKEN_PIPE = 128 + 13
"""Exit status of a program whose reader has ended, as the shell gives it."""


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let signals such as SIGTERM end the process by an exit, which removes unfinished files.

    The status is 128 and the number of the signal, as if the signal itself had ended it. A
    signal that is ignored, as under nohup, or has a handler, keeps it.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    changed = []
    if threading.current_thread() is threading.main_thread():
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, leave)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def nobody_reads() -> int:
    """Silence standard output, whose reader has ended, and return the exit status."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for unflushed output
    return BROKEN_PIPE
