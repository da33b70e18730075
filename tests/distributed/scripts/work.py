"""What the scripts of this folder search for: importable by drivers and workers."""

import os
import signal
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, GloveVectorizer

FINE, FOUL, ANY = ("sun sand summer sea", "rain hail storm wind", "the a day and with of")


def make_corpus(n=240):
    """Draw texts that are not easy, so that scores differ."""
    rng = np.random.default_rng(0)
    labels = rng.choice(["fine", "foul"], n)
    words = {"fine": (FINE + " " + ANY).split(), "foul": (FOUL + " wind sea " + ANY).split()}
    texts = [" ".join(rng.choice(words[label], rng.integers(2, 6))) for label in labels]
    return texts, labels.tolist()


TEXTS, LABELS = make_corpus()


class KillOnce(TransformerMixin, BaseEstimator):
    """Kill the process at the fifth fit of all workers, once, without a word to anybody."""

    def __init__(self, folder=None, spared=None):
        self.folder = folder
        self.spared = spared

    def fit(self, X, y=None):
        if self.folder is not None and os.getpid() != self.spared:
            with Path(self.folder, "fits").open("a+") as fits:
                fits.write("+")
                fits.seek(0)
                n_fits = len(fits.read())
            if n_fits == 5:
                os.kill(os.getpid(), signal.SIGKILL)
        return self

    def transform(self, X):
        return X


def pooled(embeddings, folder=None):
    """Return a search over a quick pipeline, whose workers die once if there is a folder."""
    last = LogisticRegression(solver="newton-cg")
    kill = KillOnce(folder, os.getpid())
    pipeline = make_pipeline(kill, GloveVectorizer(embeddings), last)
    grid = {"logisticregression__C": [0.01, 0.1, 1, 10]}
    return GridSearchCV(pipeline, grid, cv=3, error_score="raise")


def network(embeddings):
    """Return a search over a small network."""
    cnn = CNNTextClassifier(
        embeddings=embeddings, filters=8, kernel_sizes=(1, 2), epochs=2, random_state=0
    )
    return GridSearchCV(cnn, {"learning_rate": [0.001, 0.01]}, cv=2, error_score="raise")


def outcome(search):
    """Return all that a fitted search found and that does not depend on the clock."""
    scores = {
        name: values.tolist() for name, values in search.cv_results_.items() if "_score" in name
    }
    scores.pop("mean_score_time")
    scores.pop("std_score_time")
    return scores | {"probabilities": search.predict_proba(TEXTS).tolist()}
