"""Benchmark 12: a hundred times the documents."""

import time
from statistics import median
from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings, peak_memory_mb, resident_memory_mb
from benchmarks.corpora import numbered
from benchmarks.definition import (
    AtMost,
    Benchmark,
    Contender,
    Figures,
    Measured,
    Verdict,
    demand,
    ratios,
)
from benchmarks.figures import spread
from benchmarks.speed.training import start_engine

SMALL, LARGE = 5_000, 500_000


def prepare(n_documents: int) -> Any:
    def prepared(settings: Settings) -> Any:
        texts, labels = numbered("mr.csv.gz", "label")
        n = n_documents // 25 if settings.quick else n_documents
        rows = np.random.default_rng(settings.seed).integers(len(texts), size=n)
        start_engine()
        train(texts, labels)  # traces the graph, for a vocabulary as large as it can get
        return [texts[i] for i in rows], labels[rows]

    return prepared


def train(texts: list[str], labels: Any) -> tuple[Any, dict[str, float]]:
    from skembed import KerasTokenizer

    seconds, start = {}, time.perf_counter()
    sequences = KerasTokenizer().fit_transform(texts)
    seconds["tokenize"] = time.perf_counter() - start
    classifier = network_alone("CNNTextClassifier", epochs=1, embedding_dim=50, random_state=0)
    classifier.fit(sequences, labels)
    seconds["fit"] = time.perf_counter() - start - seconds["tokenize"]
    answers = classifier.predict_proba(sequences)
    seconds["predict"] = time.perf_counter() - start - seconds["tokenize"] - seconds["fit"]
    return (len(sequences.ids), answers.shape), seconds


def run(data: Any) -> Any:
    before = resident_memory_mb()
    return *train(*data), before


def report(data: Any, result: Any) -> tuple[Any, Figures]:
    (n_tokens, shape), seconds, before = result
    n = len(data[0])
    figures = {f"{name}_us_per_document": s / n * 1e6 for name, s in seconds.items()}
    return (n, shape[0]), figures | {
        "us_per_document": sum(seconds.values()) / n * 1e6,
        "bytes_per_token": (peak_memory_mb() - before) * 1e6 / n_tokens,
    }


def check(results: dict[str, Any]) -> str:
    for name, (n_documents, n_answers) in results.items():
        demand(n_documents == n_answers, f"{name}: {n_answers} answers")
    return "an answer for every document"


class SameSpeed:
    """Time per document of the large corpus is at most a tenth above that of the small one."""

    def judge(self, measured: Measured) -> Verdict:
        small, large = measured.values()
        values = ratios(large, small, "us_per_document")
        goal = "time per document of 500,000 at most 1.1 times that of 5,000"
        return Verdict(goal, f"{spread(values)} times", median(values) <= 1.1)


BENCHMARK = Benchmark(
    title="Growth from 5,000 to 500,000 documents: tokenize, one CNN epoch, predict",
    contenders={
        "skembed, 5,000": Contender(prepare(SMALL), run, report),
        "skembed, 500,000": Contender(prepare(LARGE), run, report),
    },
    goals=[SameSpeed(), AtMost("bytes_per_token", 12, "bytes", ours="skembed, 500,000")],
    check=check,
    rounds=3,
    note="The documents are film-review sentences, drawn with replacement. Memory is the peak "
    "minus the memory before, which held the texts, and the network of all their distinct "
    "words, trained once.",
)
