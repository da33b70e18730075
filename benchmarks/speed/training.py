"""One epoch of the same network on 20 Newsgroups, by skembed and in plain Keras."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Contender, Figures
from benchmarks.vectors import glove

MAX_TOKENS, MAX_LENGTH, EPOCHS = 20_000, 1_000, 1


@dataclass
class Corpus:
    """Token ids and classes of both parts, and a word vector for each id."""

    train: Any
    y_train: Any
    test: Any
    y_test: Any
    vectors: Any
    n_classes: int
    seed: int


def load_corpus(settings: Settings) -> Corpus:
    """Tokenize 20 Newsgroups and align GloVe 50d."""
    from skembed import KerasTokenizer

    texts, y_train = newsgroups("train", settings)
    others, y_test = newsgroups("test", settings)
    tokenizer = KerasTokenizer(MAX_TOKENS, MAX_LENGTH)
    train, test = tokenizer.fit_transform(texts), tokenizer.transform(others)
    vectors = glove(settings).align(tokenizer.vocabulary_)
    return Corpus(train, y_train, test, y_test, vectors, 20, settings.seed)


def frozen(corpus: Corpus, kind: str, **parameters: Any) -> Any:
    """Make a classifier that keeps the word vectors as they are."""
    return network_alone(
        kind,
        embeddings=corpus.vectors,
        trainable_embeddings=False,
        epochs=EPOCHS,
        random_state=corpus.seed,
        **parameters,
    )


def ours(make: Callable[[Corpus], Any]) -> Contender:
    """Fit one of skembed's classifiers; TensorFlow is loaded before."""

    def prepare(settings: Settings) -> Corpus:
        start_engine()
        return load_corpus(settings)

    def report(corpus: Corpus, classifier: Any) -> tuple[Any, Figures]:
        accuracy = classifier.score(corpus.test, corpus.y_test)
        weights = sum(w.size for w in classifier.network_.get_weights())
        rows = len(corpus.vectors) * corpus.vectors.shape[1]
        return int(weights - rows), {"accuracy": float(accuracy)}

    return Contender(prepare, lambda corpus: make(corpus).fit(corpus.train, corpus.y_train), report)


def start_engine() -> None:
    """Let skembed load TensorFlow, by a network that no benchmark has."""
    from skembed import CNNTextClassifier

    CNNTextClassifier(embedding_dim=2, filters=2, epochs=1).fit(["sun", "moon"], [0, 1])


def plain_keras(encode: Callable[[Any], Any], optimizer: str, batch_size: int) -> Contender:
    """Fit a network of plain Keras to documents padded at the front to 1,000 tokens."""

    def prepare(settings: Settings) -> tuple[Corpus, Any]:
        import keras

        corpus = load_corpus(settings)
        keras.utils.set_random_seed(settings.seed)
        return corpus, corpus.train.to_dense(MAX_LENGTH)

    def run(data: tuple[Corpus, Any]) -> Any:
        corpus, padded = data
        network = build(corpus, encode)
        network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        network.fit(padded, corpus.y_train, batch_size=batch_size, epochs=EPOCHS, verbose=0)
        return network

    def report(data: tuple[Corpus, Any], network: Any) -> tuple[Any, Figures]:
        corpus = data[0]
        answers = network.predict(corpus.test.to_dense(MAX_LENGTH), verbose=0).argmax(axis=1)
        weights = sum(w.size for w in network.get_weights())
        return int(weights - corpus.vectors.size), {
            "accuracy": float(np.mean(answers == corpus.y_test))
        }

    return Contender(prepare, run, report)


def build(corpus: Corpus, encode: Callable[[Any], Any], *, mask: bool = False) -> Any:
    """Build a Keras network of a frozen embedding, an encoder, and a softmax of the classes."""
    import keras
    from keras import layers

    n_rows, n_dims = corpus.vectors.shape
    inputs = keras.Input((MAX_LENGTH,), dtype="int32")
    embedding = layers.Embedding(n_rows, n_dims, trainable=False, mask_zero=mask)
    encoded = encode(embedding(inputs))
    embedding.set_weights([corpus.vectors])
    return keras.Model(inputs, layers.Dense(corpus.n_classes, activation="softmax")(encoded))
