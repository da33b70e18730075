"""Fitted estimators of every kind, each with what it answers to the same documents."""

from functools import cache

import numpy as np
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TokenSequences,
    Word2VecVectorizer,
    WordVectors,
)

TEXTS = ["good film here", "bad film there", "nice day today", "awful day \ud800 naïve 日本"] * 6
LABELS = ["fine", "foul"] * 12
INDICATORS = np.array([[1, 0, 1], [0, 1, 0]] * 12)
VECTORS = WordVectors(
    ["good", "bad", "film", "day", "here", "nice"],
    [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [1, 1], [0, -1], [-1, 0]],
)
CNN = dict(filters=3, kernel_sizes=(2, 3), embedding_dim=4, epochs=2, random_state=0)
LSTM = dict(units=3, embedding_dim=4, epochs=2, random_state=0)


def cnn(**parameters):
    return CNNTextClassifier(**{**CNN, **parameters})


def lstm(**parameters):
    return LSTMTextClassifier(**{**LSTM, **parameters})


def glove(**parameters):
    return GloveVectorizer(VECTORS, **parameters)


MAKERS = {
    "tokenizer": lambda: KerasTokenizer(max_length=0.9, extra_words=["sun"]).fit(TEXTS),
    "tokenizer, part by part": lambda: KerasTokenizer(min_df=2).partial_fit(TEXTS),
    "glove": lambda: glove(pooling=("sif", "tfidf", "max")).fit(TEXTS),
    "word2vec": lambda: Word2VecVectorizer(n_dims=4, min_count=1, random_state=0).fit(TEXTS),
    "fasttext": lambda: FastTextVectorizer(n_dims=4, min_count=1, random_state=0).fit(TEXTS),
    "cnn": lambda: cnn().fit(TEXTS, LABELS),
    "wide cnn": lambda: cnn(wide=True, decision="tuned").fit(TEXTS, LABELS),
    "stacked cnn": lambda: cnn(stacked=True, dense_units=(3,), batch_norm=True).fit(TEXTS, LABELS),
    "lstm": lambda: lstm(bidirectional=True, early_stopping=True).fit(TEXTS, LABELS),
    "lstm, given vectors": lambda: lstm(embeddings=VECTORS, wide=True).fit(TEXTS, LABELS),
    "multi-label": lambda: cnn(wide=True).fit(TEXTS, INDICATORS),
    "numbered labels": lambda: cnn(class_weight={3: 2.0, 7: 1.0}).fit(TEXTS, [3, 7] * 12),
    "pipeline": lambda: make_pipeline(KerasTokenizer(), lstm()).fit(TEXTS, LABELS),
    "vectors into a network": lambda: make_pipeline(glove(output="sequences"), cnn()).fit(
        TEXTS, LABELS
    ),
    "pooled": lambda: make_pipeline(glove(), LogisticRegression()).fit(TEXTS, LABELS),
    "union": lambda: make_pipeline(
        FeatureUnion([("words", TfidfVectorizer()), ("vectors", glove())]), LogisticRegression()
    ).fit(TEXTS, LABELS),
    "average": lambda: VotingClassifier(
        [("cnn", cnn()), ("words", make_pipeline(TfidfVectorizer(), LogisticRegression()))],
        voting="soft",
    ).fit(TEXTS, LABELS),
    "not ours": lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS),
}


@pytest.fixture(scope="session")
def make():
    """Return a fitted estimator by its name, the same one each time."""
    return cache(lambda name: MAKERS[name]())


@pytest.fixture(params=MAKERS)
def estimator(request, make):
    """Each of them in turn; not to be changed."""
    return make(request.param)


@pytest.fixture(scope="session")
def texts():
    return TEXTS


@pytest.fixture(scope="session")
def labels():
    return LABELS


@pytest.fixture(scope="session")
def answer():
    """Return what an estimator says of some documents."""

    def ask(estimator):
        ask_it = getattr(estimator, "predict_proba", None) or estimator.transform
        given = ask_it([*TEXTS[:4], "unseen word", ""])
        return np.asarray(given.to_dense() if isinstance(given, TokenSequences) else given)

    return ask


@pytest.fixture
def path(tmp_path):
    """Where to save; nothing else is in the folder."""
    return tmp_path / "model.skembed"
