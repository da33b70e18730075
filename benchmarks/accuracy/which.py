"""The tables of docs/which_model.md, and the kinds of corpora: ``python -m benchmarks.accuracy.which``."""

import json
from typing import Any

import numpy as np

from benchmarks.accuracy import against_tfidf as accuracy
from benchmarks.accuracy.corpora import CORPORA, Corpus
from benchmarks.accuracy.runs import RESULTS, Run

KINDS = RESULTS / "corpora.json"
COLUMNS = {  # in a row of the tables: the configurations that may stand there, the first that ran
    "TF-IDF": accuracy.BASELINES[:1],
    "TF-IDF, tuned": [accuracy.BASELINES[1]],
    "CNN": ["CNN", accuracy.HALVES_FOR_LONG[1]],
    "LSTM": ["LSTM"],
    "wide CNN": ["wide CNN", accuracy.FOR_LONG],
    "wide LSTM": ["wide LSTM"],
    "averaged": [accuracy.HALF_WIDE, accuracy.PAIR],
}


def describe() -> None:
    """Write down what kind of corpus each is."""
    kinds = {name: kind_of(make()) for name, make in CORPORA.items()}
    KINDS.write_text(json.dumps(kinds, indent=1) + "\n", encoding="utf-8")


def kind_of(corpus: Corpus) -> list[int]:
    """Return the median number of words, the number of classes, and that of training documents."""
    train = corpus.splits[0][0]
    words = np.median([len(corpus.texts[i].split()) for i in train])
    return [int(words), len(np.unique(corpus.labels[train])), len(train)]


def choose(found: dict[str, dict[str, Any]]) -> str:
    """Write the scores by corpus, the shortest documents first, the best ones in bold."""
    kinds = json.loads(KINDS.read_text(encoding="utf-8"))
    rows = []
    for corpus in sorted(found, key=lambda name: kinds[name][0]):
        results = in_columns(found[corpus])
        best = max((result for result in results if result), key=lambda result: result.mean)
        level = best.mean - standard_error(best.runs)
        cells = ["" if r is None else bold(f"{r.mean:.3f}", r.mean >= level) for r in results]
        rows.append([corpus, *(f"{n:,}" for n in kinds[corpus]), *cells])
    return as_table(["", "words", "classes", "documents", *COLUMNS], rows)


def costs(found: dict[str, dict[str, Any]]) -> str:
    """Write the seconds to fit by corpus."""
    rows = []
    for corpus, results in found.items():
        seconds = [r and np.mean([run.seconds for run in r.runs]) for r in in_columns(results)]
        rows.append([corpus, *("" if s is None else f"{s:.0f}" for s in seconds)])
    return as_table(["", *COLUMNS], rows)


def in_columns(results: dict[str, Any]) -> list[Any]:
    """Return the result for each column, None where nothing was run."""
    names = [next((n for n in names if n in results), None) for names in COLUMNS.values()]
    return [None if name is None else results[name] for name in names]


def standard_error(runs: list[Run]) -> float:
    """Return the standard error of the mean score, 0 for a single run."""
    scores = [run.score for run in runs]
    return float(np.std(scores, ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else 0.0


def bold(text: str, is_bold: bool) -> str:
    """Mark a cell."""
    return f"**{text}**" if is_bold else text


def as_table(header: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table whose columns but the first are flushed right."""
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    describe()
