"""The command line: ``python -m skembed``."""

from skembed.cli._main import main

__all__ = ["main"]
