"""The distribution `skembed-serve`: what it holds, what it needs and what it says."""

import importlib.metadata
import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.testing import assert_allclose

import skembed
from skembed import to_onnx

ROOT = Path(__file__).resolve().parents[2]

IN_FUNCTIONS = {
    "filelock": "files are written with locks",
    "matplotlib": "draws a report",
    "onnxruntime": "runs the models",
    "safetensors": "files are written",
    "sklearn": "says what needs a newer one",
    "tokenizers": "cuts for sentence encoders",
    "tqdm": "draws a bar; without it there is none",
}
"""Packages that functions of the distribution import, and why it holds such functions."""

MESSAGE = (
    "ModuleNotFoundError: {} is not in skembed-serve, which only runs exported models. "
    'Install all of skembed: pip install "skembed".'
)

STANDARD = {*sys.stdlib_module_names, "__mp_main__"}  # multiprocessing names the program so


def others(modules, at_once):
    """Return the packages that modules import, at once or in functions."""
    names = {
        each.module.split(".")[0]
        for imports in modules.values()
        for each in imports
        if each.at_once == at_once
    }
    return names - STANDARD - {"skembed"}


def test_its_modules_import_numpy_and_nothing_else(stage):
    modules = stage.follow("skembed.serve")
    assert others(modules, at_once=True) == {"numpy"}
    assert others(modules, at_once=False) - {"numpy"} == IN_FUNCTIONS.keys()


def test_it_leaves_out_what_a_server_does_not_need(stage):
    modules = stage.follow("skembed.serve").keys()
    folders = {name.split(".")[1] for name in modules if "." in name}
    assert {name for name in folders if name[0] != "_"} == {
        *("bags", "files", "sentences", "serve", "text", "words"),
    }
    assert "skembed.text._tokenizer" not in modules
    assert "skembed.text._tokenizer" in stage.follow("skembed.text._make_tokenizer")


@pytest.mark.parametrize("start", ["comparison", "data", "sentences", "serve", "vectors"])
def test_what_is_imported_is_followed(stage, start):
    code = f"import sys, skembed.{start}; print(*(n for n in sys.modules if n[:7] == 'skembed'))"
    loaded = run([sys.executable, "-c", code]).split()
    assert f"skembed.{start}" in loaded
    assert set(loaded) <= stage.follow(f"skembed.{start}").keys()


def test_an_import_whose_name_is_not_told(stage, tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "ROOT", tmp_path)
    (tmp_path / "skembed.py").write_text("def f(name):\n    return import_module(name)\n")
    with pytest.raises(ValueError, match=r"^line 2: import_module\(name\) cannot be followed\.$"):
        stage.follow("skembed")


def test_it_is_staged_in_a_folder_of_its_own(stage, staged):
    names = {path.name for path in staged.iterdir()}
    assert names == {"LICENSE", "README.md", "pyproject.toml", "setup.cfg", "skembed"}
    assert (staged / "skembed" / "py.typed").exists()
    for path in staged.rglob("*.py"):
        assert path.read_bytes() == (ROOT / path.relative_to(staged)).read_bytes()
    with pytest.raises(FileExistsError, match=r"skembed-serve"):
        stage.stage(staged)


def settings_in(folder):
    found = ConfigParser(interpolation=None)
    found.read(folder / "setup.cfg", encoding="utf-8")
    return {section: dict(found[section]) for section in found.sections()}


def test_it_says_what_skembed_says_but_for_its_name_and_needs(staged):
    ours, own, whole = map(settings_in, (staged, ROOT / "packaging" / "serve", ROOT))
    assert ours["metadata"] == whole["metadata"] | own["metadata"]
    assert ours["metadata"]["version"] == "attr: skembed.__version__"
    assert ours["options"]["python_requires"] == whole["options"]["python_requires"]
    assert "options.entry_points" not in ours
    wanted = [ours["options"]["install_requires"], *ours["options.extras_require"].values()]
    lines = [line for each in wanted for line in each.split()]
    assert [re.split("[<>=]", line)[0] for line in lines] == ["numpy", "onnxruntime", "tokenizers"]
    known = (ROOT / "setup.cfg").read_text("utf-8").split()
    assert all(line in known and ">=" in line for line in lines)


def run(command, given=""):
    command = [*map(str, command)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def run_staged(staged):
    """Run code with the staged modules and the packages installed here; return its last line."""
    paths = [staged, *{Path(each.__file__).parents[1] for each in (np, onnxruntime)}]
    begin = f"import sys; sys.path[:0] = {[*map(str, paths)]!r}\n"

    def run_code(code, *arguments, given=""):
        # Without the module site no other skembed is found: none that is installed as editable.
        command = [sys.executable, "-I", "-S", "-W", "error", "-c", begin + code, *arguments]
        return run(command, given).splitlines()[-1]

    return run_code


LOADED = "\nprint(*{name.split('.')[0] for name in sys.modules})"


def test_it_loads_numpy_and_onnxruntime_only(run_staged, make, tmp_path):
    to_onnx(make("wide"), tmp_path / "model.onnx")
    code = """
import json
from skembed.serve import Predictor
predictor = Predictor(sys.argv[1])
found = predictor.predict_proba(["sunny, rainy word1"])[0].tolist()
print(json.dumps([found, sorted({name.split(".")[0] for name in sys.modules})]))
"""
    probabilities, loaded = json.loads(run_staged(code, tmp_path / "model.onnx"))
    expected = make("wide").predict_proba(["sunny, rainy word1"])[0]
    assert_allclose(probabilities, expected, rtol=0, atol=1e-5)
    by_onnxruntime = run_staged("import onnxruntime" + LOADED).split()
    assert set(loaded) - set(by_onnxruntime) - STANDARD == {"skembed"}


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("import skembed; skembed.CNNTextClassifier", "skembed.classifiers"),
        ("import skembed; skembed.load('model')", "skembed.persistence"),
        ("import skembed; skembed.data", "skembed.data"),
        ("from skembed import KerasTokenizer", "skembed.text._tokenizer"),
        ("from skembed.text import TextColumns", "skembed.text._text_columns"),
        ("from skembed.sentences import SentenceVectorizer", "skembed.sentences._vectorizer"),
        ("import skembed.inspection", "skembed.inspection"),
        ("from skembed import *", "skembed.classifiers"),
    ],
)
def test_what_is_left_out_says_where_it_is(run_staged, code, missing):
    tried = (
        f"try: exec({code!r})\n"
        "except ImportError as error: print(f'{type(error).__name__}: {error}')"
    )
    assert run_staged(tried) == MESSAGE.format(missing)


def test_other_names_are_missing_as_ever(run_staged):
    line = run_staged("import skembed; print(hasattr(skembed, 'Tokeniser'), skembed.__version__)")
    assert line == f"False {skembed.__version__}"
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'skembed\.classifier'$"):
        importlib.import_module("skembed.classifier")
