"""The command line: ``skembed``, or ``python -m skembed``."""

import sys

from skembed._optional import need

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run a command, by default that of the command line, and exit if it did not succeed.

    The status is 0 after success. It is 1 if the input is wrong or a package is missing, and 2 if
    the command is wrong. It is 130 after a stop by the keyboard, 141 if the reader of the output
    has closed it, and 143 after SIGTERM.
    """
    try:
        need("click", "The command line needs")
    except ImportError as error:
        sys.exit(f"Error: {error}")
    from skembed.cli._main import run

    status = run(arguments)
    if status:
        sys.exit(status)
