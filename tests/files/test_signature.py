"""What a file is called, made by the programs that write such files."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import sqlite3
import tarfile
import zipfile

import joblib
import numpy as np
import pytest

import skembed
from skembed.files import describe_bytes, describe_file, text_encoding

TEXT = b"sun 1 2\nmoon 3 4\n"


def tar(mode):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        archive.addfile(entry := tarfile.TarInfo("a.txt"), io.BytesIO(TEXT[: entry.size]))
    return packed.getvalue()


def zipped(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return packed.getvalue()


def written(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "description"),
    [
        (b"", "an empty file"),
        (TEXT, ""),
        (b"\n", ""),
        (gzip.compress(TEXT), "a gzip archive"),
        (gzip.compress(TEXT)[:-9], "a gzip archive"),
        (bz2.compress(TEXT), "a bzip2 archive"),
        (bz2.compress(b"", 1), "a bzip2 archive"),
        (lzma.compress(TEXT), "an xz archive"),
        (tar("w"), "a tar archive"),
        (tar("w:gz"), "a tar archive packed by gzip"),
        (tar("w:bz2"), "a tar archive packed by bzip2"),
        (tar("w:xz"), "a tar archive packed by xz"),
        (zipped(), "an empty zip archive"),
        (zipped("a.txt"), "a zip archive"),
        (zipped("a.txt")[:40], "a zip archive"),
        (zipped("config.json", "model.weights.h5"), "a Keras model"),
        (zipped("[Content_Types].xml"), "a Microsoft Office file"),
        (zipped("archive/data.pkl"), "a PyTorch file"),
        (written(lambda file: np.savez(file, a=[1])), "a NumPy archive of arrays"),
        (written(lambda file: np.save(file, [1])), "a NumPy array"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\1\0", "a RAR archive"),
        (b"\x28\xb5\x2f\xfd\x04", "a Zstandard archive"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"PAR1\x15\4", "a Parquet table"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\n",
         "a Git LFS pointer instead of the file itself"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<html>", "an HTML page"),
        (b"<!-- saved from url -->\n<HTML lang='en'>", "an HTML page"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b'{"a": 1}', "a JSON file"),
        (b'[\n  {"a": 1}]', "a JSON file"),
        (b"{ 0.5 0.25\n", ""),
        (b"[ 0.5 0.25\n", ""),
        (pickle.dumps({"a": 1}), "a pickle"),
        (pickle.dumps([1, 2], protocol=2), "a pickle"),
        (written(lambda file: joblib.dump(np.ones(3), file)), "a joblib pickle"),
        (written(lambda file: joblib.dump({"a": 1}, file, compress=3)),
         "zlib-compressed data, such as a joblib pickle"),
        (TEXT.decode().encode("utf-16"), "UTF-16 text"),
        (TEXT.decode().encode("utf-16-le"), "UTF-16 text"),
        (TEXT.decode().encode("utf-16-be"), "UTF-16 text"),
        (TEXT.decode().encode("utf-32"), "UTF-32 text"),
        (b"x 1 2\n", ""),
        (b"PAR1 1 2\nGIF8 1 2\n", ""),
        (b"BZh9 1 2\n", ""),
    ],
)  # fmt: skip
def test_files_are_named(tmp_path, content, description):
    (tmp_path / "file").write_bytes(content)
    assert describe_file(tmp_path / "file") == description


def test_files_of_other_programs(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as base:
        base.execute("create table a (b)")
    base.close()
    assert describe_file(tmp_path / "a.db") == "an SQLite database"
    assert describe_file(str(tmp_path)) == "a folder"
    with pytest.raises(FileNotFoundError, match="absent"):
        describe_file(tmp_path / "absent")


def test_files_of_skembed(tmp_path):
    skembed.save(skembed.KerasTokenizer().fit(["a b"]), tmp_path / "t.skembed")
    assert describe_file(tmp_path / "t.skembed") == "a skembed model file"
    text = json.dumps({"a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}).encode()
    (tmp_path / "other").write_bytes(len(text).to_bytes(8, "little") + text)
    assert describe_file(tmp_path / "other") == "a safetensors file"


def test_an_onnx_model(tmp_path):
    onnx = pytest.importorskip("onnx", reason="onnx is not installed (extra: onnx)")
    graph = onnx.helper.make_graph([], "empty", [], [])
    for model in (
        onnx.helper.make_model(graph),
        onnx.helper.make_model(graph, producer_name="skembed"),
    ):
        onnx.save(model, tmp_path / "model")
        assert describe_file(tmp_path / "model") == "an ONNX model"


@pytest.mark.parametrize("head", [TEXT, b"\0" * 64, b"a\0", b"2 1\nb \0\0\0\1", bytes(range(256))])
def test_what_is_not_utf_16(head):
    assert text_encoding(head) == "utf-8"
    assert describe_bytes(head) == ""
