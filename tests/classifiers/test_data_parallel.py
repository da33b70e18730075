"""Training on several devices and in several processes: the same network as on one."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

import skembed
from skembed import CNNTextClassifier

ROOT = Path(skembed.__file__).parents[1]
SCRIPT = Path(__file__).parent / "scripts" / "data_parallel.py"
DOCUMENTS, LABELS = ["sun rain", "rain", "sun", "wind sun"] * 4, [0, 1, 0, 1] * 4


def needs(package):
    missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(missing, reason=f"{package} is not installed")


BACKENDS = [pytest.param(name, marks=needs(name)) for name in ("tensorflow", "jax")]


def start_python(backend, *arguments):
    """Start a process with a backend of Keras's, as if nobody had configured it."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {k: v for k, v in os.environ.items() if k not in ("TF_CONFIG", "XLA_FLAGS")}
    settings = {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, env=kept | settings, stderr=subprocess.PIPE, text=True)


def start(backend, *arguments):
    """Begin the fits of a process."""
    return start_python(backend, SCRIPT, *arguments)


def start_two(backend, folder, *checkpoint):
    """Begin the fits of two processes that train together."""
    with ExitStack() as taken:
        sockets = [taken.enter_context(socket.socket()) for _ in range(2)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        addresses = ",".join(f"127.0.0.1:{each.getsockname()[1]}" for each in sockets)
    outs = [folder / f"{rank}.json" for rank in range(2)]
    return [start(backend, out, 1, addresses, rank, *checkpoint) for rank, out in enumerate(outs)]


def finish(*processes):
    try:
        for process in processes:
            _, errors = process.communicate(timeout=600)
            assert process.returncode == 0, errors
    finally:
        for process in processes:
            process.kill()  # who is left would wait for the others


def read(file):
    return json.loads(file.read_text())


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture(scope="module")
def alone(backend, tmp_path_factory):
    """Return what one device learns."""
    out = tmp_path_factory.mktemp("alone") / "out.json"
    finish(start(backend, out, 0))
    return read(out)


def assert_same(found, expected, tolerance=1e-4):
    assert set(found) == set(expected)
    for name in set(expected) - {"devices"}:
        for numbers, wanted in zip(found[name], expected[name], strict=True):
            assert numbers == pytest.approx(wanted, abs=tolerance)


@pytest.mark.slow
def test_two_devices_of_a_process_learn_what_one_does(backend, alone, tmp_path):
    finish(start(backend, tmp_path / "out.json", 2))
    found = read(tmp_path / "out.json")
    assert (alone["devices"], found["devices"]) == (1, 2)
    assert_same(found, alone)


@pytest.mark.slow
def test_two_processes_learn_what_one_does(backend, alone, tmp_path):
    finish(*start_two(backend, tmp_path))
    found, others = (read(tmp_path / f"{rank}.json") for rank in range(2))
    assert found["devices"] == 2
    assert_same(found, alone)
    assert others == found


@pytest.mark.slow
def test_three_devices_share_batches_that_they_do_not_divide(backend, alone, tmp_path):
    finish(start(backend, tmp_path / "out.json", 3))
    found = read(tmp_path / "out.json")
    assert found["devices"] == 3
    found.pop("states", None)  # of which TensorFlow drops others than one device does
    assert_same(found, {name: alone[name] for name in found}, tolerance=1e-3)  # some in 16 bits


@pytest.mark.slow
def test_processes_that_were_killed_go_on_from_the_last_checkpoint(backend, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    finish(*start_two(backend, whole, whole))
    processes = start_two(backend, killed, killed)
    deadline = time.monotonic() + 200
    while not (killed / "cnn").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for process in processes:
        process.kill()
        process.communicate()
    assert (killed / "cnn").exists()
    finish(*start_two(backend, killed, killed))
    assert read(killed / "0.json") == read(whole / "0.json")


@pytest.mark.tensorflow
def test_one_device_learns_as_ever():
    parameters = dict(embedding_dim=3, filters=2, epochs=2, random_state=0)
    one, other = (
        CNNTextClassifier(**parameters, data_parallel=wanted).fit(DOCUMENTS, LABELS)
        for wanted in (True, False)
    )
    assert one.history_["loss"] == other.history_["loss"]
    assert (one.predict_proba(DOCUMENTS) == other.predict_proba(DOCUMENTS)).all()


@pytest.mark.tensorflow
def test_workers_must_be_joined_before_tensorflow_is_used(monkeypatch):
    from skembed.networks._replicas_tensorflow import join_devices

    classifier = CNNTextClassifier(embedding_dim=3, filters=2, epochs=1, random_state=0)
    classifier.fit(DOCUMENTS, LABELS)
    cluster = {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}
    task = {"type": "worker", "index": 0}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    join_devices.cache_clear()
    with pytest.raises(RuntimeError, match=r"names 2 workers, which .* Let a fit with data_par"):
        classifier.set_params(data_parallel=True).fit(DOCUMENTS, LABELS)


@needs("torch")
def test_pytorch_is_refused_with_a_way_out():
    code = (
        "from skembed import CNNTextClassifier as C; "
        f"C(data_parallel=True, random_state=0).fit({DOCUMENTS}, {LABELS})"
    )
    process = start_python("torch", "-c", code)
    _, errors = process.communicate(timeout=600)
    assert process.returncode == 1
    assert "ValueError: data_parallel=True needs TensorFlow or JAX, but Keras is set" in errors
    assert "KERAS_BACKEND to 'tensorflow' or 'jax', or set data_parallel=False" in errors


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_processes_must_draw_the_same_numbers(method):
    classifier = CNNTextClassifier(data_parallel=True)
    more = {"classes": [0, 1]} if method == "partial_fit" else {}
    with pytest.raises(ValueError, match=r"same random numbers, but random_state is None\. Set"):
        getattr(classifier, method)(["sun", "rain"] * 4, [0, 1] * 4, **more)
