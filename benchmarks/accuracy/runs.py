"""Run a configuration on a part of a corpus, once, and remember how it went."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.accuracy.corpora import Corpus, Split

RESULTS = Path(__file__).parents[1] / "results" / "accuracy"
N_INNER = 3
"""Folds of a training part, by which a configuration is chosen."""

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
        A bit for each tested document, 1 if it was classified right, in hexadecimal.
    """

    corpus: str
    configuration: str
    split: int
    inner: int | None
    seed: int
    score: float
    seconds: float
    right: str

    def key(self) -> Key:
        """Return what tells the run from all others."""
        return self.corpus, self.configuration, self.split, self.inner, self.seed

    def hits(self, n_samples: int) -> NDArray[np.bool_]:
        """Tell which of the tested documents were classified right."""
        bits = np.frombuffer(bytes.fromhex(self.right), dtype=np.uint8)
        return np.unpackbits(bits, count=n_samples).astype(bool)


def in_inner_folds(corpora: list[str], names: Iterable[str]) -> list[Key]:
    """List the runs of all configurations on all corpora, first one inner fold of everything."""
    return [(c, name, 0, i, 0) for i, c, name in product(range(N_INNER), corpora, names)]


def rows_of(corpus: Corpus, split: int, inner: int | None) -> Split:
    """Return the rows to train and to test on."""
    train, test = corpus.splits[split]
    if inner is None:
        return train, test
    folds = StratifiedKFold(N_INNER, shuffle=True, random_state=0)
    kept, held = list(folds.split(train, corpus.labels[train]))[inner]
    return train[kept], train[held]


class Ledger:
    """The runs there are, in a file with a line for each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._runs = {run.key(): run for run in (Run(**json.loads(line)) for line in lines)}

    def __iter__(self) -> Any:
        return iter(self._runs.values())

    def select(self, corpus: str, configuration: str, *, inner: bool) -> list[Run]:
        """Return the runs of a configuration, in the order of splits, inner folds and seeds."""
        runs = [r for r in self if (r.corpus, r.configuration) == (corpus, configuration)]
        runs = [run for run in runs if (run.inner is not None) == inner]
        return sorted(runs, key=lambda run: (run.split, run.inner or 0, run.seed))

    def run(
        self,
        corpora: dict[str, Callable[[], Corpus]],
        configurations: dict[str, Make],
        wanted: Iterable[Key],
    ) -> None:
        """Do the runs with these keys that have not been done, and write each down at once."""
        loaded: dict[str, Corpus] = {}
        for key in wanted:
            if key in self._runs:
                continue
            name, configuration = key[:2]
            if name not in loaded:
                loaded = {name: corpora[name]()}
            run = measure(loaded[name], configurations[configuration], key)
            self._runs[key] = run
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")
            print(f"{' / '.join(map(str, key))}: {run.score:.4f}, {run.seconds:.1f} s", flush=True)


@dataclass(frozen=True)
class Study:
    """Runs that answer a question.

    Attributes
    ----------
    name : str
        Names the file of the runs.
    corpora : dict of str to callable
        Makes a corpus by its name.
    configurations : dict of str to callable
        Makes an estimator by its name and a seed.
    wanted : callable
        Lists the keys of the runs, in the order to do them in.
    """

    name: str
    corpora: dict[str, Callable[[], Corpus]]
    configurations: dict[str, Make]
    wanted: Callable[[], list[Key]]

    def ledger(self) -> Ledger:
        """Open the runs there are."""
        return Ledger(RESULTS / f"{self.name}.jsonl")

    def run(self) -> None:
        """Do what is not done yet."""
        self.ledger().run(self.corpora, self.configurations, self.wanted())


def measure(corpus: Corpus, make: Make, key: Key) -> Run:
    """Train once, and test."""
    _, _, split, inner, seed = key
    train, test = rows_of(corpus, split, inner)
    X, y = corpus.part(train)
    X_test, y_test = corpus.part(test)
    estimator = make(seed)
    started = time.perf_counter()
    estimator.fit(X, y)
    seconds = time.perf_counter() - started
    predicted = estimator.predict(X_test)
    right = np.asarray(predicted == y_test)
    score = right.mean()
    if corpus.scoring == "f1_macro":
        score = f1_score(y_test, predicted, average="macro")
    bits = np.packbits(right).tobytes().hex()
    return Run(*key, score=round(float(score), 6), seconds=round(seconds, 2), right=bits)
