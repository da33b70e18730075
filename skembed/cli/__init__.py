"""The command line: ``skembed``, or ``python -m skembed``."""

from skembed.cli._main import main

__all__ = ["main"]
