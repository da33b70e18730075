"""What a program says while it works: a bar on a terminal or in a notebook, and lines.

A bar comes after two seconds, is drawn by a thread, so that the work pays for an addition alone,
and goes when the work has ended. Elsewhere, as in a pipe or in a worker process, there is none.
The logger ``skembed.progress`` gets a line each half minute, wherever that is.
"""

import io
import logging
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

SECONDS_UNTIL_SHOWN = 2.0
SECONDS_BETWEEN_DRAWINGS = 0.2
SECONDS_BETWEEN_LINES = 30.0
IDLE_SECONDS = 5.0
"""How long the drawing thread waits for more work; to start one takes longer than to add."""

_logger = logging.getLogger("skembed.progress")


class Bar:
    """What is done of some work, of which `total` things are to be done, if that is known.

    Without a unit nothing is counted, and the time alone is shown.
    """

    def __init__(self, what: str, total: int | None, unit: str, *, shown: bool) -> None:
        self.what, self.total, self.unit, self.done = what, total, unit, 0
        self.begun = self.told = time.monotonic()
        self.thread, self.shown = threading.get_ident(), shown
        self._lock = threading.Lock()

    def advance(self, n: int = 1, what: str | None = None) -> None:
        """Say that more is done, from any thread, and in other words what is being done."""
        with self._lock:
            self.done += n
        self.what = what or self.what

    def __str__(self) -> str:
        of_total = "" if self.total is None else f" of {self.total:,}"
        count = f" {self.done:,}{of_total}{self.unit}," if self.unit else ""
        return f"{self.what}:{count} {time.monotonic() - self.begun:.0f} s"


class _Display:
    """The bars that are open in one thread, of which one is drawn: the first one that counts."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a generator may be closed, and end its bar, at any time
        self._open: list[Bar] = []
        self._screen: Any = None
        self._artist: threading.Thread | None = None
        self._drawn: tuple[Bar, Any] | None = None

    def begin(self, bar: Bar) -> None:
        with self.lock:
            if self._open and self._open[0].thread != bar.thread:
                return  # what another thread does at the same time has no room
            self._open.append(bar)
            if len(self._open) > 1 or not bar.shown:
                return
            if multiprocessing.parent_process() is not None:  # it shows what its workers do
                return
            self._screen = _open_screen()
            if self._screen is None and not _logger.isEnabledFor(logging.INFO):
                return
            # A notebook shows what a thread writes below the cell that has started it.
            if self._artist is None or not isinstance(self._screen, io.TextIOWrapper):
                self._artist = threading.Thread(target=self._draw_on, name="skembed-bar")
                self._artist.daemon = True
                self._artist.start()

    def end(self, bar: Bar) -> None:
        with self.lock:
            if bar in self._open:
                self._open.remove(bar)
            if self._drawn is not None and self._drawn[0] is bar:
                self.clear()
            if not self._open:
                self._leave_screen()

    def clear(self) -> None:
        """Take the bar away, for others to write in its place."""
        if self._drawn is not None:
            drawn, self._drawn = self._drawn[1], None
            with suppress(OSError, ValueError):  # the terminal has gone
                drawn.close()

    def _leave_screen(self) -> None:
        self.clear()
        screen, self._screen = self._screen, None
        if isinstance(screen, io.TextIOWrapper):  # it is opened for the bar
            with suppress(OSError):
                screen.close()

    def _draw_on(self) -> None:
        """Draw as long as there is something to draw, in the thread that does nothing else."""
        idle = 0.0
        while idle < IDLE_SECONDS:
            time.sleep(SECONDS_BETWEEN_DRAWINGS)
            with self.lock:
                if self._artist is not threading.current_thread():
                    return
                idle = 0.0 if self._open else idle + SECONDS_BETWEEN_DRAWINGS
                if self._open and self._open[0].shown:
                    self._tell(self._open[0])
                if idle >= IDLE_SECONDS:
                    self._artist = None

    def _tell(self, first: Bar) -> None:
        """Write to the log and draw, if it is time."""
        now = time.monotonic()
        bar = next((bar for bar in self._open if bar.unit), self._open[-1])
        if now - first.told > SECONDS_BETWEEN_LINES:
            first.told = now
            self.clear()  # the line may go where the bar is
            _logger.info("%s", bar)
        if self._screen is None or now - first.begun < SECONDS_UNTIL_SHOWN:
            return
        try:
            self._draw(bar)
        except (OSError, ValueError, ImportError) as error:  # the terminal has gone, or no tqdm
            _logger.debug("no bar can be drawn: %s", error)
            self._leave_screen()

    def _draw(self, bar: Bar) -> None:
        if self._drawn is None or self._drawn[0] is not bar:
            self.clear()
            self._drawn = bar, _drawn_on(self._screen, bar)
        drawn = self._drawn[1]
        drawn.n, drawn.total = bar.done, bar.total
        drawn.set_description_str(bar.what, refresh=False)
        drawn.refresh()


_display = _Display()

if hasattr(os, "register_at_fork"):
    # Another thread may have held a lock, which stays locked in the child.
    os.register_at_fork(after_in_child=lambda: _display.__init__())  # type: ignore[misc]


@contextmanager
def show_bar(
    what: str, total: int | None = None, unit: str = "", *, shown: bool = True
) -> Iterator[Bar]:
    """Show a bar while something is done, if it takes long and there is a terminal or a notebook.

    Parameters
    ----------
    what : str
        What is done, such as "Reading texts".
    total : int or None
        How many things there are to do. None: it is not known.
    unit : str
        What these are, such as " texts"; empty where nothing is counted.
    shown : bool
        Whether this bar, and those that are opened while it is, may be shown.

    Examples
    --------
    >>> with show_bar("Reading texts", 3, " texts") as bar:
    ...     for _ in range(3):
    ...         bar.advance()
    >>> bar.done
    3
    """
    bar = Bar(what, total, unit, shown=shown)
    _display.begin(bar)
    try:
        yield bar
    finally:
        _display.end(bar)


@contextmanager
def room_for_a_line() -> Iterator[None]:
    """Keep the bar away while something else is written."""
    with _display.lock:
        _display.clear()
        yield


def print_line(line: str) -> None:
    """Print a line where standard output is open, in one piece: another thread may print too."""
    if not getattr(sys.stdout, "closed", False):
        with room_for_a_line():
            print(f"{line}\n", end="", flush=True)


def _open_screen() -> Any:
    """Return where bars are drawn: a terminal or a notebook, if standard error is one.

    It may be closed, or not be. A terminal is opened again, so that the bar stays where it is while
    standard error is another file, as when TensorFlow starts, and shows any text.
    """
    stream = sys.stderr
    if stream is None or getattr(stream, "closed", False):
        return None
    kernel = sys.modules.get("ipykernel.iostream")
    if kernel is not None and isinstance(stream, kernel.OutStream):
        return stream
    if not stream.isatty():
        return None
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with suppress(OSError, ValueError, AttributeError):  # what has no descriptor gets no bar
        terminal = os.dup(stream.fileno())
        return open(terminal, "w", encoding=encoding, errors="backslashreplace", newline="")
    return None


def _drawn_on(screen: IO[str], bar: Bar) -> Any:
    """Return tqdm's bar, which knows the width of a terminal and draws below other bars."""
    from tqdm import tqdm

    class Drawn(tqdm):
        """A bar with a lock of its own, which a forked process does not wait for."""

        monitor_interval = 0

    Drawn.set_lock(threading.RLock())
    has_size = _has_size(screen)
    drawn = Drawn(
        total=bar.total,
        desc=bar.what,
        unit=bar.unit,
        unit_scale=(bar.total or 1000) >= 1000,
        file=screen,
        leave=False,
        dynamic_ncols=has_size,
        **({} if has_size else {"ncols": 80, "nrows": 24}),
        bar_format=None if bar.unit else "{desc} [{elapsed}]",
        delay=1e-9,  # not before the time is right
    )
    if not drawn.disable:  # as by TQDM_DISABLE
        drawn.start_t -= time.monotonic() - bar.begun
    return drawn


def _has_size(screen: IO[str]) -> bool:
    """Say whether a terminal knows its size; tqdm draws nothing on one of no columns."""
    with suppress(OSError, ValueError):  # a notebook has no descriptor
        return os.get_terminal_size(screen.fileno()).columns > 0
    return False
