"""ONNX files whose metadata `to_onnx` has not written are refused when they are opened.

Most were found by fuzzing; see `tests/fuzz/README.md`.
"""

import base64
import io
import json
import tracemalloc
import zipfile

import numpy as np
import onnx
import pytest

from skembed import to_onnx
from skembed.serve import Predictor

FOREIGN = "holds metadata that skembed.to_onnx does not write: "
NO_FIT = "holds a network and metadata that do not fit together: "


@pytest.fixture
def spoil(make, tmp_path):
    """Export a classifier, change its facts or the texts that they are in, return the path."""

    def change_and_write(name, change=None, **texts):
        path = tmp_path / "model.onnx"
        to_onnx(make(name), path)
        model = onnx.load(path)
        told = {entry.key: entry.value for entry in model.metadata_props}
        facts = json.loads(told["skembed"])
        if change is not None:
            change(facts)
        told |= {"skembed": json.dumps(facts)} | texts
        onnx.helper.set_model_props(model, told)
        onnx.save_model(model, path)
        return path

    return change_and_write


def refuse(path, message):
    with pytest.raises(ValueError, match=message) as caught:
        Predictor(path)
    assert str(path) in str(caught.value)


def test_what_is_no_onnx_file(tmp_path):
    for content in (b"", b"no model", b"\x08\x0a"):
        path = tmp_path / "model.onnx"
        path.write_bytes(content)
        refuse(
            path,
            r"model\.onnx is (an empty file|a text file|not an ONNX model, or it is tr)",
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[" * 100_000, "RecursionError"),
        ("[]", "TypeError"),
        ("7", "TypeError"),
        ("{}", r"KeyError\('format'\)"),
        ('{"format": null}', "format is of type NoneType, not int"),
        ('{"format": true}', "format is of type bool, not int"),
        ('{"format": 1}', r"KeyError\('tokenizer'\)"),
        ('{"format": 1, "tokenizer": 3}', "AttributeError"),
        ('{"format": 1, "tokenizer": ' + "9" * 5000 + "}", "Exceeds the limit"),
    ],
)
def test_text_that_is_no_description(spoil, text, message):
    refuse(spoil("texts", skembed=text), f"{FOREIGN}.*{message}.* Export the classifier again")


def put(name, value):
    """Return a change of a fact, or of a rule of the tokenizer."""

    def change(facts):
        place = facts if name in facts else facts["tokenizer"]
        assert name in place
        place[name] = value

    return change


def add(name, value):
    """Return a change that gives the tokenizer a rule."""
    return lambda facts: facts["tokenizer"].update({name: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("labels", None), "labels is of type NoneType, not list"),
        (put("labels", []), "labels"),
        (put("labels", [["a"], ["b"], ["c"]]), "labels are of several types"),
        (put("labels", ["a", 1, True]), "labels are of several types"),
        (put("labels", [1, 2, 10**30]), "labels are not strings or numbers"),
        (put("multilabel", 1), "multilabel is of type int, not bool"),
        (put("cuts", [0.5]), "cuts and labels differ in number"),
        (put("cuts", [0.5, 0.5, float("inf")]), "a cut is not finite"),
        (put("cuts", ["a", "b", "c"]), "cuts"),
        (put("thresholds", 0.5), "thresholds"),
        (put("thresholds", [0.5]), "thresholds and labels differ in number"),
        (put("thresholds", [0.5, 0.5, float("nan")]), "a threshold is out of range"),
        (put("thresholds", [0.5, 0.5, -1]), "a threshold is out of range"),
        (put("thresholds", ["a", "b", "c"]), "thresholds"),
        (put("words", "abc"), "words is of type str, not list"),
        (put("words", ["a", 1]), "a word is not a string"),
        (put("words", [["a"]]), "unhashable"),
        (put("words", ["a", "a"]), "a word is repeated"),
        (put("lowercase", None), "lowercase is of type NoneType, not bool"),
        (put("filters", None), "filters is of type NoneType, not str"),
        (put("split", ""), "split is empty"),
        (put("split", 1), "split is of type int, not str"),
        (put("char_level", "x"), "char_level is of type str, not bool"),
        (lambda facts: put("tokenizer", "os.system")(facts["tokenizer"]), "no such tokenizer"),
        (add("pieces", 3), "pieces is of type int, not str"),
        (add("pieces", "{}"), "a tokenizer is damaged"),
        (put("truncating", "middle"), "truncating is neither"),
        (put("max_length", 0), "max_length is not positive"),
        (put("max_length", "5"), "max_length is of type str, not int"),
        (lambda facts: facts["tokenizer"].pop("words"), r"KeyError\('words'\)"),
        (lambda facts: facts.pop("multilabel"), r"KeyError\('multilabel'\)"),
    ],
)
def test_facts_that_are_none(spoil, change, message):
    refuse(spoil("texts", change), FOREIGN + f".*{message}")


def test_a_threshold_of_several_labels_is_a_probability(spoil):
    refuse(spoil("labels", put("thresholds", [0.5, 1.5, 0.5])), "a threshold is out of range")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("labels", ["a", "b"]), "2 labels for 3 outputs"),
        (put("labels", [*"abcd"]), "4 labels for 3 outputs"),
    ],
)
def test_facts_of_another_network(spoil, change, message):
    refuse(spoil("texts", change), NO_FIT + f".*{message}")


def test_words_that_the_network_has_no_rows_for_are_unknown(spoil):
    path = spoil("texts", lambda facts: facts["tokenizer"]["words"].append("more"))
    found = Predictor(path).predict_proba(["more", "unseen"])
    assert found[0].tolist() == found[1].tolist()


def tables_of(make, tmp_path):
    to_onnx(make("wide"), tmp_path / "whole.onnx")
    model = onnx.load(tmp_path / "whole.onnx")
    (text,) = (one.value for one in model.metadata_props if one.key == "skembed.bags")
    with np.load(io.BytesIO(base64.b64decode(text))) as tables:
        return dict(tables)


def packed(tables):
    file = io.BytesIO()
    np.savez_compressed(file, **tables)
    return file.getvalue()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("idf"), "not the right arrays"),
        (lambda t: t.update(more=t["idf"]), "not the right arrays"),
        (lambda t: t.update(idf=t["idf"].astype("f8")), "not the right arrays"),
        (lambda t: t.update(pairs=t["pairs"][:, None]), "not the right arrays"),
        (lambda t: t.update(n_words=t["n_words"][None]), "not the right arrays"),
        (lambda t: t.update(n_words=-t["n_words"]), "do not fit together"),
        (lambda t: t.update(n_words=10 * t["n_words"]), "do not fit together"),
        (lambda t: t.update(parts_ends=t["parts_ends"][:5]), "do not fit together"),
        (lambda t: t.update(parts_ends=t["parts_ends"][::-1].copy()), "do not fit together"),
        (lambda t: t.update(parts_ends=t["parts_ends"] + 1), "do not fit together"),
        (lambda t: t.update(parts_columns=t["parts_columns"] + 10**6), "do not fit together"),
        (lambda t: t.update(parts_columns=t["parts_columns"] - 10**6), "do not fit together"),
        (lambda t: t.update(parts_counts=t["parts_counts"][1:]), "do not fit together"),
        (lambda t: t.update(parts_counts=t["parts_counts"] * np.nan), "do not fit together"),
        (lambda t: t.update(idf=t["idf"][:0]), "do not fit together"),
        (lambda t: t.update(idf=t["idf"] * 0), "do not fit together"),
    ],
)
def test_tables_that_do_not_fit(make, spoil, tmp_path, change, message):
    tables = tables_of(make, tmp_path)
    change(tables)
    bags = base64.b64encode(packed(tables)).decode()
    refuse(spoil("wide", **{"skembed.bags": bags}), f"{FOREIGN}tables of words .*{message}")


def test_tables_of_another_network(make, spoil, tmp_path):
    tables = tables_of(make, tmp_path)
    tables["idf"] = np.append(tables["idf"], np.float32(1))
    bags = base64.b64encode(packed(tables)).decode()
    refuse(spoil("wide", **{"skembed.bags": bags}), NO_FIT)
    refuse(spoil("texts", **{"skembed.bags": bags}), f"{NO_FIT}|{FOREIGN}")


def npz(name, content, kind=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def array_of(shape, content=b"", descr="<f4", version=b"\x01\x00"):
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header + content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        packed({"idf": np.ones(9)})[:-30],
        packed({"idf": np.ones(9)}).replace(b"idf.npy", b"abc.npy", 1),
        npz("idf.npy", b""),
        npz("idf.npy", b"no array"),
        npz("idf.npy", array_of((10**15,))),
        npz("idf.npy", array_of((-1,))),
        npz("idf.npy", array_of((0, 10**15))),
        npz("idf.npy", array_of((1,), bytes(8), "|O")),
        npz("idf.npy", array_of((1,), bytes(4), version=b"\x09\x00")),
        npz("idf.npy", array_of((10**8,), bytes(4 * 10**7))),
        npz("idf.npy", b"", zipfile.ZIP_LZMA),
    ],
)
def test_tables_that_cannot_be_unpacked(spoil, content):
    path = spoil("wide", **{"skembed.bags": base64.b64encode(content).decode()})
    tracemalloc.start()
    refuse(path, FOREIGN)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6 + 10 * path.stat().st_size


def test_text_that_is_not_in_base64(spoil):
    for text in ("***", "é", "AAA"):
        refuse(spoil("wide", **{"skembed.bags": text}), FOREIGN)
