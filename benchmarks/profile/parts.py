"""What single parts of skembed save: the same work with one of them taken out."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, demand
from benchmarks.speed import b06_lstm_epoch, b07_cnn_epoch, b08_grid_search
from benchmarks.speed.training import load_corpus, start_engine

Change = tuple[str, Any]
"""Dotted name below ``skembed.networks``, and what replaces it."""


def make_contender(make: Callable[[Settings], tuple[Any, Any, Any]], *changes: Change) -> Contender:
    """Fit a second time in a process, so that tracing does not count."""

    def prepare(settings: Settings) -> Any:
        start_engine()
        stack = ExitStack()
        for name, value in changes:
            stack.enter_context(patch(f"skembed.networks.{name}", value))
        classifier, X, y = make(settings)
        return classifier.fit(X, y), X, y, stack

    def run(data: Any) -> Any:
        return data[0].fit(*data[1:3])

    def report(data: Any, classifier: Any) -> Any:
        loss = classifier.history_["loss"][-1]
        return float(loss), {"loss": float(loss)}

    return Contender(prepare, run, report)


def kim(settings: Settings) -> tuple[Any, Any, Any]:
    corpus = load_corpus(settings)
    return b07_cnn_epoch.make_kim(corpus), corpus.train, corpus.y_train


def lstm(settings: Settings) -> tuple[Any, Any, Any]:
    corpus = load_corpus(settings)
    return b06_lstm_epoch.make_ours(corpus), corpus.train, corpus.y_train


def questions(settings: Settings) -> tuple[Any, Any, Any]:
    classifier, (texts, labels) = b08_grid_search.ours("CNNTextClassifier").prepare(settings)
    return classifier, texts, labels


def whole(engine: Any, steps: Any) -> Any:
    """Read a batch at once."""
    return engine._encoder(steps, training=True)


def unsorted(lengths: Any, batch_size: int, rng: Any) -> Any:
    """Make batches of documents of any length."""
    order = rng.permutation(len(lengths))
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def check(tolerance: float, other_steps: str | None) -> Callable[[dict[str, Any]], str]:
    def checked(results: dict[str, Any]) -> str:
        values = [value for name, value in results.items() if name != other_steps]
        demand(np.allclose(values, values[0], rtol=tolerance), f"other losses: {results}")
        return f"losses of the last epoch within {tolerance:.0%} of each other"

    return checked


HALVES = ("_engine_tensorflow.TensorFlowEngine._encode_side_by_side", whole)
UNSORTED = ("_epoch.shuffled_batches", unsorted)

Make = Callable[[Settings], tuple[Any, Any, Any]]


def part(
    title: str,
    make: Make,
    changes: dict[str, Change],
    other_steps: str | None = None,
) -> Benchmark:
    """Measure some work as it is, with each change of its own, and with those for all networks.

    All shall reach the same loss, except for the change `other_steps`, which learns in other steps.
    """
    changes = changes | {
        "batches read whole instead of in halves": HALVES,
        "batches of documents of any length": UNSORTED,
    }
    contenders = {name: make_contender(make, change) for name, change in changes.items()}
    return Benchmark(
        title=title,
        contenders={"skembed": make_contender(make)} | contenders,
        check=check(0.1, other_steps),
    )


DENSE_ADAM = "Keras's Adam, which moves all rows"

PARTS = {
    "lstm_parts": part(
        "LSTM(100), one epoch on 20 Newsgroups",
        lstm,
        {
            "Keras's loop instead of the fused kernel": (
                "_kernels_tensorflow.lstm_kernel",
                lambda: None,
            )
        },
    ),
    "kim_parts": part(
        "Kim's CNN, one epoch on 20 Newsgroups",
        kim,
        {"gradient through all windows": ("_engine_tensorflow.FEW_STEPS", 10**9)},
    ),
    "questions_parts": part(
        "CNN with learned embeddings, three epochs on TREC",
        questions,
        {
            DENSE_ADAM: ("_optimizers._own_classes", dict),
            "gradient through the largest windows": ("_engine_tensorflow.FEW_STEPS", 0),
        },
        other_steps=DENSE_ADAM,
    ),
}
