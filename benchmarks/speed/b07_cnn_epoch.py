"""Benchmark 7: an epoch of the Keras blog's network and of Kim's."""

from typing import Any

from benchmarks.definition import AsAccurate, Benchmark, Faster, demand
from benchmarks.speed.training import Corpus, frozen, ours, plain_keras

BATCH_SIZE = 128


COMMON = {"spatial_dropout": 0.0, "learning_rate": 1e-3, "batch_size": BATCH_SIZE}


def make_blog(corpus: Corpus) -> Any:
    layers = {"stacked": True, "filters": 128, "kernel_sizes": (5, 5, 5), "pool_size": 5}
    dense = {"dense_dropout": 0.0, "dense_units": (128,), "optimizer": "rmsprop"}
    return frozen(corpus, "CNNTextClassifier", **layers, **dense, **COMMON)


def blog(x: Any) -> Any:
    from keras import layers

    for _ in range(2):
        x = layers.Conv1D(128, 5, activation="relu")(x)
        x = layers.MaxPooling1D(5)(x)
    x = layers.Conv1D(128, 5, activation="relu")(x)
    x = layers.GlobalMaxPooling1D()(x)
    return layers.Dense(128, activation="relu")(x)


def make_kim(corpus: Corpus) -> Any:
    layers = {"filters": 100, "kernel_sizes": (3, 4, 5), "dense_dropout": 0.5}
    return frozen(corpus, "CNNTextClassifier", **layers, **COMMON)


def kim(x: Any) -> Any:
    from keras import layers

    pooled = [
        layers.GlobalMaxPooling1D()(layers.Conv1D(100, size, activation="relu")(x))
        for size in (3, 4, 5)
    ]
    return layers.Dropout(0.5)(layers.Concatenate()(pooled))


def check(results: dict[str, Any]) -> str:
    for name in ("blog", "Kim"):
        mine, theirs = results[f"skembed, {name}"], results[f"Keras, {name}"]
        demand(mine == theirs, f"networks of different size: {mine} and {theirs}")
    return "networks with the same numbers of weights"


BENCHMARK = Benchmark(
    title="One epoch of the Keras blog's CNN and of Kim's on 20 Newsgroups, at most 1,000 tokens, "
    "frozen GloVe 50d",
    contenders={
        "skembed, blog": ours(make_blog),
        "Keras, blog": plain_keras(blog, "rmsprop", BATCH_SIZE),
        "skembed, Kim": ours(make_kim),
        "Keras, Kim": plain_keras(kim, "adam", BATCH_SIZE),
    },
    goals=[
        Faster("Keras, blog", 3, ours="skembed, blog"),
        Faster("Keras, Kim", 3, ours="skembed, Kim"),
        AsAccurate("Keras, blog", ours="skembed, blog"),
        AsAccurate("Keras, Kim", ours="skembed, Kim"),
    ],
    check=check,
    note="The time is that of a whole fit from token ids, with building and tracing. Keras's "
    "documents are padded to 1,000 tokens.",
)
