"""Benchmark 11: the answers to many documents."""

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, Faster, demand
from benchmarks.speed.training import MAX_LENGTH, Corpus, build, frozen, load_corpus

UNITS = 100


def fitted(settings: Settings) -> tuple[Corpus, Any]:
    """Fit one epoch on few documents: what the weights are does not matter."""
    corpus = load_corpus(replace(settings, seed=0))
    classifier = frozen(corpus, "LSTMTextClassifier", units=UNITS, batch_size=64)
    return corpus, classifier.fit(corpus.train[:400], np.arange(400) % corpus.n_classes)


def keras(mask: bool) -> Contender:
    def prepare(settings: Settings) -> Any:
        import tensorflow  # noqa: F401  before skembed: TensorFlow has its own number of threads
        from keras import layers

        corpus, classifier = fitted(settings)
        network = build(corpus, lambda x: layers.LSTM(UNITS)(x), mask=mask)
        # The same weights in the same order, the embedding first.
        network.set_weights([corpus.vectors, *classifier.network_.get_weights()[1:]])
        return network, corpus.test.to_dense(MAX_LENGTH)

    return Contender(prepare, lambda data: data[0].predict(data[1], verbose=0))


def check(results: dict[str, Any]) -> str:
    gap = np.abs(results["skembed"] - results["Keras, masked"]).max()
    demand(bool(gap < 1e-4), f"probabilities differ by {gap}")
    return (
        "probabilities equal to masked Keras within 0.0001; without a mask Keras reads the padding "
        "and gives others"
    )


BENCHMARK = Benchmark(
    title="predict_proba of the 20 Newsgroups test set (7,532 messages), LSTM(100)",
    contenders={
        "skembed": Contender(fitted, lambda data: data[1].predict_proba(data[0].test)),
        "Keras, masked": keras(True),
        "Keras, no mask": keras(False),
    },
    goals=[Faster("Keras, masked", 5), Faster("Keras, no mask", 5)],
    check=check,
    note="All of them get token ids. Keras's documents are padded at the front to 1,000 tokens.",
)
