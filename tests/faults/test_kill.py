"""Processes that are killed while they write leave the old or the new state."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("kill_rounds.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def play(kind, n_rounds, seed, folder):
    done = subprocess.run(
        [sys.executable, SCRIPT, kind, str(n_rounds), str(seed), folder],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])},
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print(done.stdout)  # the figures, for whoever asks with -s or -rP
    return figures


@pytest.mark.process
@pytest.mark.parametrize(
    ("kind", "at_least"),
    [
        ("cache", 10),
        ("checkpoint", 12),
        ("model", 6),
        ("download", 15),
        ("answers", 24),
        ("parquet", 20),
        ("picture", 12),
        ("onnx", 12),
    ],
)
def test_a_kill_before_each_step(kind, at_least, tmp_path):
    """Wherever writing stops, however short the moment is."""
    figures = play(kind, "steps", 0, tmp_path)
    assert figures["old"] + figures["new"] >= at_least
    assert figures["new"]


@pytest.mark.soak
@pytest.mark.parametrize(
    "kind", ["cache", "checkpoint", "model", "download", "answers", "parquet", "picture", "onnx"]
)
def test_two_hundred_kills_at_random_times(kind, tmp_path):
    play(kind, 200, 1, tmp_path)
