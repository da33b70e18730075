"""Scripts as users write them, each in processes of its own that end when the time is up."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def environment(session_cache):
    """Return the environment of scripts: a cache of their own, and as many threads as workers have.

    Convolutions sum in another order with one thread than with two.
    """
    places = [ROOT, SCRIPTS, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "SKEMBED_CACHE": str(session_cache),
        "OMP_NUM_THREADS": "1",
    }


def end(process):
    """Kill a process and those that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()


@pytest.fixture(scope="session")
def start(environment, tmp_path_factory):
    """Start Python in a folder of its own; what is left at the end of the tests is killed."""
    started = []

    def start(*arguments, before=(), **variables):
        process = subprocess.Popen(
            [*before, sys.executable, *map(str, arguments)],
            env=environment | variables,
            cwd=tmp_path_factory.mktemp("work"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        end(process)


@pytest.fixture(scope="session")
def run_script(start):
    """Run a script; return what its last line tells, in JSON."""

    def run(script, *arguments, timeout=180, **options):
        process = start(SCRIPTS / script, *arguments, **options)
        try:
            printed, told = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{script} was not done in {timeout} s: {end(process)}")
        assert process.returncode == 0, told
        return json.loads(printed.splitlines()[-1])

    return run
