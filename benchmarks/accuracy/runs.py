"""Train a configuration on a part of a corpus, once, and remember how it went."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.child import Settings
from benchmarks.corpora import CORPORA, Corpus, Split
from benchmarks.record import path_of, read

N_INNER = 3
"""Folds of a training part, by which a configuration is chosen."""

WARMED = 64
"""Documents that are classified before the time of an answer is taken."""

Make = Callable[[int], Any]
"""Makes an unfitted estimator that reads texts, from a seed."""

Key = tuple[str, str, int, int | None, int]
"""Corpus, configuration, split, inner fold and seed of a run."""


@dataclass(frozen=True)
class Run:
    """One training and what it was worth.

    Attributes
    ----------
    corpus, configuration : str
        What was trained on what.
    split : int
        Number of the corpus's split.
    inner : int or None
        Number of the inner fold of the split's training part; None where it was
        trained on all of that part and tested on the split's test part.
    seed : int
        Seed of the estimator.
    score : float
        The corpus's measure.
    seconds : float
        Wall-clock time of ``fit``.
    right : str
        A bit for each tested document, 1 if it was classified right, in hexadecimal. Numbers
        are right on the side of one half that they should be on.
    absolute_error : float or None
        Mean absolute error of predicted numbers; None of classes.
    cpu_seconds : float or None
        Processor time of ``fit`` in all threads, without a search that the estimator says
        it made; None in runs that did not measure it.
    cpu_microseconds : float or None
        Processor time of ``predict`` for a tested document, all of them in one call.
    balanced_accuracy : float or None
        Share of documents that were classified right, of each class, and the mean of the classes;
        None of numbers, and in runs that did not measure it.
    """

    corpus: str
    configuration: str
    split: int
    inner: int | None
    seed: int
    score: float
    seconds: float
    right: str
    absolute_error: float | None = None
    cpu_seconds: float | None = None
    cpu_microseconds: float | None = None
    balanced_accuracy: float | None = None

    def key(self) -> Key:
        """Return what distinguishes the run from all others."""
        return self.corpus, self.configuration, self.split, self.inner, self.seed

    @property
    def n_tested(self) -> int:
        """Tested documents, up to a multiple of eight: `right` is of whole bytes."""
        return 4 * len(self.right)

    def hits(self, n_samples: int) -> NDArray[np.bool_]:
        """Return which of the tested documents were classified right."""
        bits = np.frombuffer(bytes.fromhex(self.right), dtype=np.uint8)
        return np.unpackbits(bits, count=n_samples).astype(bool)


def in_inner_folds(corpora: list[str], names: Iterable[str]) -> list[Key]:
    """List the runs of all configurations on all corpora, first one inner fold of everything."""
    return [(c, name, 0, i, 0) for i, c, name in product(range(N_INNER), corpora, names)]


def rows_of(corpus: Corpus, split: int, inner: int | None) -> Split:
    """Return the rows to train and to test on."""
    from sklearn.model_selection import StratifiedKFold

    train, test = corpus.splits[split]
    if inner is None:
        return train, test
    folds = StratifiedKFold(N_INNER, shuffle=True, random_state=0)
    kept, held = list(folds.split(train, corpus.labels[train]))[inner]
    return train[kept], train[held]


class Ledger(dict[Key, Run]):
    """Runs by their keys."""

    def __init__(self, runs: Iterable[Run]) -> None:
        super().__init__((run.key(), run) for run in runs)

    def select(self, corpus: str, configuration: str, *, inner: bool) -> list[Run]:
        """Return the runs of a configuration, in the order of splits, inner folds and seeds."""
        runs = [r for r in self.values() if r.key()[:2] == (corpus, configuration)]
        runs = [run for run in runs if (run.inner is not None) == inner]
        return sorted(runs, key=lambda run: (run.split, run.inner or 0, run.seed))


def measure(corpus: Corpus, make: Make, key: Key) -> Run:
    """Train once, and test."""
    from sklearn.metrics import f1_score, r2_score

    _, _, split, inner, seed = key
    train, test = rows_of(corpus, split, inner)
    X, y = corpus.part(train)
    X_test, y_test = corpus.part(test)
    estimator = make(seed)
    started, cpu = time.perf_counter(), time.process_time()
    estimator.fit(X, y)
    seconds, fitted = time.perf_counter() - started, time.process_time()
    estimator.predict(X_test[:WARMED])
    asked = time.process_time()
    predicted = estimator.predict(X_test)
    answered = time.process_time() - asked
    error = None
    right = np.asarray(predicted == y_test)
    score = right.mean()
    if corpus.scoring == "f1_macro":
        score = f1_score(y_test, predicted, average="macro")
    elif corpus.scoring == "f1":
        score = f1_score(y_test, predicted)
    elif corpus.scoring == "r2":
        score, right = r2_score(y_test, predicted), (predicted > 0.5) == y_test
        error = round(float(np.abs(predicted - y_test).mean()), 6)
    bits = np.packbits(right).tobytes().hex()
    return Run(
        *key,
        score=round(float(score), 6),
        seconds=round(seconds, 2),
        right=bits,
        absolute_error=error,
        cpu_seconds=round(fitted - cpu - getattr(estimator, "search_cpu_", 0.0), 3),
        cpu_microseconds=round(1e6 * answered / len(X_test), 1),
        balanced_accuracy=None if error is not None else balanced_accuracy(right, y_test),
    )


def balanced_accuracy(right: NDArray[np.bool_], labels: NDArray[Any]) -> float:
    """Return the mean, over the classes, of the share that was classified right."""
    shares = [right[labels == label].mean() for label in np.unique(labels)]
    return round(float(np.mean(shares)), 6)


@dataclass(frozen=True)
class Study:
    """Runs that answer a question.

    Attributes
    ----------
    name : str
        Names the record of the runs.
    configurations : dict of str to callable
        Makes an estimator by its name and a seed.
    wanted : callable
        Lists the keys of the runs, in the order to do them in.
    corpora : dict of str to callable, default=CORPORA
        Makes a corpus by its name.
    measured : callable, default=measure
        Does a run.
    """

    name: str
    configurations: dict[str, Make]
    wanted: Callable[[], list[Key]]
    corpora: dict[str, Callable[[], Corpus]] = field(default_factory=lambda: CORPORA)
    measured: Callable[[Corpus, Make, Key], Run] = measure

    def ledger(self) -> Ledger:
        """Return the runs there are."""
        there = path_of("accuracy", self.name).exists()
        return Ledger(Run(**row) for row in (read("accuracy", self.name).found if there else []))

    def measure(self, settings: Settings) -> Iterator[list[dict[str, Any]]]:
        """Do the runs that are not done yet; yield all there are after each, as plain values.

        If it has to be quick, do the first run, and remember none.
        """
        runs = Ledger([]) if settings.quick else self.ledger()
        missing = [key for key in self.wanted() if key not in runs]
        loaded: dict[str, Corpus] = {}
        for key in missing[:1] if settings.quick else missing:
            if key[0] not in loaded:
                loaded = {key[0]: self.corpora[key[0]]()}
            runs[key] = self.measured(loaded[key[0]], self.configurations[key[1]], key)
            yield [asdict(run) for run in runs.values()]
