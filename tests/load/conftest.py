"""Scripts that run in a process of their own, as a user would write them."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = """
import os, sys, threading
from skembed import CNNTextClassifier, KerasTokenizer
TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
LABELS = ["fine", "foul"] * 16
CNN = CNNTextClassifier(
    filters=8, kernel_sizes=(1,), embedding_dim=8, epochs=10, learning_rate=0.05, random_state=0
)
"""


@pytest.fixture
def corpus():
    """Return what every script begins with."""
    return CORPUS


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """Write a script behind the corpus; return its path and the environment to run it in."""

    def write(code):
        path = tmp_path_factory.mktemp("script") / "script.py"
        path.write_text(CORPUS + textwrap.dedent(code), encoding="utf-8")
        places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        return path, os.environ | {"PYTHONPATH": os.pathsep.join(places)}

    return write


@pytest.fixture(scope="module")
def run_script(script):
    """Run a script to its end; return what it printed, in lines."""

    def run(code, *, fails=False, timeout=300):
        path, environment = script(code)
        done = subprocess.run(
            [sys.executable, path],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
        )
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else done.stdout.splitlines()

    return run
