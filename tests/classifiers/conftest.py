"""A small corpus, small networks, and what every test compares."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import skembed
from skembed import CNNTextClassifier, LSTMTextClassifier, WordVectors
from skembed.classifiers import _fit, fitted_model
from tests.small import TELLING, make_telling_texts


@pytest.fixture(scope="session")
def texts():
    """Forty documents of 1 to 12 words; each has one telling word, the rest are common."""
    return make_telling_texts()


@pytest.fixture(scope="session")
def labels():
    return ["fine", "foul"] * 20


@pytest.fixture(scope="session")
def three():
    """Labels of three classes, unrelated to the texts."""
    return np.arange(40) % 3


@pytest.fixture(scope="session")
def indicators():
    """Multi-label targets: fine, foul, and one unrelated label."""
    return np.array([[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]] * 10)


@pytest.fixture(scope="session")
def vectors():
    """Two-dimensional vectors of all words but "of"."""
    words = [*TELLING[0], *TELLING[1], "and", "the", "on", "in"]
    rng = np.random.default_rng(1)
    matrix = rng.normal(0, 0.2, (14, 2))
    matrix[:10] += np.repeat([[1, 0], [0, 1]], 5, axis=0)
    return WordVectors(words, matrix.astype(np.float32))


@pytest.fixture(scope="session")
def cnn():
    """Make a CNN as small as can be."""
    defaults = dict(
        filters=4, kernel_sizes=(2,), embedding_dim=4, dense_dropout=0.0, epochs=3, batch_size=16,
        random_state=0,
    )  # fmt: skip
    return lambda **parameters: CNNTextClassifier(**{**defaults, **parameters})


@pytest.fixture(scope="session")
def lstm():
    """Make an LSTM as small as can be."""
    defaults = dict(
        units=3, bidirectional=False, pooling="last", embedding_dim=4, epochs=3, batch_size=16,
        random_state=0,
    )  # fmt: skip
    return lambda **parameters: LSTMTextClassifier(**{**defaults, **parameters})


@pytest.fixture(scope="session")
def fitted(cnn, texts, labels):
    """A fitted CNN that nobody may refit."""
    return cnn().fit(texts, labels)


@pytest.fixture(scope="session")
def weights_of():
    """Return what gives the weights of a classifier's network, by their names."""
    return lambda classifier: fitted_model(classifier, "the test").state.weights


@pytest.fixture(scope="session")
def change_state():
    """Return what changes fields of the state of a classifier's network."""

    def change(classifier, **changes):
        model = fitted_model(classifier, "the test")
        classifier._model = replace(model, state=replace(model.state, **changes))
        return classifier

    return change


@pytest.fixture(scope="session")
def assert_same_fit(weights_of):
    def check(a, b):
        assert list(weights_of(a)) == list(weights_of(b))
        for name, value in weights_of(a).items():
            np.testing.assert_array_equal(value, weights_of(b)[name], err_msg=name)

    return check


@pytest.fixture
def no_training(monkeypatch):
    """Make any training a failure of the test."""

    def train(*_, **__):
        raise AssertionError("the training has begun")

    monkeypatch.setattr(_fit, "train", train)


@pytest.fixture(scope="session")
def run_python():
    """Run code in a fresh process with warnings as errors; return what it printed."""

    def run(code):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            capture_output=True,
            text=True,
            cwd=Path(skembed.__file__).parents[1],
            env={k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
