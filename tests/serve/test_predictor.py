"""What is served is what the classifier says."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

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
    onnx.helper.set_model_props(model, {"skembed": json.dumps({"format": 5})})
    onnx.save_model(model, path)
    with pytest.raises(ValueError, match="its format is 5, and this skembed reads formats up to 4"):
        Predictor(path)


def test_a_classifier_of_ids_has_no_tokenizer(tmp_path):
    sequences = TokenSequences([2, 3, 2], [0, 2, 3])
    classifier = CNNTextClassifier(filters=2, epochs=1, kernel_sizes=(1,)).fit(sequences, [0, 1])
    to_onnx(classifier, tmp_path / "model.onnx")
    with pytest.raises(
        ValueError, match="holds no tokenizer, because the classifier was fitted on"
    ):
        Predictor(tmp_path / "model.onnx")
