"""Training on several devices and in several processes: the same network as on one."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import skembed
from skembed import CNNTextClassifier

ROOT = Path(skembed.__file__).parents[1]
SCRIPT = Path(__file__).parent / "scripts" / "data_parallel.py"

needs_jax = pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="JAX is not installed"
)


def start(n_devices, *arguments):
    """Fit in a process that has so many devices; with more than one in all, on all of them."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = {"KERAS_BACKEND": "jax", "PYTHONPATH": os.pathsep.join(paths)}
    if n_devices:
        settings["JAX_DEVICES"] = str(n_devices)
        settings["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={n_devices}"
    command = [sys.executable, SCRIPT, *map(str, arguments)]
    return subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.PIPE, text=True)


def finish(process):
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors


def free_address():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Return what one device learns."""
    out = tmp_path_factory.mktemp("alone") / "out.json"
    finish(start(0, out))
    return json.loads(out.read_text())


def assert_same(found, expected):
    for name in ("cnn", "lstm"):
        for numbers, wanted in zip(found[name], expected[name], strict=True):
            assert numbers == pytest.approx(wanted, abs=1e-4)


@needs_jax
def test_two_devices_of_a_process_learn_what_one_does(alone, tmp_path):
    finish(start(2, tmp_path / "out.json"))
    found = json.loads((tmp_path / "out.json").read_text())
    assert (alone["devices"], found["devices"]) == (1, 2)
    assert_same(found, alone)


@needs_jax
def test_two_processes_learn_what_one_does(alone, tmp_path):
    address = free_address()
    outs = [tmp_path / f"{rank}.json" for rank in range(2)]
    for process in [start(1, out, address, 2, rank) for rank, out in enumerate(outs)]:
        finish(process)
    for found in (json.loads(out.read_text()) for out in outs):
        assert found["devices"] == 2
        assert_same(found, alone)


@needs_jax
@pytest.mark.slow
def test_processes_that_were_killed_go_on_from_the_last_checkpoint(tmp_path):
    def start_two(folder):
        folder.mkdir(exist_ok=True)
        address = free_address()
        outs = [folder / f"{rank}.json" for rank in range(2)]
        return [start(1, out, address, 2, rank, folder) for rank, out in enumerate(outs)]

    for process in start_two(tmp_path / "whole"):
        finish(process)
    killed = start_two(tmp_path / "killed")
    deadline = time.monotonic() + 200
    while not (tmp_path / "killed" / "cnn").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for process in killed:
        process.kill()
        process.communicate()
    assert (tmp_path / "killed" / "cnn").exists()
    for process in start_two(tmp_path / "killed"):
        finish(process)
    found, expected = (
        json.loads((tmp_path / name / "0.json").read_text()) for name in ("killed", "whole")
    )
    assert found == expected


@pytest.mark.tensorflow
def test_other_backends_are_refused_with_a_way_out():
    classifier = CNNTextClassifier(data_parallel=True, random_state=0)
    with pytest.raises(ValueError, match=r"needs JAX, .* 'tensorflow'\. Set the environment"):
        classifier.fit(["sun", "rain"] * 4, [0, 1] * 4)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_processes_must_draw_the_same_numbers(method):
    classifier = CNNTextClassifier(data_parallel=True)
    more = {"classes": [0, 1]} if method == "partial_fit" else {}
    with pytest.raises(ValueError, match=r"same random numbers, but random_state is None\. Set"):
        getattr(classifier, method)(["sun", "rain"] * 4, [0, 1] * 4, **more)
