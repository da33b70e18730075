"""What could still be gained: the default classifier with one thing added, in inner folds."""

from itertools import product
from typing import Any

from benchmarks.accuracy.changes import paired, score_cell, times_as_much
from benchmarks.accuracy.configurations import classifier
from benchmarks.accuracy.runs import N_INNER, Key, Make, Study
from benchmarks.accuracy.variants import MeanOfEpochs
from benchmarks.corpora import data_folder
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import GloveVectorizer

ON = ["TREC, 6 classes", "SST-2", "banking77", "MR"]
DEFAULT = "default"
MORE: dict[str, dict[str, Any]] = {
    "mean of the word vectors beside it": {"features": GloveVectorizer(GLOVE)},
    "SIF vectors beside it": {"features": GloveVectorizer(GLOVE, pooling="sif")},
    "20 epochs": {"epochs": 20},
    "mean weights of the last five epochs": {"callbacks": [MeanOfEpochs(5)]},
}


def of_100_dimensions(seed: int) -> Any:
    """Make a classifier with longer vectors, of which there are fewer."""
    return classifier("cnn", embeddings=data_folder() / "glove.6B.100d.txt")(seed)


CONFIGURATIONS: dict[str, Make] = {
    **{name: classifier("cnn", **parameters) for name, parameters in {DEFAULT: {}, **MORE}.items()},
    "100 dimensions": of_100_dimensions,
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
            keys = (((corpus, name, 0, i, 0), (corpus, DEFAULT, 0, i, 0)) for i in range(N_INNER))
            pairs = paired(runs, keys)
            costs += [(ours.cpu_seconds or 0) / (usual.cpu_seconds or 1) for ours, usual in pairs]
            cells.append(score_cell(pairs, is_usual=name == DEFAULT))
        if any(cells):
            rows.append([name, *cells, times_as_much(costs)])
    return table(["CNN", *ON, "processor time"], rows)


STUDY = Study("additions", CONFIGURATIONS, wanted)
