"""`skembed-serve` as a server has it: built, and installed where nothing else is.

Needs a package index. What is counted is all of ``site-packages``; pip stands elsewhere.
"""

import email
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx import TensorProto, helper, numpy_helper
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tokenizers import Tokenizer, models, pre_tokenizers

import skembed
from skembed import CNNTextClassifier, CNNTextRegressor, SentenceVectorizer, to_onnx

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"filters": 4, "embedding_dim": 5, "epochs": 3, "random_state": 0, "batch_size": 16}
NOT_ITS_OWN = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME")

ANSWER = """
import json, sys
from skembed.serve import Predictor
predictor = Predictor(sys.argv[1])
given = json.load(sys.stdin)
answer = {"predict": predictor.predict(given).tolist()}
if hasattr(predictor, "classes_"):
    answer["predict_proba"] = predictor.predict_proba(given).tolist()
print(json.dumps(answer))
"""


class Environment(NamedTuple):
    """A Python with packages of its own, and none of pip's files."""

    folder: Path

    @property
    def python(self):
        return self.folder / "bin" / "python"

    @property
    def files(self):
        """The files of ``site-packages``."""
        (site,) = (self.folder / "lib").glob("python3*/site-packages")
        return [path for path in site.rglob("*") if path.is_file()]

    @property
    def megabytes(self):
        return sum(path.stat().st_size for path in self.files) / 1e6

    def pip(self, *arguments):
        run([sys.executable, "-m", "pip", "--python", self.python, "-q", *arguments])

    def answer(self, model, given):
        return json.loads(run([self.python, "-W", "error", "-c", ANSWER, model], json.dumps(given)))


def run(command, given="", **settings):
    done = subprocess.run(
        [*map(str, command)],
        input=given,
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key not in NOT_ITS_OWN},
        check=False,
        **settings,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def new_environment(folder, *packages):
    run([sys.executable, "-m", "venv", "--without-pip", folder])
    environment = Environment(folder)
    environment.pip("install", "--no-compile", *packages)
    return environment


@pytest.fixture(scope="module")
def built(staged, tmp_path_factory):
    """The wheel, made of the source distribution, as ``python -m build`` does."""
    builder = new_environment(tmp_path_factory.mktemp("builder"), "build")
    folder = tmp_path_factory.mktemp("dist")
    run([builder.python, "-m", "build", "--outdir", folder, staged], cwd=folder)
    names = {path.name for path in folder.iterdir()}
    stem = f"skembed_serve-{skembed.__version__}"
    assert names == {f"{stem}.tar.gz", f"{stem}-py3-none-any.whl"}
    return folder / f"{stem}-py3-none-any.whl"


@pytest.fixture(scope="module")
def environment(built, tmp_path_factory):
    """An environment in which `skembed-serve` alone has been installed."""
    return new_environment(tmp_path_factory.mktemp("env"), built)


def test_files_of_the_wheel_are_those_of_skembed(built, staged):
    with zipfile.ZipFile(built) as wheel:
        files = {name: wheel.read(name) for name in wheel.namelist()}
    modules = {name: data for name, data in files.items() if name.startswith("skembed/")}
    assert modules == {
        path.relative_to(staged).as_posix(): (ROOT / path.relative_to(staged)).read_bytes()
        for path in (staged / "skembed").rglob("*")
        if path.suffix == ".py" or path.name == "py.typed"
    }
    (place,) = {name.split("/")[0] for name in files.keys() - modules.keys()}
    assert files[f"{place}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    told = email.message_from_bytes(files[f"{place}/METADATA"])
    assert (told["Name"], told["Version"]) == ("skembed-serve", skembed.__version__)
    assert told.get_payload() == (ROOT / "packaging" / "serve" / "README.md").read_text("utf-8")


def test_it_is_smaller_than_150_mb_and_pip_has_no_complaint(environment, make, tmp_path):
    environment.pip("check")
    to_onnx(make("wide"), tmp_path / "model.onnx")
    environment.answer(tmp_path / "model.onnx", ["sunny"])
    n_megabytes = environment.megabytes
    packages = {path.parent.name for path in environment.files if path.name == "METADATA"}
    print(f"\n{n_megabytes:.0f} MB with the byte code of what was imported: {sorted(packages)}")
    assert {name.split("-")[0] for name in packages} >= {"numpy", "onnxruntime", "skembed_serve"}
    assert n_megabytes < 150
    run([environment.python, "-m", "compileall", "-q", environment.folder / "lib"])
    print(f"{environment.megabytes:.0f} MB with the byte code of all modules")


@pytest.mark.parametrize("name", ["texts", "wide", "tuned", "labels, tuned", "pipeline", "numbers"])
def test_texts(environment, make, texts, tmp_path, name):
    to_onnx(make(name), tmp_path / "model.onnx")
    found = environment.answer(tmp_path / "model.onnx", texts)
    assert_array_equal(found["predict"], make(name).predict(texts))
    assert_allclose(found["predict_proba"], make(name).predict_proba(texts), rtol=0, atol=1e-5)


def test_numbers_of_a_regressor(environment, texts, tmp_path):
    numbers = [[len(text), text.count("r")] for text in texts]
    regressor = CNNTextRegressor(**SMALL).fit(texts, numbers)
    to_onnx(regressor, tmp_path / "model.onnx")
    found = environment.answer(tmp_path / "model.onnx", texts)
    expected = regressor.predict(texts)
    assert found.keys() == {"predict"}
    assert_allclose(found["predict"], expected, rtol=0, atol=1e-5 * np.std(numbers))


def test_rows_and_columns_of_a_table(environment, tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "title": rng.choice(["nurse", "cook", "night nurse"], 60),
            "report": rng.choice(["by day", "by night", None], 60),
            "kind": rng.choice(["full", "part"], 60),
            "salary": rng.choice([41_000.0, 38_500.0, np.nan], 60),
        }
    )
    features = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["kind"]),
        (make_pipeline(SimpleImputer(), StandardScaler()), ["salary"]),
    )
    model = CNNTextClassifier(text_columns=["title", "report"], features=features, **SMALL)
    model.fit(table, table["kind"])
    to_onnx(model, tmp_path / "model.onnx")
    given = table.astype(object).where(table.notna(), None)
    for documents in (given.to_dict("records"), given.to_dict("list")):
        found = environment.answer(tmp_path / "model.onnx", documents)
        assert_array_equal(found["predict"], model.predict(table))
        assert_allclose(found["predict_proba"], model.predict_proba(table), rtol=0, atol=1e-5)


def test_the_lines_of_its_readme(environment, make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    readme = (ROOT / "packaging" / "serve" / "README.md").read_text("utf-8")
    export, *answers = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(export, {"pipeline": make("wide")})
    table = {"title": ["Nurse", "Cook"] * 20, "salary": [41_000, 38_000] * 20}
    features = make_column_transformer((StandardScaler(), ["salary"]))
    model = CNNTextClassifier(text_columns=["title"], features=features, **SMALL)
    to_onnx(model.fit(table, table["title"]), "postings.onnx")
    run([environment.python, "-W", "error", "-c", "".join(answers)])


def write_encoder(folder):
    """Write a sentence encoder that adds up rows of a table."""
    words = ["[PAD]", "[UNK]", "sun", "sea", "rain", "wind"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    names = ["input_ids", "attention_mask"]
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "k"]) for name in names]
    steps = helper.make_tensor_value_info("steps", TensorProto.FLOAT, ["n", "k", 2])
    table = numpy_helper.from_array(np.arange(12, dtype=np.float32).reshape(6, 2), "table")
    node = helper.make_node("Gather", ["table", "input_ids"], ["steps"])
    graph = helper.make_graph([node], "encoder", ids, [steps], [table])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save_model(model, folder / "model.onnx")


def test_a_sentence_encoder_needs_the_extra(environment, built, tmp_path, monkeypatch):
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))
    write_encoder(tmp_path / "encoder")
    texts = ["sun sea", "rain", "wind rain", "sun"] * 6
    model = CNNTextClassifier(features=SentenceVectorizer(tmp_path / "encoder"), **SMALL)
    model.fit(texts, [text[0] for text in texts])
    to_onnx(model, tmp_path / "model.onnx")
    message = (
        "The sentence encoder of this file needs tokenizers, which is not installed: "
        'pip install "tokenizers"'
    )
    with pytest.raises(AssertionError, match=f"ImportError: {message}"):
        environment.answer(tmp_path / "model.onnx", texts)
    environment.pip("install", "--no-compile", f"{built}[sentences]")
    found = environment.answer(tmp_path / "model.onnx", texts)
    assert_allclose(found["predict_proba"], model.predict_proba(texts), rtol=0, atol=1e-5)


def test_the_example_service(environment, make, texts, tmp_path):
    environment.pip("install", "--no-compile", "fastapi", "uvicorn")
    environment.pip("check")
    to_onnx(make("wide"), tmp_path / "model.onnx")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [environment.python, "-m", "uvicorn", "app:app", "--port", str(port)]
    settings = {key: value for key, value in os.environ.items() if key not in NOT_ITS_OWN}
    settings["SKEMBED_MODEL"] = str(tmp_path / "model.onnx")
    folder = ROOT / "examples" / "serve"
    service = subprocess.Popen(command, cwd=folder, env=settings, stderr=subprocess.DEVNULL)
    try:
        sent = json.dumps({"texts": texts[:9]}).encode()
        answer = ask(f"http://127.0.0.1:{port}/predict", sent, service)
    finally:
        service.terminate()
        service.wait()
    assert answer["labels"] == make("wide").predict(texts[:9]).tolist()
    expected = make("wide").predict_proba(texts[:9])
    assert_allclose(answer["probabilities"], expected, rtol=0, atol=1e-5)


def ask(url, data, service):
    """Return a service's answer, as soon as there is one."""
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    for _ in range(300):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer; the service has ended with {service.poll()}")
