"""Benchmark 11: the answers to many documents."""

from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand
from benchmarks.speed.training import MAX_LENGTH, Corpus, embedded, load_corpus

UNITS = 100


def fitted(settings: Settings) -> tuple[Corpus, Any]:
    """Fit one epoch on few documents: what the weights are does not matter."""
    from skembed import LSTMTextClassifier

    corpus = load_corpus(settings)
    classifier = LSTMTextClassifier(
        embeddings=corpus.vectors,
        trainable_embeddings=False,
        units=UNITS,
        epochs=1,
        batch_size=64,
        random_state=0,
    )
    return corpus, classifier.fit(corpus.train[:400], np.arange(400) % corpus.n_classes)


def prepare_keras(mask: bool) -> Any:
    def prepare(settings: Settings) -> Any:
        import keras  # before skembed, so that TensorFlow has its own number of threads
        import tensorflow  # noqa: F401
        from keras import layers

        corpus, classifier = fitted(settings)
        inputs, x = embedded(corpus, mask=mask)
        x = layers.LSTM(UNITS)(x)
        outputs = layers.Dense(corpus.n_classes, activation="softmax")(x)
        network = keras.Model(inputs, outputs)
        # The same weights in the same order, the embedding first.
        network.set_weights([corpus.vectors, *classifier.network_.get_weights()[1:]])
        return network, corpus.test.to_dense(MAX_LENGTH)

    return prepare


def count(data: Any, probabilities: Any) -> tuple[Any, Figures]:
    return np.asarray(probabilities), {}


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
        "skembed": Contender(fitted, lambda data: data[1].predict_proba(data[0].test), count),
        "Keras, masked": Contender(
            prepare_keras(True), lambda data: data[0].predict(data[1], verbose=0), count
        ),
        "Keras, no mask": Contender(
            prepare_keras(False), lambda data: data[0].predict(data[1], verbose=0), count
        ),
    },
    goals=[Faster("Keras, masked", 5), Faster("Keras, no mask", 5)],
    check=check,
    note="From token ids; Keras's documents are padded at the front to 1,000 tokens.",
)
