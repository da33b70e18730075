"""Benchmark 3: the embedding matrix of a vocabulary."""

import statistics
import time
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand
from benchmarks.vectors import GLOVE_DIMS, glove_cache, glove_text, read_with_a_loop

CALLS = 9


def vocabulary(settings: Settings) -> dict[str, int]:
    from skembed import KerasTokenizer

    texts, _ = newsgroups("train", settings)
    return KerasTokenizer(max_tokens=20_002).fit(texts).vocabulary_


def prepare_ours(settings: Settings) -> tuple[Any, dict[str, int]]:
    from skembed import WordVectors

    vectors = WordVectors.load(glove_text(settings), cache_dir=glove_cache(settings))
    return vectors, vocabulary(settings)


def prepare_loop(settings: Settings) -> tuple[Any, dict[str, int]]:
    return read_with_a_loop(glove_text(settings)), vocabulary(settings)


def fill(vectors: dict[str, Any], ids: dict[str, int]) -> Any:
    matrix = np.zeros((len(ids) + 2, GLOVE_DIMS), dtype=np.float32)
    for word, i in ids.items():
        vector = vectors.get(word)
        if vector is not None:
            matrix[i] = vector
    return matrix


def repeat(work: Any) -> Any:
    def run(data: Any) -> Any:
        seconds = []
        for _ in range(CALLS):
            start = time.perf_counter()
            matrix = work(*data)
            seconds.append(time.perf_counter() - start)
        return matrix, seconds

    return run


def report(data: Any, result: Any) -> tuple[Any, Figures]:
    matrix, seconds = result
    return matrix, {"seconds": statistics.median(seconds), "first_call": seconds[0]}


def check(results: dict[str, Any]) -> str:
    demand(np.array_equal(*results.values()), "the matrices differ")
    return "identical matrices"


BENCHMARK = Benchmark(
    title="Embedding matrix of the 20,000 most frequent words of 20 Newsgroups",
    contenders={
        "skembed": Contender(prepare_ours, repeat(lambda v, ids: v.align(ids)), report),
        "loop over a dict": Contender(prepare_loop, repeat(fill), report),
    },
    goals=[Faster("loop over a dict", 5)],
    check=check,
    rounds=5,
    note=f"Median of {CALLS} calls in each process. Reading the vectors is not timed.",
)
