"""How many distinct words there are in so many, and what it takes to put two counts together."""

import statistics
import time
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from skembed.text._vocabulary import TokenCounts, add_counts, number_tokens, rank

MERGED = 10_000, 100_000, 1_000_000
BATCH_WORDS = 60_000
"""About as many distinct words as a batch of a stream has, a million tokens."""

REPEATS = 5


def growth(messages: list[str], fewest: int = 100) -> list[dict[str, int]]:
    """Count distinct words in ever more messages.

    Parameters
    ----------
    messages : list of str
        In the order in which they are read.
    fewest : int, default=100
        Messages at the first point, at least.

    Returns
    -------
    points : list of dict
        ``tokens`` read so far and ``words`` met in them, at doubling numbers of messages.
    """
    from skembed import KerasTokenizer

    _, numbers, lengths = number_tokens(messages, KerasTokenizer()._make_splitter())
    met = np.maximum.accumulate(numbers) + 1  # they are given in the order of first appearance
    points = []
    n_messages = len(messages)
    while n_messages >= fewest:
        n_tokens = int(lengths[:n_messages].sum())
        points.append({"tokens": n_tokens, "words": int(met[n_tokens - 1])})
        n_messages //= 2
    return points[::-1]


def heaps(points: list[dict[str, int]]) -> tuple[float, float]:
    """Fit Heaps' law, words = factor * tokens ** exponent, to the upper half of the points.

    References
    ----------
    Heaps (1978), Information Retrieval: Computational and Theoretical Aspects.

    Examples
    --------
    >>> points = [{"tokens": n, "words": 5 * n**0.5} for n in (4, 100, 10_000, 1_000_000)]
    >>> factor, exponent = heaps(points)
    >>> round(factor, 6), round(exponent, 6)
    (5.0, 0.5)
    """
    upper = points[len(points) // 2 :]
    logs = [np.log([point[name] for point in upper]) for name in ("tokens", "words")]
    exponent, factor = np.polyfit(*logs, 1)
    return float(np.exp(factor)), float(exponent)


def merging() -> list[dict[str, float]]:
    """Add two counts of as many words, half of which both have, or those of a batch, and rank.

    Returns
    -------
    measured : list of dict
        ``words`` in each count, and the median seconds to ``add``, to ``add_batch``, and to
        ``rank`` the sum.
    """
    rng = np.random.default_rng(0)
    measured = []
    for n_words in MERGED:
        one, other = (_counts(n_words, start, rng) for start in (0, n_words // 2))
        batch = _counts(BATCH_WORDS, n_words - BATCH_WORDS // 2, rng)
        seconds: dict[str, list[float]] = {"add": [], "rank": [], "add_batch": []}
        for _ in range(REPEATS):
            started = time.perf_counter()
            both = add_counts(one, other)
            added = time.perf_counter()
            rank(both, 1, 20_000)
            ranked = time.perf_counter()
            add_counts(one, batch)
            seconds["add"].append(added - started)
            seconds["rank"].append(ranked - added)
            seconds["add_batch"].append(time.perf_counter() - ranked)
        medians = {name: statistics.median(values) for name, values in seconds.items()}
        measured.append({"words": n_words} | medians)
    return measured


def _counts(n_words: int, start: int, rng: np.random.Generator) -> TokenCounts:
    names = (f"word{i}" for i in range(start, start + n_words))
    occurrences = rng.zipf(1.5, n_words).clip(max=10**9)
    nothing = np.zeros(n_words, dtype=np.int64)
    words: dict[str, int] = {name: i for i, name in enumerate(names)}
    return TokenCounts(words, occurrences, occurrences, nothing, n_words)


def measure(settings: Settings) -> dict[str, Any]:
    """Count in the messages of 20 Newsgroups, in random order; put counts together."""
    messages = [text for part in ("train", "test") for text in newsgroups(part, settings)[0]]
    order = np.random.default_rng(0).permutation(len(messages))
    return {"growth": growth([messages[i] for i in order]), "merging": merging()}
