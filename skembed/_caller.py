"""Warnings that point at the line of the user's program that caused them."""

import sys
import warnings
from types import FrameType

_BETWEEN = {"skembed", "sklearn", "joblib", *sys.stdlib_module_names}
"""Packages whose frames are between a user's line and a warning, such as a pipeline's `fit`."""


def warn_caller(message: str | Warning, category: type[Warning] = UserWarning) -> None:
    """Warn, with the line that called skembed as the place of the warning.

    It is the innermost line outside skembed, scikit-learn, joblib and the standard library. A
    thread or a process that they have started has no such line, so there the warning points at its
    beginning. A Warning as the message has its own category.
    """
    frame = sys._getframe(1)
    while _name_of(frame).partition(".")[0] in _BETWEEN and frame.f_back is not None:
        frame = frame.f_back
    warnings.warn_explicit(
        message,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=_name_of(frame),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _name_of(frame: FrameType) -> str:
    """Return the name of a frame's module, also where ``python -m`` runs it as __main__."""
    spec = frame.f_globals.get("__spec__")
    return str(getattr(spec, "name", None) or frame.f_globals.get("__name__", ""))
