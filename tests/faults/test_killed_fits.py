"""Fits that are killed again and again end with what an uninterrupted one learns."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed_fits.py")

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


def start(*arguments):
    """Start a fit in a process of its own, and wait until it begins."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", SCRIPT, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])},
    )
    assert process.stdout.readline() == "begin\n", process.communicate()[1]
    return process


def end(process):
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    return out


def wait_for(path, process):
    """Wait until a fit has a checkpoint."""
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.01)


def play(network, source, folder, n_kills, seed):
    """Kill a fit so often, at random times from when it has a checkpoint.

    Return the digests of it and of one in peace.
    """
    chance, path = random.Random(seed), folder / "fit.checkpoint"
    in_peace = end(start(network, source, "none"))
    process = start(network, source, path)
    wait_for(path, process)
    began = time.monotonic()
    assert end(process) == in_peace
    seconds = time.monotonic() - began
    found = []
    for _ in range(n_kills):
        process = start(network, source, path)
        wait_for(path, process)
        time.sleep(chance.uniform(0.0, 1.1) * seconds / n_kills)
        process.kill()
        process.communicate()
        found.append(path.exists())
    again = end(start(network, source, path))
    print(f"{network}, {source}: a checkpoint after {sum(found)} of {n_kills} kills")
    assert sum(found) >= n_kills // 2
    assert list(folder.iterdir()) == []
    return again, in_peace


@pytest.mark.soak
@pytest.mark.parametrize("network", ["cnn", "lstm"])
@pytest.mark.parametrize("source", ["memory", "stream"])
def test_kills_at_random_times(network, source, tmp_path):
    for n_kills in (2, 6):
        again, in_peace = play(network, source, tmp_path, n_kills, seed=n_kills)
        assert again == in_peace
