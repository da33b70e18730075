"""The progress of a program: a bar on a terminal or in a notebook, and lines in a log.

A bar appears after two seconds and disappears when the work has ended. A thread draws it, so that
the work only has to add a number. In a pipe or in a worker process there is no bar. The logger
``skembed.progress`` gets a line each half minute in all cases.
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
"""How long the drawing thread waits for more work; starting a thread takes longer than adding."""

_logger = logging.getLogger("skembed.progress")


class Bar:
    """The progress of some work; `total` is the number of things to do, if it is known.

    Without a unit, nothing is counted and only the time is shown.
    """

    def __init__(
        self, what: str, total: int | None, unit: str, *, shown: bool, after: float
    ) -> None:
        self.what, self.total, self.unit, self.done = what, total, unit, 0
        self.after = after
        self.begun = self.told = time.monotonic()
        self.thread, self.shown = threading.get_ident(), shown
        self._lock = threading.Lock()

    def advance(self, n: int = 1, what: str | None = None) -> None:
        """Add to what is done, from any thread; `what` replaces the description of the work."""
        with self._lock:
            self.done += n
        self.what = what or self.what

    def __str__(self) -> str:
        of_total = "" if self.total is None else f" of {self.total:,}"
        count = f" {self.done:,}{of_total}{self.unit}," if self.unit else ""
        return f"{self.what}:{count} {time.monotonic() - self.begun:.0f} s"


class _Display:
    """The open bars of one thread; only one is drawn, the first one that counts."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a generator may be closed, and end its bar, at any time
        self._open: list[Bar] = []
        self._screen: Any = None
        self._artist: threading.Thread | None = None
        self._drawn: tuple[Bar, Any] | None = None

    def begin(self, bar: Bar) -> None:
        with self.lock:
            if self._open and self._open[0].thread != bar.thread:
                return  # there is no room for a bar of another thread
            self._open.append(bar)
            if len(self._open) > 1 or not bar.shown:
                return
            if multiprocessing.parent_process() is not None:  # it shows the progress of its workers
                return
            self._screen = _open_screen()
            if self._screen is None and not _logger.isEnabledFor(logging.INFO):
                return
            # A notebook shows a thread's output below the cell that has started the thread.
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
        """Remove the bar, so that other output can be written in its place."""
        if self._drawn is not None:
            drawn, self._drawn = self._drawn[1], None
            with suppress(OSError, ValueError):  # the terminal has gone
                drawn.close()

    def _leave_screen(self) -> None:
        self.clear()
        screen, self._screen = self._screen, None
        if isinstance(screen, io.TextIOWrapper):  # it was opened for the bar
            terminal = screen.fileno()
            with suppress(OSError):
                screen.close()
            os.close(terminal)

    def _draw_on(self) -> None:
        """Draw as long as there is something to draw, in a thread that does nothing else."""
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
        """Write to the log and draw, when it is time."""
        now = time.monotonic()
        bar = next((bar for bar in self._open if bar.unit), self._open[-1])
        if now - first.told > SECONDS_BETWEEN_LINES:
            first.told = now
            self.clear()  # the line may be written where the bar is
            _logger.info("%s", bar)
        if self._screen is None or now - first.begun < first.after:
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
    what: str,
    total: int | None = None,
    unit: str = "",
    *,
    shown: bool = True,
    after: float | None = None,
) -> Iterator[Bar]:
    """Show a bar during work that takes long, if there is a terminal or a notebook.

    Parameters
    ----------
    what : str
        Description of the work, such as "Reading texts".
    total : int or None
        How many things there are to do. None means that it is not known.
    unit : str
        The kind of things, such as " texts"; empty if nothing is counted.
    shown : bool
        Whether this bar, and bars that are opened while it is open, may be shown.
    after : float or None
        Seconds until it appears. None is `SECONDS_UNTIL_SHOWN`.

    Examples
    --------
    >>> with show_bar("Reading texts", 3, " texts") as bar:
    ...     for _ in range(3):
    ...         bar.advance()
    >>> bar.done
    3
    """
    bar = Bar(what, total, unit, shown=shown, after=SECONDS_UNTIL_SHOWN if after is None else after)
    _display.begin(bar)
    try:
        yield bar
    finally:
        _display.end(bar)


@contextmanager
def room_for_a_line() -> Iterator[None]:
    """Hide the bar while something else is written."""
    with _display.lock:
        _display.clear()
        yield


def print_line(line: str) -> None:
    """Print a line to standard output if it is open, in one piece: other threads may print too."""
    if not getattr(sys.stdout, "closed", False):
        with room_for_a_line():
            print(f"{line}\n", end="", flush=True)


def _open_screen() -> Any:
    """Return the terminal or notebook on which bars are drawn, if standard error is one.

    Standard error may be closed or missing. A terminal is opened again: so the bar is still drawn
    while standard error is another file, as when TensorFlow starts, and can show any text.
    """
    stream = sys.stderr
    if stream is None or getattr(stream, "closed", False):
        return None
    kernel = sys.modules.get("ipykernel.iostream")
    if kernel is not None and isinstance(stream, kernel.OutStream):
        return stream
    if not (hasattr(stream, "isatty") and stream.isatty()):
        return None
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with suppress(OSError, ValueError, AttributeError):  # without a descriptor there is no bar
        terminal = os.dup(stream.fileno())
        # A forked child drops the file as it is, and must not be warned that it is open.
        return open(
            terminal,
            "w",
            encoding=encoding,
            errors="backslashreplace",
            newline="",
            closefd=False,
        )
    return None


def _drawn_on(screen: IO[str], bar: Bar) -> Any:
    """Return tqdm's bar, which adapts to the width of a terminal and draws below other bars."""
    from tqdm import tqdm

    class Drawn(tqdm):
        """A bar with its own lock, so that a forked process does not wait for the lock."""

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
        delay=1e-9,  # do not draw at once
    )
    if not drawn.disable:  # by TQDM_DISABLE, for example
        drawn.start_t -= time.monotonic() - bar.begun
    return drawn


def _has_size(screen: IO[str]) -> bool:
    """Return whether a terminal has a size; tqdm draws nothing if it has no columns."""
    with suppress(OSError, ValueError):  # a notebook has no descriptor
        return os.get_terminal_size(screen.fileno()).columns > 0
    return False
