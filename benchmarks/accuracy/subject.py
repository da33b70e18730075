"""Scores on real texts, next to TF-IDF; shown on docs/accuracy*.md and docs/which_model.md."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.accuracy import (
    ablations,
    additions,
    against_tfidf,
    columns,
    curves,
    encoders,
    frontier,
    languages,
    linear,
    numbers,
    readings,
    searches,
    small,
    tables,
)
from benchmarks.accuracy.results import collect
from benchmarks.child import Settings
from benchmarks.corpora import CORPORA, Corpus
from benchmarks.record import Record, path_of, read
from benchmarks.subject import Subject

STUDIES = {
    each.STUDY.name: each.STUDY
    for each in (
        *(against_tfidf, ablations, additions, curves, searches, linear, readings, languages),
        *(frontier, small, numbers, columns, encoders),
    )
}
KINDS = "corpora"


def measure(name: str, settings: Settings) -> Iterator[list[dict[str, Any]]]:
    """Do the runs of a study, or describe the corpora, as far as that is not done yet."""
    yield from describe(settings) if name == KINDS else STUDIES[name].measure(settings)


def describe(settings: Settings) -> Iterator[list[dict[str, Any]]]:
    """Write down what kind of corpus each is."""
    known = not settings.quick and path_of("accuracy", KINDS).exists()
    kinds = read("accuracy", KINDS).found if known else []
    for name in [*CORPORA][: 1 if settings.quick else None]:
        if name not in [kind["corpus"] for kind in kinds]:
            kinds = [*kinds, {"corpus": name, **kind_of(CORPORA[name]())}]
            yield kinds


def kind_of(corpus: Corpus) -> dict[str, int]:
    """Return the median number of words, the number of classes, and that of training documents."""
    train = corpus.splits[0][0]
    words = np.median([len(corpus.texts[i].split()) for i in train])
    classes = len(np.unique(corpus.labels[train]))
    return {"words": int(words), "classes": classes, "documents": len(train)}


def show(name: str, record: Record) -> str:
    """Write what came last, without which documents were right."""
    last = {key: value for key, value in record.found[-1].items() if key != "right"}
    return ", ".join(f"{key} {value}" for key, value in last.items())


def last_run() -> str:
    """Write when the comparison was run last, and with what."""
    environment = read("accuracy", "accuracy").environment
    return f"{environment['date']}, {environment['versions']}"


def accuracy() -> dict[str, str]:
    """Show what was found."""
    found = collect(against_tfidf.STUDY.ledger())
    return {
        "result": tables.result(found),
        "date": last_run(),
        "summary": tables.summary(found),
        "imbalance": tables.imbalance(found),
        "languages": languages.table_of(),
        "frontier_verdict": frontier.verdict(),
        "numbers": numbers.table_of(),
        "columns": columns.table_of(),
    }


def details() -> dict[str, str]:
    """Show the details of the runs."""
    found = collect(against_tfidf.STUDY.ledger())
    return {
        "date": last_run(),
        "halves": tables.halves(found),
        "curves": "\n\n".join(curves.table_of(corpus) for corpus in curves.ON),
        "searches": searches.table_of(),
        "linear": linear.table_of(),
        "readings": readings.table_of(),
        "frontier": frontier.table_of(),
        "encoders": encoders.table_of(),
        "small": "\n\n".join(small.table_of(measure) for measure in small.MEASURES),
        "small_verdict": small.verdict(),
        "additions": additions.table_of(),
        "ablations": "\n\n".join(ablations.table_of(kind) for kind in ablations.ONLY),
    }


def by_corpus() -> dict[str, str]:
    """Show all scores."""
    found = collect(against_tfidf.STUDY.ledger())
    of_corpora = (f"## {name}\n\n{tables.one_corpus(results)}" for name, results in found.items())
    return {"tables": "\n\n".join(of_corpora)}


def which_model() -> dict[str, str]:
    """Show what helps to choose."""
    found = collect(against_tfidf.STUDY.ledger())
    kinds = read("accuracy", KINDS).found
    return {"date": last_run(), "choose": tables.choose(found, kinds)}


SUBJECT = Subject(
    [*STUDIES, KINDS],
    measure,
    show,
    {
        "accuracy.md": accuracy,
        "accuracy_details.md": details,
        "accuracy_by_corpus.md": by_corpus,
        "which_model.md": which_model,
    },
    {
        "against_tfidf.png": tables.plot,
        "learning_curves.png": curves.plot,
        "frontier.png": frontier.plot,
    },
)
