"""Classifiers that learn forty documents well enough to be scored."""

import pytest
from sklearn.base import clone, is_classifier

from tests.small import CASES, LABELS, TEXTS, TOKENIZER, VECTORS, Case


@pytest.fixture(
    scope="session", params=[name for name, template in CASES.items() if is_classifier(template)]
)
def classifier_case(request):
    """Return each classifier of the table, pipelines that end in one included."""
    return Case(CASES[request.param])


@pytest.fixture
def texts():
    """Return forty short documents."""
    return list(TEXTS)


@pytest.fixture
def labels():
    """Return their labels."""
    return list(LABELS)


@pytest.fixture(scope="session")
def vectors():
    """Return vectors of the corpus's six words."""
    return VECTORS


@pytest.fixture
def tokenizer():
    """Return a tokenizer that keeps the six words and drops nothing else."""
    return clone(TOKENIZER)


@pytest.fixture
def lstm():
    """Return a tiny LSTM on texts."""
    return clone(CASES["lstm"])


@pytest.fixture
def cnn():
    """Return a tiny CNN on texts."""
    return clone(CASES["cnn"])


@pytest.fixture
def traces(monkeypatch):
    """Count how often TensorFlow traces a step: only then does it run the Python function."""
    from skembed.networks._engine_tensorflow import TensorFlowEngine as Engine

    counts = {"_train_step": 0, "_predict_step": 0}

    def counted(name):
        step = getattr(Engine, name)

        def run(self, *args):
            counts[name] += 1
            return step(self, *args)

        return run

    for name in counts:
        monkeypatch.setattr(Engine, name, counted(name))
    return counts
