"""Benchmark 3: the embedding matrix of a vocabulary."""

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Benchmark, Contender, Faster, Figures, all_equal, timed
from benchmarks.vectors import GLOVE_DIMS, glove, glove_text, read_with_a_loop

CALLS = 9


def contender(load: Callable[[Settings], Any], align: Callable[[Any, Any], Any]) -> Contender:
    def prepare(settings: Settings) -> tuple[Any, dict[str, int]]:
        from skembed import KerasTokenizer

        texts, _ = newsgroups("train", settings)
        return load(settings), KerasTokenizer(max_tokens=20_002).fit(texts).vocabulary_

    def report(data: Any, result: Any) -> tuple[Any, Figures]:
        matrix, seconds = result
        return matrix, {"seconds": statistics.median(seconds), "first_call": seconds[0]}

    return Contender(prepare, lambda data: timed(lambda: align(*data), CALLS), report)


def fill(vectors: dict[str, Any], ids: dict[str, int]) -> Any:
    matrix = np.zeros((len(ids) + 2, GLOVE_DIMS), dtype=np.float32)
    for word, i in ids.items():
        vector = vectors.get(word)
        if vector is not None:
            matrix[i] = vector
    return matrix


BENCHMARK = Benchmark(
    title="Embedding matrix of the 20,000 most frequent words of 20 Newsgroups",
    contenders={
        "skembed": contender(glove, lambda vectors, ids: vectors.align(ids)),
        "loop over a dict": contender(lambda s: read_with_a_loop(glove_text(s)), fill),
    },
    goals=[Faster("loop over a dict", 5)],
    check=all_equal("identical matrices"),
    rounds=5,
    note=f"Median of {CALLS} calls in each process. Reading the vectors is not timed.",
)
