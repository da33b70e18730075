"""Commands as the tests call them: in this process, or in one of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import skembed
from skembed.cli import main

COMMAND = [sys.executable, "-W", "error", "-m", "skembed"]


def run(*arguments, status=0):
    """Run a command that ends with this status."""
    given = [str(argument) for argument in arguments]
    if status == 0:
        main(given)
        return
    with pytest.raises(SystemExit, match=f"^{status}$"):
        main(given)


def environment():
    """Return the variables with which a process finds this skembed and writes at once."""
    paths = [str(Path(skembed.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join(filter(None, paths))
    return os.environ | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def run_process(*arguments, start=COMMAND, **options):
    """Run a command in a process of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    return subprocess.run(
        [*start, *map(str, arguments)], check=False, env=environment(), **(pipes | options)
    )
