"""What a type checker tells users of the package."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import skembed

PROGRAM = """
from skembed import (
    CNNTextClassifier, GloveVectorizer, KerasTokenizer, LSTMTextRegressor, WordVectors, compare
)
from skembed.serve import Predictor

texts, labels = ["sun"], [1]
reveal_type(CNNTextClassifier().fit(texts, labels))
reveal_type(CNNTextClassifier().partial_fit(texts, labels))
reveal_type(CNNTextClassifier().fit(texts, labels).predict(texts))
reveal_type(CNNTextClassifier().predict_proba(texts))
reveal_type(CNNTextClassifier().set_params(epochs=2))
reveal_type(LSTMTextRegressor().fit(texts, labels).score(texts, labels))
reveal_type(KerasTokenizer().fit(texts))
reveal_type(GloveVectorizer().fit(texts))
reveal_type(WordVectors.load("glove.6B.50d"))
reveal_type(WordVectors.download("glove.6B.50d"))
reveal_type(compare([CNNTextClassifier()], texts, labels))
reveal_type(Predictor("model.onnx").predict(texts))
"""
REVEALED = [
    *("CNNTextClassifier", "CNNTextClassifier", "ndarray", "ndarray", "CNNTextClassifier"),
    *("float", "KerasTokenizer", "GloveVectorizer", "WordVectors", "WordVectors", "Comparison"),
    "ndarray",
]


@pytest.mark.slow
def test_a_type_checker_knows_what_methods_return(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    options = ["--follow-imports=silent", "--ignore-missing-imports", "--cache-dir=cache"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "program.py"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"MYPYPATH": str(Path(skembed.__file__).parents[1])},
    )  # fmt: skip
    found = re.findall(r'Revealed type is "(?:[\w.]*\.)?(\w+)', done.stdout)
    assert found == REVEALED, done.stdout + done.stderr
