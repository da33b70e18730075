"""What is served is what the classifier says."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

import skembed
from skembed import CNNTextClassifier, KerasTokenizer, TokenSequences, to_onnx
from skembed.serve import Predictor
from skembed.serve._predictor import MAX_STEPS, batches, n_cores


def test_probabilities_and_labels_are_the_classifier_s(both, texts):
    estimator, predictor = both
    assert_array_equal(predictor.classes_, estimator.classes_)
    probabilities = predictor.predict_proba(texts)
    assert_allclose(probabilities, estimator.predict_proba(texts), rtol=0, atol=1e-5)
    assert_array_equal(predictor.predict(texts), estimator.predict(texts))


def test_one_document_gets_what_it_gets_among_others(both, texts):
    _, predictor = both
    together = predictor.predict_proba(texts)
    for i in (0, 41, -1, -4, -6):
        alone = predictor.predict_proba([texts[i]])
        assert_allclose(alone, together[i][None], rtol=0, atol=1e-6)


def test_no_documents(both):
    estimator, predictor = both
    assert predictor.predict_proba([]).shape == (0, len(estimator.classes_))
    assert len(predictor.predict([])) == 0


def test_documents_are_checked(export):
    with pytest.raises(TypeError, match="X must be a collection of documents, got one str"):
        export("texts").predict("one text")
    with pytest.raises(TypeError, match=r"X\[1\] is None"):
        export("texts").predict_proba(["a", None])


def test_batches_are_of_similar_length_and_bounded_size():
    lengths = np.array([5, MAX_STEPS + 1, 3, MAX_STEPS // 2, 4])
    found = batches(lengths)
    assert [rows.tolist() for rows in found] == [[2, 4, 0], [3], [1]]
    assert batches(np.zeros(0, dtype=np.int64)) == []
    many = np.random.default_rng(0).integers(1, 900, 3000)
    parts = batches(many)
    assert sorted(np.concatenate(parts)) == list(range(3000))
    assert max(len(rows) * many[rows].max() for rows in parts) <= MAX_STEPS


@pytest.mark.parametrize(
    ("told", "expected"), [("1", 1), ("3", 3), *((x, None) for x in ("", "0", "all"))]
)
def test_threads_are_those_that_the_process_is_told(monkeypatch, told, expected):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    otherwise = n_cores()
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert n_cores() == (expected or otherwise)


def test_several_threads_at_once(export, texts):
    predictor = export("wide")
    expected = predictor.predict_proba(texts)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(predictor.predict_proba, [texts] * 40):
            assert_allclose(found, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("rules", [{"max_length": 2}, {"extra_words": ["unheard"]}])
def test_words_that_were_always_cut_off_are_unknown(rules, tmp_path):
    tokenizer = KerasTokenizer(output="padded", truncating="post", **rules)
    classifier = CNNTextClassifier(filters=2, kernel_sizes=(1,), epochs=1, random_state=0)
    pipeline = make_pipeline(tokenizer, classifier)
    pipeline.fit(["a b c rare", "a b d other"] * 5, [0, 1] * 5)
    to_onnx(pipeline, tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    found = predictor.predict_proba(["unheard", "never", "other"])
    assert_allclose(found[0], found[1], rtol=1e-6)


def test_a_tokenizer_that_was_fitted_again(tmp_path):
    pipeline = make_pipeline(KerasTokenizer(), CNNTextClassifier(filters=2, epochs=1))
    pipeline.fit(["a b", "c d"] * 5, [0, 1] * 5)
    pipeline[0].partial_fit(["e e e e"])
    with pytest.raises(ValueError, match="The tokenizer was fitted again after the classifier"):
        to_onnx(pipeline, tmp_path / "model.onnx")


def test_files_of_others(tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(FileNotFoundError, match="There is no file"):
        Predictor(path)
    path.write_bytes(b"no model")
    with pytest.raises(ValueError, match=r"model\.onnx is a text file, not an ONNX model; skembed"):
        Predictor(path)
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    x, y = (onnx.helper.make_tensor_value_info(n, 1, [1]) for n in "xy")
    model = onnx.helper.make_model(
        onnx.helper.make_graph([node], "other", [x], [y]),
        opset_imports=[onnx.helper.make_opsetid("", 20)],
        ir_version=9,
    )
    onnx.save_model(model, path)
    with pytest.raises(
        ValueError,
        match=re.escape("is an ONNX model that skembed.to_onnx did not write. Open it with onn"),
    ):
        Predictor(path)
    onnx.helper.set_model_props(model, {"skembed": json.dumps({"format": 4})})
    onnx.save_model(model, path)
    with pytest.raises(ValueError, match="its format is 4, and this skembed reads formats up to 3"):
        Predictor(path)


def test_a_classifier_of_ids_has_no_tokenizer(tmp_path):
    sequences = TokenSequences([2, 3, 2], [0, 2, 3])
    classifier = CNNTextClassifier(filters=2, epochs=1, kernel_sizes=(1,)).fit(sequences, [0, 1])
    to_onnx(classifier, tmp_path / "model.onnx")
    with pytest.raises(
        ValueError, match="holds no tokenizer, because the classifier was fitted on"
    ):
        Predictor(tmp_path / "model.onnx")


BLOCKED = ["tensorflow", "keras", "gensim", "sklearn", "scipy", "pandas", "onnx", "joblib", "skops"]


def test_it_needs_numpy_and_onnxruntime_only(make, tmp_path, texts):
    path = tmp_path / "model.onnx"
    to_onnx(make("wide"), path)
    code = f"""
import sys
for name in {BLOCKED!r}:
    sys.modules[name] = None  # importing it fails
from skembed.serve import Predictor
print(Predictor({str(path)!r}).predict_proba(["sunny, rainy word1"])[0].tolist())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(skembed.__file__).parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = make("wide").predict_proba(["sunny, rainy word1"])[0]
    assert_allclose(json.loads(done.stdout), expected, rtol=0, atol=1e-5)


ENVIRONMENT = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")


@pytest.mark.soak
def test_in_an_environment_of_its_own_of_less_than_150_mb(make, tmp_path):
    """Installs NumPy and onnxruntime from a package index, and skembed alone."""
    path, folder = tmp_path / "model.onnx", tmp_path / "env"
    to_onnx(make("wide"), path)
    subprocess.run([sys.executable, "-m", "venv", folder, "--without-pip"], check=True)
    site = next((folder / "lib").glob("python3*/site-packages"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", site]
    subprocess.run([*pip, "onnxruntime"], check=True)
    subprocess.run([*pip, "--no-deps", str(Path(skembed.__file__).parents[1])], check=True)
    code = (
        "import json, sys; from skembed.serve import Predictor; "
        "predictor = Predictor(sys.argv[1]); "
        "print(json.dumps(predictor.predict_proba(['sunny, rainy word1'])[0].tolist())); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'tensorflow', 'sklearn'}))"
    )
    done = subprocess.run(
        [folder / "bin" / "python", "-W", "error", "-c", code, path],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k not in ENVIRONMENT},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    probabilities, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    n_bytes = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    assert n_bytes < 150e6  # with the byte code of what was imported
    expected = make("wide").predict_proba(["sunny, rainy word1"])[0]
    assert_allclose(json.loads(probabilities), expected, rtol=0, atol=1e-5)
