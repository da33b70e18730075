"""What is no skembed file is called by its name, with what opens it."""

import gzip
import pickle
import re

import joblib
import numpy as np
import pytest
import skops.io
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression

from skembed import load, to_onnx
from skembed.serve import Predictor

OTHER = "skembed.load opens only what skembed.save wrote."


def write_keras(path, make):
    make("cnn").network_.save(path.with_suffix(".keras"))
    path.with_suffix(".keras").rename(path)


def write_weights(path, make):
    make("cnn").network_.save_weights(path.with_name("a.weights.h5"))
    path.with_name("a.weights.h5").rename(path)


def write_gzip(path, make):
    with gzip.open(path, "wb") as file:
        file.write(b"anything")


PICKLES = "opens it and runs the code in it: open only your own."
FILES = {
    "joblib": (
        lambda path, make: joblib.dump({"a": np.zeros(300)}, path),
        f"a joblib pickle, not a skembed file; joblib.load {PICKLES}",
    ),
    "compressed joblib": (
        lambda path, make: joblib.dump({"a": np.zeros(300)}, path, compress=("zlib", 3)),
        "zlib-compressed data, such as a joblib pickle, not a skembed file; if it is a pickle, "
        f"joblib.load {PICKLES}",
    ),
    "pickle": (
        lambda path, make: path.write_bytes(pickle.dumps(LogisticRegression())),
        f"a pickle, not a skembed file; joblib.load or pickle.load {PICKLES}",
    ),
    "picture": (
        lambda path, make: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40)),
        f"a PNG picture, not a skembed file; {OTHER}",
    ),
    "onnx": (
        lambda path, make: to_onnx(make("cnn"), path),
        "an ONNX model, not a skembed file; skembed.serve.Predictor opens it if skembed.to_onnx "
        "wrote it.",
    ),
    "gzip": (write_gzip, f"a gzip archive, not a skembed file; unpack it first, as {OTHER}"),
    "page": (
        lambda path, make: path.write_text("<!DOCTYPE html><html><body>404</body></html>"),
        f"an HTML page, not a skembed file; {OTHER}",
    ),
    "keras": (
        write_keras,
        "a Keras model, not a skembed file; keras.saving.load_model opens it.",
    ),
    "weights": (
        write_weights,
        "an HDF5 file, not a skembed file; keras.saving.load_model opens it if Keras wrote it.",
    ),
    "safetensors": (
        lambda path, make: save_file({"a": np.zeros(3)}, path),
        "a safetensors file, not a skembed file; safetensors.numpy.load_file opens it.",
    ),
    "skops": (
        lambda path, make: skops.io.dump(LogisticRegression(), path),
        "a skops file, not a skembed file; skops.io.load opens it.",
    ),
    "table": (
        lambda path, make: path.write_text("text,label\nsun,fine\n"),
        f"a text file, not a skembed file; {OTHER}",
    ),
    "nothing": (
        lambda path, make: path.write_bytes(b""),
        f"an empty file, not a skembed file; {OTHER}",
    ),
}


@pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
)
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind(name, make, path):
    write, said = FILES[name]
    write(path, make)
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        load(path)
    assert str(caught.value) == f"{path} is {said}"
    if name == "onnx":
        return
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        Predictor(path)
    said = said.replace("a skembed file; ", "an ONNX model; ").replace(
        OTHER, "skembed.serve.Predictor opens only what skembed.to_onnx wrote."
    )
    assert str(caught.value) == f"{path} is {said}"
