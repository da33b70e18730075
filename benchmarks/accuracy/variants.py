"""What skembed has no parameter for, made for these studies alone."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from sklearn.base import clone

from benchmarks.accuracy.configurations import network
from benchmarks.accuracy.runs import Make
from benchmarks.alone import ALONE
from benchmarks.vectors import GLOVE
from skembed import LSTMTextClassifier, WordVectors
from skembed.classifiers._training_documents import words_of
from skembed.networks import LSTMEncoder
from skembed.networks._layers import _inside, never_largest
from skembed.text import make_tokenizer

RATE = 3e-3
"""The classifiers' default."""


def warm_up(progress: float) -> float:
    """Rise over the first tenth of all steps."""
    return min(1.0, 10 * progress)


def decay(progress: float) -> float:
    """Fall in a line to zero."""
    return 1 - progress


def one_cycle(progress: float) -> float:
    """Rise over the first tenth and fall from there."""
    return min(10 * progress, (1 - progress) / 0.9)


class RateByStep(keras.callbacks.Callback):
    """Set the learning rate before each step.

    Parameters
    ----------
    factor : callable
        Takes the part of all steps that are done, and returns the part of the rate.
    """

    def __init__(self, factor: Callable[[float], float]) -> None:
        super().__init__()
        self.factor = factor
        self.done = 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Set the rate of the step to come."""
        progress = self.done / (self.params["epochs"] * self.params["steps"])
        self.model.optimizer.learning_rate.assign(RATE * self.factor(progress))
        self.done += 1


class SlowVectors(keras.callbacks.Callback):
    """Take back a part of what each step does to the word vectors.

    Parameters
    ----------
    kept : float
        The part that stays, as if the vectors had a rate so much smaller.
    """

    def __init__(self, kept: float) -> None:
        super().__init__()
        self.kept = kept

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.before = self.model.get_layer("embedding").embeddings.numpy().copy()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Put them between what they were and what they are."""
        vectors = self.model.get_layer("embedding").embeddings
        vectors.assign(self.before + self.kept * (vectors.numpy() - self.before))


class MeanOfEpochs(keras.callbacks.Callback):
    """End with the mean of the weights that the last epochs ended with.

    Parameters
    ----------
    n_epochs : int
        How many epochs count.
    """

    def __init__(self, n_epochs: int) -> None:
        super().__init__()
        self.n_epochs = n_epochs
        self.weights: list[list[Any]] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the weights of the epoch."""
        self.weights = [*self.weights, self.model.get_weights()][-self.n_epochs :]

    def on_train_end(self, logs: Any = None) -> None:
        """Set the means."""
        self.model.set_weights([np.mean(each, axis=0) for each in zip(*self.weights, strict=True)])


class Wrapped:
    """A classifier that is made when the training documents are known.

    Parameters
    ----------
    fit : callable
        Takes documents and labels, and returns a fitted classifier.
    """

    def __init__(self, fit: Callable[[list[str], Any], Any]) -> None:
        self._fit = fit

    def fit(self, X: list[str], y: Any) -> "Wrapped":
        self.classifier = self._fit(X, y)
        return self

    def predict(self, X: list[str]) -> Any:
        return self.classifier.predict(X)


def drawn_words(kind: str) -> Make:
    """Draw vectors, as large as the others, for words that have none: zeros by default."""

    def make(seed: int) -> Wrapped:
        def fit(X: list[str], y: Any) -> Any:
            vectors = WordVectors.load(GLOVE)
            reading = make_tokenizer(None, extra_words=words_of(vectors))
            matrix = vectors.align(clone(reading).fit(X).vocabulary_).copy()
            have_one = matrix.any(axis=1)
            have_one[0] = True  # padding has none in any case
            size = (np.count_nonzero(~have_one), matrix.shape[1])
            known = matrix[have_one]
            drawn = np.random.default_rng(seed).normal(known.mean(axis=0), known.std(axis=0), size)
            matrix[~have_one] = drawn
            return network(kind, embeddings=matrix, tokenizer=reading)(seed).fit(X, y)

        return Wrapped(fit)

    return make


def rare_words_unknown(kind: str) -> Make:
    """Let words that have no vector and are in one document be one and the same word."""

    def make(seed: int) -> Any:
        reading = make_tokenizer(None, extra_words=words_of(WordVectors.load(GLOVE))).set_params(
            min_df=2
        )
        return network(kind, tokenizer=reading)(seed)

    return make


class Attention(keras.layers.Layer):
    """Weigh the steps by a softmax over learned scores of them.

    References
    ----------
    Yang et al. (2016), Hierarchical attention networks for document
    classification, NAACL, https://aclanthology.org/N16-1174.
    """

    def build(self, inputs_shape: Any, lengths_shape: Any) -> None:
        """Make the weights of the scores."""
        self.hidden = keras.layers.Dense(inputs_shape[-1], activation="tanh", name="hidden")
        self.score = keras.layers.Dense(1, use_bias=False, name="score")
        self.hidden.build(inputs_shape)
        self.score.build(inputs_shape)
        self.built = True

    def call(self, inputs: Any, lengths: Any) -> Any:
        """Return the weighted mean of each document's steps."""
        scores = self.score(self.hidden(inputs))
        scores = keras.ops.where(_inside(inputs, lengths), scores, never_largest(inputs.dtype))
        return keras.ops.sum(inputs * keras.ops.softmax(scores, axis=1), axis=1)

    def compute_output_spec(self, inputs: Any, lengths: Any) -> Any:
        """Describe the documents."""
        return keras.KerasTensor((inputs.shape[0], inputs.shape[2]), dtype=self.compute_dtype)


@dataclass(frozen=True, kw_only=True)
class AttentiveEncoder(LSTMEncoder):
    """An LSTM whose outputs attention pools, in the place of their mean."""

    def pool(self, states: Any, lengths: Any, *, precision: str, name: str) -> Any:
        """Put attention behind the outputs."""
        return Attention(dtype=precision, name=name)(states, lengths)

    def weight_shapes(self, n_dims: int) -> Any:
        """Name the weights of the LSTM, and those of the scores."""
        shapes, width = super().weight_shapes(n_dims)
        for name in [name.split("/")[0] for name in shapes if name.endswith("/bias")]:
            layer, units = f"{name}_{self.pooling}", self.units
            shapes[f"{layer}/hidden/kernel"] = (units, units)
            shapes[f"{layer}/hidden/bias"] = (units,)
            shapes[f"{layer}/score/kernel"] = (units, 1)
        return shapes, width


class AttentiveClassifier(LSTMTextClassifier):
    """An `LSTMTextClassifier` with attention."""

    def _encoder(self) -> AttentiveEncoder:
        return AttentiveEncoder(**asdict(super()._encoder()))


def attention(**parameters: Any) -> Make:
    """Pool an LSTM's outputs with attention, in the place of their mean."""
    alone = ALONE["LSTMTextClassifier"]
    make = partial(
        AttentiveClassifier, **{**alone, "embeddings": GLOVE, "pooling": "mean", **parameters}
    )
    return lambda seed: make(random_state=seed)
