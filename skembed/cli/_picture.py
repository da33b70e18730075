"""Pictures of reports, drawn to files."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from skembed.files import Inputs, check_target, replaced

WHAT = "the picture"
WAY_OUT = "draw to another folder"


def check_picture(path: str | os.PathLike[str] | None, inputs: Inputs) -> None:
    """Find out, before minutes of work, whether a picture can be drawn to a file.

    Parameters
    ----------
    path : path-like or None
        None: there is no picture to draw.
    inputs : iterable of (str, path-like or int)
        As for `check_target`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If it does not know the format, or the file is one of the inputs.
    OSError
        If the file cannot be written.
    """
    if path is None:
        return
    if find_spec("matplotlib") is None:
        raise ImportError(
            'A picture needs matplotlib, which is not installed: pip install "skembed[plot]".'
        )
    from matplotlib.backend_bases import FigureCanvasBase

    known = FigureCanvasBase.get_supported_filetypes()
    if _format_of(path) not in known:
        raise ValueError(
            f"{os.fspath(path)!r} does not end as a picture that matplotlib can draw. Use one of "
            f"{', '.join('.' + name for name in sorted(known))}."
        )
    check_target(path, WHAT, WAY_OUT, inputs)


def save_picture(report: Any, path: str | os.PathLike[str], dpi: int) -> None:
    """Draw a report; an earlier picture is replaced when the new one is whole."""
    import matplotlib

    matplotlib.use("agg")  # a file needs no window
    from matplotlib import pyplot

    figure = report.plot().figure
    try:
        with replaced(path, WHAT, WAY_OUT) as new, new.open("wb") as file:
            figure.savefig(file, dpi=dpi, format=_format_of(path))
    finally:
        pyplot.close(figure)


def _format_of(path: str | os.PathLike[str]) -> str:
    return Path(path).suffix.removeprefix(".").lower() or "png"
