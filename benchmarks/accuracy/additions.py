"""What could still be gained: the default classifier with one thing added, in inner folds."""

from itertools import product
from typing import Any

import numpy as np

from benchmarks.accuracy.runs import N_INNER, Key, Make, Study
from benchmarks.figures import with_error
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import CNNTextClassifier, GloveVectorizer

ON = ["TREC, 6 classes", "SST-2", "banking77", "MR"]
DEFAULT = "default"
MORE: dict[str, dict[str, Any]] = {
    "mean of the word vectors beside it": {"features": GloveVectorizer(GLOVE)},
    "SIF vectors beside it": {"features": GloveVectorizer(GLOVE, pooling="sif")},
    "20 epochs": {"epochs": 20},
}


def with_more(parameters: dict[str, Any]) -> Make:
    """Make a classifier with its defaults, except for some parameters."""
    return lambda seed: CNNTextClassifier(embeddings=GLOVE, random_state=seed, **parameters)


CONFIGURATIONS: dict[str, Make] = {
    name: with_more(parameters) for name, parameters in {DEFAULT: {}, **MORE}.items()
}


def wanted() -> list[Key]:
    """List the runs, first one inner fold of everything."""
    every = product(range(N_INNER), ON, CONFIGURATIONS)
    return [(corpus, name, 0, inner, 0) for inner, corpus, name in every]


def table_of() -> str:
    """Write the default's accuracy in percent, and what each change adds to it in points."""
    runs, rows = STUDY.ledger(), []
    for name in CONFIGURATIONS:
        cells, costs = [], []
        for corpus in ON:
            keys = [[(corpus, each, 0, i, 0) for each in (name, DEFAULT)] for i in range(N_INNER)]
            pairs = [(runs[ours], runs[usual]) for ours, usual in keys if {ours, usual} <= {*runs}]
            costs += [(ours.cpu_seconds or 0) / (usual.cpu_seconds or 1) for ours, usual in pairs]
            if name == DEFAULT:
                cells.append(with_error([100 * ours.score for ours, _ in pairs]))
            else:
                changes = [100 * (ours.score - usual.score) for ours, usual in pairs]
                cells.append(with_error(changes, sign="+"))
        if any(cells):
            rows.append([name, *cells, f"× {np.exp(np.mean(np.log(costs))):.1f}"])
    return table(["CNN", *ON, "processor time"], rows)


STUDY = Study("additions", CONFIGURATIONS, wanted)
