"""Benchmark 7: an epoch of the Keras blog's network and of Kim's."""

from typing import Any

from benchmarks.definition import AsAccurate, Benchmark, Faster, demand
from benchmarks.speed.training import EPOCHS, Corpus, embedded, ours, plain_keras

BATCH_SIZE = 128


def make_blog(corpus: Corpus) -> Any:
    from skembed import CNNTextClassifier

    return CNNTextClassifier(
        embeddings=corpus.vectors,
        trainable_embeddings=False,
        spatial_dropout=0.0,
        learning_rate=1e-3,
        stacked=True,
        filters=128,
        kernel_sizes=(5, 5, 5),
        pool_size=5,
        dense_dropout=0.0,
        dense_units=(128,),
        optimizer="rmsprop",
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        random_state=corpus.seed,
    )


def build_blog(corpus: Corpus) -> Any:
    import keras
    from keras import layers

    inputs, x = embedded(corpus)
    for _ in range(2):
        x = layers.Conv1D(128, 5, activation="relu")(x)
        x = layers.MaxPooling1D(5)(x)
    x = layers.Conv1D(128, 5, activation="relu")(x)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dense(128, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(corpus.n_classes, activation="softmax")(x))


def make_kim(corpus: Corpus) -> Any:
    from skembed import CNNTextClassifier

    return CNNTextClassifier(
        embeddings=corpus.vectors,
        trainable_embeddings=False,
        spatial_dropout=0.0,
        learning_rate=1e-3,
        filters=100,
        kernel_sizes=(3, 4, 5),
        dense_dropout=0.5,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        random_state=corpus.seed,
    )


def build_kim(corpus: Corpus) -> Any:
    import keras
    from keras import layers

    inputs, x = embedded(corpus)
    pooled = [
        layers.GlobalMaxPooling1D()(layers.Conv1D(100, size, activation="relu")(x))
        for size in (3, 4, 5)
    ]
    x = layers.Dropout(0.5)(layers.Concatenate()(pooled))
    return keras.Model(inputs, layers.Dense(corpus.n_classes, activation="softmax")(x))


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
        "Keras, blog": plain_keras(build_blog, "rmsprop", BATCH_SIZE),
        "skembed, Kim": ours(make_kim),
        "Keras, Kim": plain_keras(build_kim, "adam", BATCH_SIZE),
    },
    goals=[
        Faster("Keras, blog", 3, ours="skembed, blog"),
        Faster("Keras, Kim", 3, ours="skembed, Kim"),
        AsAccurate("Keras, blog", ours="skembed, blog"),
        AsAccurate("Keras, Kim", ours="skembed, Kim"),
    ],
    check=check,
    note="Whole fit with building and tracing, from token ids; Keras's documents are padded to "
    "1,000 tokens.",
)
