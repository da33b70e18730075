"""Files and objects that are not word vectors: each is named, with the way out."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import re
import tarfile
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import requests

import skembed
from skembed.vectors import GloveVectorizer, WordVectors

WORDS = [f"w{i}" for i in range(200)]
TEXT = "".join(f"{word} {i}.5 -0.25\n" for i, word in enumerate(WORDS)).encode()
UNPACK = "Unpack the file you want and load that."
PASS = "Read its words and numbers yourself and pass WordVectors(words, matrix)."
KNOWN = "Known formats: GloVe text, word2vec text and binary, fastText .vec and .bin, gensim .kv."
NO_WORD = ", which is not a word and its numbers"
PASS_MATRIX = "Pass WordVectors(words, matrix), with one row for each word."
TABLE = "a table with commas or other marks between its columns"


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__slash__", "/").replace("__dot__", "."), content)
    return packed.getvalue()


def tar(mode):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(TEXT)
        archive.addfile(entry, io.BytesIO(TEXT))
    return packed.getvalue()


def written(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_files_are_read(load, write, pack):
    for content in (TEXT, b"200 2\n" + TEXT, TEXT.replace(b"\n", b"\r\n")):
        vectors = load(write(pack(content), "whatever.dat"))
        assert list(vectors.words) == WORDS
    whole = "expected a whole compressed file, found a damaged or truncated one"
    for damaged in (pack(TEXT)[:-20], pack(TEXT)[:100] + bytes(20) + pack(TEXT)[120:]):
        with pytest.raises(ValueError, match=rf"^packed: {whole}"):
            load(write(damaged, "packed"))


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_little_that_unpacks_to_much_is_refused(load, write, pack):
    with pytest.raises(ValueError, match="expected at most 100 times as much as the"):
        load(write(pack(b"word 1.5\n" * (3 * 10**6)), "bomb"))


@pytest.mark.parametrize("folder", ["", "glove/"])
def test_a_zip_archive_of_a_mac(load, tmp_path, folder):
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as archive:
        archive.writestr(f"{folder}glove.txt", TEXT)
        archive.writestr(f"{folder}.DS_Store", b"\0\0\0\1Bud1")
        archive.writestr(f"{folder}._glove.txt", b"\0\5\x16\7")
        archive.writestr(f"__MACOSX/{folder}._glove.txt", b"\0\5\x16\7")
    assert list(load(tmp_path / "mac.zip").words) == WORDS


@pytest.mark.parametrize(
    ("content", "description", "way_out"),
    [
        (tar("w"), "a tar archive", UNPACK),
        (tar("w:gz"), "a tar archive packed by gzip", UNPACK),
        (tar("w:bz2"), "a tar archive packed by bzip2", UNPACK),
        (tar("w:xz"), "a tar archive packed by xz", UNPACK),
        (zipped(a=tar("w")), "a tar archive inside a zip archive", UNPACK),
        (zipped(a=gzip.compress(TEXT)), "a gzip archive inside a zip archive", UNPACK),
        (zipped(), "an empty zip archive", UNPACK),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(99), "a 7-Zip archive", UNPACK),
        (b"Rar!\x1a\x07\1\0" + bytes(99), "a RAR archive", UNPACK),
        (b"\x28\xb5\x2f\xfd" + bytes(99), "a Zstandard archive", UNPACK),
        (lzma.compress(TEXT, lzma.FORMAT_ALONE), "an LZMA archive", UNPACK),
        (TEXT.decode().encode("utf-16"), "UTF-16 text", "Save it as UTF-8 text and load that."),
        (TEXT.decode().encode("utf-16-be"), "UTF-16 text", "Save it as UTF-8 text and load that."),
        (gzip.compress(TEXT.decode().encode("utf-16")), "UTF-16 text inside a gzip archive",
         "Save it as UTF-8 text and load that."),
        (b"<!DOCTYPE html>\n<html><head>\n<p>width 100 200\n" * 9, "an HTML page",
         "It may be a sign-in page or an error page: download the file again."),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 123\n",
         "a Git LFS pointer instead of the file itself",
         "Fetch the file itself with `git lfs pull`."),
        (written(lambda file: joblib.dump({"sun": np.ones(3)}, file)), "a joblib pickle", PASS),
        (written(lambda file: np.save(file, np.ones((3, 2)))), "a NumPy array", PASS),
        (written(lambda file: np.savez(file, a=[1])), "a NumPy archive of arrays", PASS),
        (b"PAR1\x15\4" + bytes(99), "a Parquet table", PASS),
        (b"SQLite format 3\0" + bytes(99), "an SQLite database", PASS),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "an HDF5 file", PASS),
        (zipped(**{"[Content_Types]__dot__xml": b"<a/>"}), "a Microsoft Office file", PASS),
        (json.dumps({"sun": [0.1, 0.2], "moon": [1, 2]}).encode(), "a JSON file", PASS),
        (b"word,x,y\n" + TEXT.replace(b" ", b","), TABLE, PASS),
        (TEXT.replace(b" ", b", "), TABLE, PASS),
        (TEXT.replace(b" ", b";").replace(b".", b","), TABLE, PASS),
        (TEXT.replace(b".", b","), TABLE, PASS),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture", KNOWN),
        (b"%PDF-1.7\n1 0 obj\n", "a PDF document", KNOWN),
        (bytes(5000), "bytes that are not text", KNOWN),
        (np.random.default_rng(0).bytes(5000), "bytes that are not text", KNOWN),
        (b"text,label\nhello,ham\n", "the line 'text,label'" + NO_WORD, KNOWN),
        (b"table,archive\nhello,ham\n", "the line 'table,archive'" + NO_WORD, KNOWN),
        (b"text,label\r\nhello,ham\r\n", "the line 'text,label'" + NO_WORD, KNOWN),
        (b"text\tlabel\nhello\tham\n", r"the line 'text\tlabel'" + NO_WORD, KNOWN),
        ("Grüße\u00a0aus\nKöln\n".encode(), r"the line 'Grüße\xa0aus'" + NO_WORD, KNOWN),
        ("Grüße aus Köln\nhello\n".encode("cp1252"), "bytes that are not text", KNOWN),
    ],
)  # fmt: skip
def test_files_of_other_kinds_are_named(load, write, content, description, way_out):
    path = write(content, "vectors")
    message = f"vectors: expected a file of word vectors, found {description}. {way_out}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)


def test_a_model_of_skembed_is_named(load, tmp_path):
    skembed.save(skembed.KerasTokenizer().fit(["a b"]), tmp_path / "model")
    message = "found a skembed model file. Open it with skembed.load."
    with pytest.raises(ValueError, match=f"{re.escape(message)}$"):
        load(tmp_path / "model")


def test_a_pickle_that_gensim_cannot_load(load, write):
    with pytest.raises(ValueError, match=rf"found a pickle that gensim .*\. {re.escape(PASS)}$"):
        load(write(pickle.dumps({"sun": [1, 2]}), "vectors"))


def test_lines_that_end_in_carriage_returns(load, write):
    message = "expected lines that end in a newline, found carriage returns alone"
    with pytest.raises(ValueError, match=message):
        load(write(TEXT.replace(b"\n", b"\r")))


def test_first_words_that_look_like_signatures(load, write):
    words = ["PAR1", "BZh9", "GIF89a", "{", "[", "x^", "%PDF-1", "<head>", "MM", "\x1f"]
    for word in words:
        vectors = load(write(f"{word} 0.5 1\n" + TEXT.decode(), f"file{words.index(word)}"))
        assert list(vectors.words) == [word, *WORDS]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_name_in_place_of_words_and_matrix(kind):
    message = (
        "WordVectors takes words and a matrix, got 'glove.6B.50d'. To load vectors by a name or a "
        "path, use WordVectors.load('glove.6B.50d')."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        WordVectors(kind("glove.6B.50d"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"sun": [1, 2]}, "dict. Pass WordVectors(list(source), list(source.values()))."),
        (np.ones((3, 2)), f"ndarray. {PASS_MATRIX}"),
        (pd.DataFrame({"a": [1]}), f"DataFrame. {PASS_MATRIX}"),
        (["sun", "moon"], f"list. {PASS_MATRIX}"),
        (None, "NoneType."),
    ],
)  # fmt: skip
def test_objects_of_other_types(load, source, message):
    got = "None" if source is None else "an object"
    start = (
        "source must be a catalogue name, a path, WordVectors or gensim KeyedVectors; got "
        f"{got} of type "
    )
    with pytest.raises(TypeError, match=f"^{re.escape(start + message)}$"):
        load(source)


def test_what_a_dict_is_told_works():
    source = {"sun": [1, 2], "moon": [3, 4]}
    vectors = WordVectors(list(source), list(source.values()))
    assert vectors["moon"].tolist() == [3, 4]


def test_a_home_folder_that_there_is_not(load, tmp_path):
    message = (
        "There is no home folder ~no_such_user. Give the whole path, or ./~no_such_user for a "
        "file that is called so."
    )
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(message)}$"):
        load("~no_such_user/vectors.txt")
    vectorizer = GloveVectorizer("~no_such_user/vectors.txt")
    skembed.save(vectorizer, tmp_path / "saved")  # asks which files the vectorizer reads
    assert skembed.load(tmp_path / "saved").embeddings == vectorizer.embeddings


@pytest.mark.parametrize(
    ("source", "way_out"),
    [
        ("s3://bucket/x.vec", "Download the file and pass its path."),
        ("file:///x.txt", "Download the file and pass its path."),
        (
            "https://nlp.stanford.edu/data/glove.6B.zip",
            "Call WordVectors.download('glove.6B.100d'), and load that name.",
        ),
        (
            "https://example.org/glove.840B.300d.zip",
            "Call WordVectors.download('glove.840B.300d'), and load that name.",
        ),
    ],
)
def test_addresses(load, source, way_out):
    message = f"{source!r} is an address. {way_out}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(source)


def test_paths_that_lead_nowhere(load, write, tmp_path, monkeypatch):
    write(TEXT, "vectors.txt")
    expected = f"Expected a file of word vectors at {tmp_path}"
    for wrong, found in {
        "vector.txt": "/vector.txt, found nothing. Did you mean 'vectors.txt'?",
        "other/x.vec": "/other/x.vec, found nothing.",
        "x.vec": "/x.vec, found nothing.",
        "": ", found a folder. Pass a file in it: vectors.txt.",
    }.items():
        with pytest.raises(FileNotFoundError, match=f"^{re.escape(expected + found)}$"):
            load(tmp_path / wrong)
    monkeypatch.chdir(tmp_path)
    message = "glove.6B.100d.txt, found nothing. Did you mean 'glove.6B.100d'"
    with pytest.raises(FileNotFoundError, match=re.escape(message)):
        load("glove.6B.100d.txt")


def test_names_of_another_case(load):
    message = (
        "'GLOVE.6b.50D' is neither a file nor a name in the catalogue. Did you mean 'glove.6B.50d'?"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load("GLOVE.6b.50D")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            requests.exceptions.ConnectionError(OSError("page long")),
            "the connection to nlp.stanford.edu failed",
        ),
        (requests.exceptions.SSLError(OSError("page long")), "the certificate of"),
        (requests.exceptions.ProxyError(OSError("page long")), "the proxy does not connect to"),
        (requests.exceptions.ConnectTimeout(OSError("page long")), "nlp.stanford.edu does not ans"),
        (requests.exceptions.HTTPError("503 Server Error"), "503 Server Error"),
    ],
)
def test_a_network_error_is_a_sentence(download, monkeypatch, error, reason):
    def fail(*args, **options):
        raise error

    monkeypatch.setattr("requests.get", fail)
    start = "glove.6B.100d could not be downloaded: "
    with pytest.raises(ConnectionError, match=f"^{re.escape(start + reason)}") as caught:
        download("glove.6B.100d")
    assert "page long" not in str(caught.value)
