"""Few documents: a classifier with its defaults next to its two halves and to TF-IDF."""

from functools import partial
from itertools import product

import numpy as np

from benchmarks.accuracy.configurations import linear_half, network, svm, untuned
from benchmarks.accuracy.runs import Key, Make, Study
from benchmarks.corpora import CORPORA, LANGUAGES, Corpus, drawn_by_class
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import CNNTextClassifier

KNOWN = {**CORPORA, **LANGUAGES}
ON = ["TREC, 6 classes", "SST-2", *[*LANGUAGES][1:3], "banking77"]
SIZES = [20, 50, 100]
N_DRAWS = 3

DEFAULT = "default"
HALVES = ["CNN alone", "linear model alone"]
BASELINES = ["TF-IDF + logistic regression", "TF-IDF + SVM"]


def usual(embeddings: str | None, seed: int) -> CNNTextClassifier:
    """Make a classifier with its defaults."""
    return CNNTextClassifier(embeddings=embeddings, random_state=seed)


def made_for(embeddings: str | None) -> dict[str, Make]:
    """Make what is compared, with GloVe's vectors or with none."""
    return {
        DEFAULT: partial(usual, embeddings),
        HALVES[0]: network("cnn", embeddings=embeddings),
        HALVES[1]: linear_half(embeddings=embeddings),
        BASELINES[0]: untuned,
        BASELINES[1]: svm,
    }


def at(corpus: str, size: int) -> str:
    """Name a part of a corpus among the runs."""
    return f"{corpus}, {size} a class"


def cut(corpus: str, size: int) -> Corpus:
    """Draw so many training documents of each class."""
    return drawn_by_class(KNOWN[corpus](), size, N_DRAWS)


def named(corpus: str, name: str) -> str:
    """Name a configuration among the runs; GloVe knows English words."""
    return f"{name}, no GloVe" if corpus in LANGUAGES and name not in BASELINES else name


PARTS = {at(corpus, size): partial(cut, corpus, size) for corpus in ON for size in SIZES}
CONFIGURATIONS: dict[str, Make] = made_for(GLOVE) | {
    f"{name}, no GloVe": make for name, make in made_for(None).items()
}
ARMS = [DEFAULT, *HALVES, *BASELINES]


def wanted() -> list[Key]:
    """List the runs, one corpus after the other."""
    every = product(ON, SIZES, ARMS, range(N_DRAWS))
    return [(at(c, size), named(c, name), draw, None, draw) for c, size, name, draw in every]


def table_of() -> str:
    """Write the means over the draws, and how far the default is from the best of the others."""
    runs = STUDY.ledger()
    rows = []
    for corpus, size in product(ON, SIZES):
        found = [runs.select(at(corpus, size), named(corpus, name), inner=False) for name in ARMS]
        if not all(found):
            continue
        means = [float(np.mean([run.score for run in of_arm])) for of_arm in found]
        scores = (f"{mean:.3f}" for mean in means)
        n_tested = found[0][0].n_tested
        error = (means[0] * (1 - means[0]) / n_tested) ** 0.5
        above = f"{means[0] - max(means[1:]):+z.3f}"
        rows.append([corpus, str(size), *scores, above, f"{error:.3f}"])
    header = ["", "a class", *ARMS, "default against the best other", "standard error"]
    return table(header, rows)


STUDY = Study("small", CONFIGURATIONS, wanted, PARTS)
