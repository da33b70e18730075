"""Metadata of earlier versions mean what they meant; those of newer ones are not guessed at."""

import json
import re

import onnx
import pytest
from numpy.testing import assert_array_equal

from skembed import __version__, save, to_onnx
from skembed.serve import Predictor


@pytest.fixture
def told(make, tmp_path):
    """Export a classifier, change what its metadata say, and return the path."""

    def change_and_write(name, change):
        path = tmp_path / "model.onnx"
        to_onnx(make(name), path)
        model = onnx.load(path)
        facts = json.loads(model.metadata_props[0].value)
        change(facts)
        onnx.helper.set_model_props(model, {"skembed": json.dumps(facts)})
        onnx.save_model(model, path)
        return path

    return change_and_write


@pytest.mark.parametrize("entry", ["skembed", "thresholds"])
def test_an_entry_that_is_not_there(entry, told, make):
    texts = ["word1, word2", "sunny"]
    path = told("texts", lambda facts: facts.pop(entry))
    assert Predictor(path).predict(texts).tolist() == make("texts").predict(texts).tolist()


@pytest.mark.parametrize("entry", ["char_level", "max_length", "tokenizer", "truncating"])
def test_a_rule_that_is_not_there(entry, told, make, tmp_path):
    texts = ["word1 word2", "sunny"]
    before = told("padded", lambda facts: None)
    expected = Predictor(before).predict_proba(texts)
    path = told("padded", lambda facts: facts["tokenizer"].pop(entry))
    assert_array_equal(Predictor(path).predict_proba(texts), expected)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda facts: facts.update(warmth=1), "it says warmth"),
        (lambda facts: facts["tokenizer"].update(stems=True), "it says stems"),
        (
            lambda facts: facts.update(format=5),
            "its format is 5, and this skembed reads formats up to 4",
        ),
    ],
)
@pytest.mark.parametrize(
    ("version", "writer"), [("9.1", "skembed 9.1, which is newer"), ("", "a skembed newer")]
)
def test_what_a_newer_version_added(change, reason, version, writer, told):
    path = told("texts", lambda facts: (change(facts), facts.update(skembed=version)))
    message = (
        f"{path} was written by {writer} than this skembed {__version__}: {reason}. Update it: "
        'pip install --upgrade "skembed".'
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Predictor(path)


def test_a_saved_model(make, tmp_path):
    path = tmp_path / "model.skembed"
    save(make("texts"), path)
    message = f"{path} is a skembed file, not an ONNX model; skembed.load opens it."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Predictor(path)


def test_a_folder(tmp_path):
    message = f"{tmp_path} is a folder. Give the path of the file that skembed.to_onnx wrote."
    with pytest.raises(IsADirectoryError, match=f"^{re.escape(message)}$"):
        Predictor(tmp_path)


def test_the_home_folder(monkeypatch, make, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # of Windows
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    to_onnx(make("texts"), "~/model.onnx")
    assert (tmp_path / "model.onnx").is_file()
    assert Predictor("~/model.onnx").classes_.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize("path", [None, 3, b"model.onnx"])
def test_what_is_no_path(path, make):
    for use in (Predictor, lambda target: to_onnx(make("texts"), target)):
        with pytest.raises(TypeError, match="path must be a str or a path-like object; got"):
            use(path)
