"""Few documents: a classifier with its defaults next to its two halves and to TF-IDF."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.configurations import classifier, linear_half, svm, untuned
from benchmarks.accuracy.runs import Key, Make, Run, Study
from benchmarks.corpora import CORPORA, LANGUAGES, Corpus, drawn_by_class
from benchmarks.figures import with_error
from benchmarks.page import table
from benchmarks.vectors import GLOVE

KNOWN = {**CORPORA, **LANGUAGES}
ON = ["TREC, 6 classes", "SST-2", *LANGUAGES, "banking77"]
SIZES = [20, 50, 100]
N_DRAWS = 10

DEFAULT = "default"
HALVES = ["CNN alone", "linear model alone"]
BASELINES = ["TF-IDF + logistic regression", "TF-IDF + SVM"]

MEASURES: dict[str, Callable[[Run], float]] = {
    "accuracy": lambda run: run.score,
    "balanced accuracy": lambda run: run.balanced_accuracy or 0.0,
}


def made_for(embeddings: str | None) -> dict[str, Make]:
    """Make what is compared, with GloVe's vectors or with none."""
    return {
        DEFAULT: classifier("cnn", embeddings=embeddings),
        HALVES[0]: classifier("cnn", wide=False, embeddings=embeddings),
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


@dataclass(frozen=True)
class Cell:
    """What the arms reached on one corpus with so many documents of a class."""

    corpus: str
    size: int
    scores: NDArray[np.float64]  # (n_arms, n_draws)
    n_tested: int

    @property
    def above(self) -> NDArray[np.float64]:
        """How far the default is above the best of the others, in each draw: (n_draws,)."""
        means = self.scores.mean(axis=1)
        gaps: NDArray[np.float64] = self.scores[0] - self.scores[1 + means[1:].argmax()]
        return gaps

    @property
    def error_of_draws(self) -> float:
        """Standard error of the mean of `above` over the draws."""
        return float(self.above.std(ddof=1) / len(self.above) ** 0.5)

    @property
    def error_of_test(self) -> float:
        """Standard error of an accuracy like the default's on so many test documents."""
        mean = self.scores[0].mean()
        return float((mean * (1 - mean) / self.n_tested) ** 0.5)

    @property
    def name(self) -> str:
        """Corpus and number of documents, in words."""
        return f"{self.corpus} with {self.size} a class"


def cells(measure: Callable[[Run], float]) -> Iterator[Cell]:
    """Yield what was run with all arms."""
    runs = STUDY.ledger()
    for corpus, size in product(ON, SIZES):
        found = [runs.select(at(corpus, size), named(corpus, name), inner=False) for name in ARMS]
        n_draws = min(map(len, found))
        if n_draws > 1:
            scores = np.array([[measure(run) for run in arm[:n_draws]] for arm in found])
            yield Cell(corpus, size, scores, found[0][0].n_tested)


def table_of(measure: str) -> str:
    """Write the means over the draws, and how far the default is from the best of the others."""
    rows = []
    for cell in cells(MEASURES[measure]):
        scores = (f"{mean:.3f}" for mean in cell.scores.mean(axis=1))
        above = with_error(cell.above.tolist(), digits=3, sign="+")
        error = f"{cell.error_of_test:.3f}"
        rows.append([cell.corpus, str(cell.size), *scores, above, error][: len(header_of(measure))])
    return table(header_of(measure), rows)


def header_of(measure: str) -> list[str]:
    """Return the heads of the columns; accuracies have one more, the error of the test part."""
    header = [measure, "a class", *ARMS, "default against the best other"]
    return [*header, "error of the test part"] if measure == "accuracy" else header


def verdict() -> str:
    """Say where the default is below the best of the others, by each measure."""
    accuracy, balanced = (list(cells(of_run)) for of_run in MEASURES.values())
    told = {
        "accuracy, and the error of the test part": [
            cell.name for cell in accuracy if cell.above.mean() < -cell.error_of_test
        ],
        "accuracy, and the error over the draws": [
            cell.name for cell in accuracy if cell.above.mean() < -cell.error_of_draws
        ],
        "balanced accuracy, and the error over the draws": [
            cell.name for cell in balanced if cell.above.mean() < -cell.error_of_draws
        ],
    }
    lines = [f"- By {by}: {', '.join(names) or 'nowhere'}." for by, names in told.items()]
    return "\n".join(lines)


STUDY = Study("small", CONFIGURATIONS, wanted, PARTS)
