"""Labels and probabilities at once: those of predict and predict_proba, from one reading."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, KerasTokenizer, serve, to_onnx
from skembed.classifiers import predict_both

TEXTS = ["good film", "bad film", "a good day", "a day of rain"] * 5
LABELS = ["fine", "foul", "fine", "fair"] * 5
SEVERAL = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 5)
SMALL = {"filters": 2, "embedding_dim": 2, "epochs": 1, "random_state": 0}


class Documents:
    """Texts that count how often they are read."""

    def __init__(self):
        self.n_readings = 0

    def __len__(self):
        return len(TEXTS)

    def __iter__(self):
        self.n_readings += 1
        return iter(TEXTS)


MODELS = {
    "classes": lambda: CNNTextClassifier(wide=True, **SMALL).fit(TEXTS, LABELS),
    "tuned": lambda: CNNTextClassifier(decision="tuned", **SMALL).fit(TEXTS, LABELS),
    "several labels": lambda: CNNTextClassifier(**SMALL).fit(TEXTS, SEVERAL),
    "pipeline": lambda: make_pipeline(KerasTokenizer(), CNNTextClassifier(**SMALL)).fit(
        TEXTS, LABELS
    ),
    "alone in a pipeline": lambda: make_pipeline(CNNTextClassifier(**SMALL)).fit(TEXTS, LABELS),
    "another classifier": lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(
        TEXTS, LABELS
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_both_are_those_of_the_two_methods(name):
    model, documents = MODELS[name](), Documents()
    labels, probabilities = predict_both(model, documents)
    np.testing.assert_array_equal(labels, model.predict(TEXTS))
    np.testing.assert_array_equal(probabilities, model.predict_proba(TEXTS))
    assert documents.n_readings == 1


@pytest.mark.parametrize("name", ["classes", "tuned", "several labels"])
def test_both_of_an_exported_model(name, tmp_path):
    pytest.importorskip("onnx", reason="onnx is not installed (extra: onnx)")
    to_onnx(MODELS[name](), tmp_path / "m.onnx")
    predictor, documents = serve.Predictor(tmp_path / "m.onnx"), Documents()
    labels, probabilities = serve.predict_both(predictor, documents)
    np.testing.assert_array_equal(labels, predictor.predict(TEXTS))
    np.testing.assert_array_equal(probabilities, predictor.predict_proba(TEXTS))
    assert documents.n_readings == 1
