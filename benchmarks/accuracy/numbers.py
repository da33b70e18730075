"""Numbers as targets: the regressors next to TF-IDF with a ridge regression."""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks.accuracy.results import N_TESTED
from benchmarks.accuracy.runs import Key, Make, Study
from benchmarks.corpora import N_FOLDS, NUMBERS
from benchmarks.figures import with_error
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import CNNTextRegressor, LSTMTextRegressor

SALARIES, CLASSES = NUMBERS


def ridge(seed: int) -> Pipeline:
    """Make TF-IDF of words and pairs, and a ridge regression that chooses its penalty."""
    tfidf = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    return make_pipeline(tfidf, RidgeCV([0.1, 0.3, 1.0, 3.0, 10.0]))


def ours(kind: type[Any], seed: int, **parameters: Any) -> Any:
    """Make a regressor with GloVe's vectors."""
    return kind(embeddings=GLOVE, random_state=seed, **parameters)


CONFIGURATIONS: dict[str, Make] = {
    "TF-IDF + ridge regression": ridge,
    "CNN": partial(ours, CNNTextRegressor),
    "LSTM": partial(ours, LSTMTextRegressor),
    "CNN alone": partial(ours, CNNTextRegressor, wide=False),
    "LSTM alone": partial(ours, LSTMTextRegressor, wide=False),
    "CNN, absolute error": partial(ours, CNNTextRegressor, loss="absolute_error"),
    "CNN, Huber": partial(ours, CNNTextRegressor, loss="huber"),
}


def wanted() -> list[Key]:
    """List the runs: five folds of salaries, the test part of SST-2."""
    folds = [(SALARIES, name, k, None, 0) for name, k in product(CONFIGURATIONS, range(N_FOLDS))]
    return [*folds, *((CLASSES, name, 0, None, 0) for name in CONFIGURATIONS)]


def table_of() -> str:
    """Write R² and errors of salaries, and how often numbers of classes are on the right side."""
    runs = STUDY.ledger()
    rows = []
    for name in CONFIGURATIONS:
        found = runs.select(SALARIES, name, inner=False)
        classes = runs.select(CLASSES, name, inner=False)
        if not (found and classes):
            continue
        errors = [run.absolute_error for run in found if run.absolute_error is not None]
        right = f"{classes[0].hits(N_TESTED['SST-2']).mean():.3f}"
        scores = with_error([run.score for run in found], digits=3)
        rows.append([name, scores, f"{np.mean(errors):.1f}", f"{classes[0].score:.3f}", right])
    header = ["", "salaries, R²", "mean absolute error", "SST-2, R²", "accuracy"]
    return table(header, rows)


STUDY = Study("numbers", CONFIGURATIONS, wanted, NUMBERS)
