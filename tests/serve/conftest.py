"""Classifiers of every kind of input, exported, beside themselves."""

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    WordVectors,
    to_onnx,
)
from skembed.serve import Predictor

RNG = np.random.default_rng(0)
WORDS = [f"word{i}" for i in range(40)] + ["sunny", "sunshine", "rain", "rainy"]
TEXTS = [", ".join(RNG.choice(WORDS, RNG.integers(1, 25))) for _ in range(80)]
LABELS = ["a", "b", "c", "b"] * 20
INDICATORS = np.array([[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 1]] * 20)
VECTORS = WordVectors(WORDS, RNG.normal(size=(44, 5)).astype(np.float32))
SMALL = dict(embedding_dim=5, epochs=2, random_state=0, batch_size=32)


def lstm(**parameters):
    return LSTMTextClassifier(**{"units": 6, **SMALL, **parameters})


def cnn(**parameters):
    return CNNTextClassifier(**{"filters": 7, **SMALL, **parameters})


MAKERS = {
    "texts": lambda: lstm(wide=False).fit(TEXTS, LABELS),
    "wide": lambda: cnn(wide=True).fit(TEXTS, LABELS),
    "wide, given vectors": lambda: lstm(wide=True, embeddings=VECTORS).fit(TEXTS, LABELS),
    "wide, one word": lambda: cnn(wide=True, kernel_sizes=(1,)).fit(["a", "b"] * 5, [0, 1] * 5),
    "tuned": lambda: cnn(decision="tuned").fit(TEXTS, LABELS),
    "labels": lambda: cnn(wide=True).fit(TEXTS, INDICATORS),
    "labels, tuned": lambda: cnn(decision="tuned").fit(TEXTS, INDICATORS),
    "numbers": lambda: cnn().fit(TEXTS, [3, 1, 2, 1] * 20),
    "booleans": lambda: cnn().fit(TEXTS, [True, False] * 40),
    "pipeline": lambda: make_pipeline(
        KerasTokenizer(12, max_length=5, truncating="post", tokenizer="glove"), cnn(wide=True)
    ).fit(TEXTS, LABELS),
    "padded": lambda: make_pipeline(KerasTokenizer(output="padded"), lstm(wide=False)).fit(
        TEXTS, LABELS
    ),
    "characters": lambda: make_pipeline(KerasTokenizer(char_level=True), cnn()).fit(TEXTS, LABELS),
    "vectorizer": lambda: make_pipeline(GloveVectorizer(VECTORS, output="sequences"), cnn()).fit(
        TEXTS, LABELS
    ),
}


@pytest.fixture(scope="session")
def make():
    """Return a fitted estimator by its name, the same one each time."""
    return cache(lambda name: MAKERS[name]())


@pytest.fixture(scope="session")
def export(make, tmp_path_factory):
    """Return the Predictor of a fitted estimator by its name."""

    @cache
    def exported(name):
        path = tmp_path_factory.mktemp("onnx") / "model.onnx"
        to_onnx(make(name), path)
        return Predictor(path)

    return exported


@pytest.fixture(params=MAKERS)
def both(request, make, export):
    """Each estimator with its predictor."""
    return make(request.param), export(request.param)


@pytest.fixture(scope="session")
def texts():
    """The training texts, and some with new words, and without any."""
    return [
        *TEXTS,
        "",
        " ",
        "nothing known",
        "word1",
        "WORD2. Sunniest! word3",
        "日本 word4 \ud800",
    ]


@pytest.fixture(scope="session")
def stage():
    """The module that stages the distribution `skembed-serve`."""
    path = Path(__file__).resolve().parents[2] / "packaging" / "serve" / "stage.py"
    spec = importlib.util.spec_from_file_location("stage", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def staged(stage, tmp_path_factory):
    """A folder with all that the distribution is built of."""
    folder = tmp_path_factory.mktemp("staged") / "skembed-serve"
    stage.stage(folder)
    return folder
