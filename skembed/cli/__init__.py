"""The command line: ``skembed``, or ``python -m skembed``."""

import sys

from skembed._optional import need

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run a command, by default that of the command line, and exit where it did not succeed.

    The status is 0 if all went well, 1 if something about the input was wrong, or a package is
    missing, 2 if the command was wrong, 130 after a stop by the keyboard, 141 if the reader of the
    output has gone, and 143 after SIGTERM.
    """
    try:
        need("click", "The command line needs")
    except ImportError as error:
        sys.exit(f"Error: {error}")
    from skembed.cli._main import run

    status = run(arguments)
    if status:
        sys.exit(status)
