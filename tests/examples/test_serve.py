"""The example service: it answers, and its limits hold."""

import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from skembed import CNNTextClassifier, to_onnx

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "serve"
TEXTS = ["good film", "bad film", "good day", "bad day"] * 5


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    classifier = CNNTextClassifier(filters=4, kernel_sizes=(1,), epochs=2, random_state=0)
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    to_onnx(classifier.fit(TEXTS, ["fine", "foul"] * 10), path)
    return path, classifier


@pytest.fixture(scope="module")
def client(model):
    spec = importlib.util.spec_from_file_location("served_app", FOLDER / "app.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["served_app"] = module  # FastAPI looks up annotations there
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKEMBED_MODEL", str(model[0]))
        spec.loader.exec_module(module)
        with TestClient(module.app) as client:
            yield client
    del sys.modules["served_app"]


def test_health(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_a_batch_gets_labels_and_probabilities(client, model):
    texts = ["good film", "something new", ""]
    answer = client.post("/predict", json={"texts": texts}).json()
    expected = model[1].predict_proba(texts)
    np.testing.assert_allclose(answer["probabilities"], expected, rtol=0, atol=1e-5)
    assert answer["classes"] == ["fine", "foul"]
    assert answer["labels"] == model[1].predict(texts).tolist()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"texts": []}, "at least 1 item"),
        ({"texts": ["a"] * 257}, "at most 256 items"),
        ({"texts": ["a" * 20_001]}, "at most 20000 characters"),
        ({"texts": "a"}, "valid list"),
        ({"texts": [None]}, "valid string"),
        ({}, "Field required"),
    ],
)
def test_what_is_no_batch(client, body, message):
    answer = client.post("/predict", json=body)
    assert answer.status_code == 422
    assert message in answer.text


def test_half_a_surrogate_pair(client):
    answer = client.post("/predict", content=rb'{"texts": ["a \ud800"]}')
    assert answer.status_code == 422


def test_a_body_that_is_too_large(client):
    announced = client.post("/predict", content=b"x" * 4_000_001)
    streamed = client.post("/predict", content=(b"x" * 100_000 for _ in range(41)))
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json() == {"detail": "The body may have 4,000,000 bytes."}


def test_the_load_test_against_a_running_service(model):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    root = os.pathsep.join([str(FOLDER.parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"SKEMBED_MODEL": str(model[0]), "PYTHONPATH": root}
    arguments = ["-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    service = subprocess.Popen([sys.executable, *arguments], cwd=FOLDER, env=environment)
    try:
        wait_for(f"{url}/health")
        done = subprocess.run(
            [sys.executable, "load_test.py", url, "40", "4", "3"],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        service.terminate()
        service.wait()
    assert done.returncode == 0, done.stderr
    assert re.match(r"40 requests of 3 texts, 4 at once: [\d,]+ requests/s, ", done.stdout)


def wait_for(url):
    for _ in range(200):
        try:
            urllib.request.urlopen(url).read()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
