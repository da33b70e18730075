"""Layers that know where a right-padded document ends."""

from typing import Any

import keras
from keras import ops

from skembed.networks._encoder import LOWEST
from skembed.networks._kernels import kernels
from skembed.networks._types import Tensor


class _SameShape(keras.layers.Layer):
    def compute_output_spec(self, inputs: Tensor, *others: Tensor) -> Any:
        """Describe the output, of the shape of the input."""
        return keras.KerasTensor(inputs.shape, dtype=inputs.dtype)


@keras.saving.register_keras_serializable("skembed")
class DocumentLengths(keras.layers.Layer):
    """Count the steps of each document, without the padding behind it.

    A document ends at its last step that is not zero; it has at least one.

    Input shape: (n_samples, n_steps), or (n_samples, n_steps, n_dims).
    Output shape: (n_samples,), dtype int32.
    """

    def call(self, inputs: Tensor) -> Any:
        """Return the number of steps of each document."""
        filled = ops.not_equal(inputs, 0)
        if len(inputs.shape) == 3:
            filled = ops.any(filled, axis=-1)
        numbers = ops.arange(1, ops.shape(filled)[1] + 1, dtype="int32")
        return ops.max(ops.where(filled, numbers, 1), axis=1)

    def compute_output_spec(self, inputs: Tensor) -> Any:
        """Describe the lengths."""
        return keras.KerasTensor(inputs.shape[:1], dtype="int32")


@keras.saving.register_keras_serializable("skembed")
class MovePaddingBack(_SameShape):
    """Move the zeros at the front of each document behind its end.

    Input and output shape: (n_samples, n_steps), or (n_samples, n_steps, n_dims).
    """

    def call(self, inputs: Tensor) -> Any:
        """Return each document from its first step that is not zero."""
        filled = ops.not_equal(inputs, 0)
        if len(inputs.shape) == 3:
            filled = ops.any(filled, axis=-1)
        steps = ops.cumsum(ops.ones_like(filled, dtype="int32"), axis=1) - 1
        n_steps = ops.max(steps, axis=1, keepdims=True) + 1
        first = ops.min(ops.where(filled, steps, n_steps - 1), axis=1, keepdims=True)
        order = ops.mod(steps + first, n_steps)
        return kernels().take_steps(inputs, order)


@keras.saving.register_keras_serializable("skembed", name="Silence")  # as files call it
class ZeroPadding(keras.layers.Layer):
    """Set the steps behind a document's end to zero.

    Input shape: values (n_samples, n_steps, n_dims) and lengths (n_samples,).
    """

    def call(self, inputs: Tensor, lengths: Tensor) -> Any:
        """Return the values, zero behind the ends."""
        return inputs * ops.cast(_inside(inputs, lengths), inputs.dtype)


@keras.saving.register_keras_serializable("skembed", name="Lengthen")  # as files call it
class PadSteps(_SameShape):
    """Append zeros to the steps until there are `n_steps` of them."""

    def __init__(self, n_steps: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.n_steps = n_steps

    def call(self, inputs: Tensor) -> Any:
        """Return the steps, of shape (n_samples, n_steps or more, ...)."""
        return pad_steps(inputs, self.n_steps)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "n_steps": self.n_steps}


@keras.saving.register_keras_serializable("skembed")
class ReverseDocument(_SameShape):
    """Reverse each document, with the padding still behind it."""

    def call(self, inputs: Tensor, lengths: Tensor) -> Any:
        """Return the steps in the opposite order."""
        return kernels().reverse_documents(inputs, lengths)


@keras.saving.register_keras_serializable("skembed")
class PoolDocument(keras.layers.Layer):
    """Reduce a document's steps to one vector: its last one, or their maximum or mean.

    Input shape: values (n_samples, n_steps, n_dims) and lengths (n_samples,).
    Output shape: (n_samples, n_dims).
    """

    def __init__(self, pooling: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.pooling = pooling

    def call(self, inputs: Tensor, lengths: Tensor) -> Any:
        """Return values of shape (n_samples, n_dims)."""
        if self.pooling == "last":
            last = ops.expand_dims(lengths - 1, 1)
            return ops.squeeze(kernels().take_steps(inputs, last), axis=1)
        inside = _inside(inputs, lengths)
        if self.pooling == "max":
            lowest = ops.cast(never_largest(inputs.dtype), inputs.dtype)
            return ops.max(ops.where(inside, inputs, lowest), axis=1)
        total = ops.sum(inputs * ops.cast(inside, inputs.dtype), axis=1)
        return total / ops.cast(ops.expand_dims(lengths, 1), inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "pooling": self.pooling}


def join(vectors: list[Any], precision: str, name: str) -> Any:
    """Put vectors of a document side by side."""
    if len(vectors) == 1:
        return vectors[0]
    return keras.layers.Concatenate(dtype=precision, name=name)(vectors)


def pad_steps(steps: Tensor, n_steps: Tensor) -> Any:
    """Append zeros to the steps until there are `n_steps` of them."""
    missing = larger(n_steps - ops.shape(steps)[1], 0)
    return ops.pad(steps, [[0, 0], [0, missing], *[[0, 0]] * (len(steps.shape) - 2)])


def larger(size: Tensor, least: int) -> Any:
    """Return a number of steps, or `least` if that is larger; a tensor where sizes are tensors."""
    return max(size, least) if isinstance(size, int) else ops.maximum(size, least)


def never_largest(dtype: str) -> float:
    """Return a number below all that a network computes, within a dtype's range."""
    return -6e4 if dtype == "float16" else LOWEST


def _inside(steps: Tensor, lengths: Tensor) -> Any:
    """Return which steps are those of documents: (n_samples, n_steps, 1), bool."""
    numbers = ops.arange(ops.shape(steps)[1], dtype="int32")
    return ops.expand_dims(numbers < ops.expand_dims(lengths, 1), -1)


@keras.saving.register_keras_serializable("skembed")
class EmbedWords(keras.layers.Embedding):
    """Keras's embedding, whose time does not grow with the number of words."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{**kwargs, "autocast": False})

    def call(self, inputs: Tensor) -> Any:
        """Return the vectors, cast to the precision of the network."""
        return ops.cast(kernels().take_rows(self.embeddings, inputs), self.compute_dtype)


class FedDropout(keras.layers.Layer):
    """Dropout at a rate that may change between two steps without another graph.

    In a sequence it drops the same components at all steps, like Keras's SpatialDropout1D.
    """

    # (n_samples, 1, n_dims), float32: numbers in [0, 1) drawn before, of which small ones drop.
    drawn: Any = None

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.rate = self.add_weight(
            shape=(),
            initializer="zeros",
            dtype="float32",
            trainable=False,
            autocast=False,
            name="rate",
        )
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: Tensor, training: bool = False) -> Any:
        """Return the inputs; in training some are zero, and the others larger."""
        if not training:
            return inputs
        drawn = self.drawn
        if drawn is None:
            drawn = self.draw(ops.shape(inputs[:, :1] if len(inputs.shape) == 3 else inputs))
        kept = ops.cast(drawn >= self.rate, "float32") / (1 - self.rate)
        return inputs * ops.cast(kept, inputs.dtype)

    def draw(self, shape: tuple[Tensor, ...]) -> Any:
        """Draw numbers in [0, 1)."""
        return keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)


@keras.saving.register_keras_serializable("skembed")
class FusedLSTM(keras.layers.LSTM):
    """Keras's LSTM with weights and results unchanged, computed by a kernel for CPUs.

    Keras's own loop is used if the backend has no kernel: on a GPU, and mostly with dropped states
    and with 16-bit numbers.
    """

    def call(
        self,
        sequences: Tensor,
        initial_state: Tensor = None,
        mask: Tensor = None,
        training: bool = False,
    ) -> Any:
        """Return the outputs of all steps, of shape (n_samples, n_steps, units)."""
        plain = not self.recurrent_dropout and self.compute_dtype == "float32"
        fused = kernels().lstm_kernel(plain)
        each_gate_drops_inputs = self.dropout and self.recurrent_dropout
        if fused is None or each_gate_drops_inputs:
            return super().call(
                sequences, initial_state=initial_state, mask=mask, training=training
            )
        if training and self.dropout:
            sequences = sequences * self._kept(ops.ones_like(sequences[:, :1]), self.dropout)
        if training and self.recurrent_dropout:
            states = ops.ones((ops.shape(sequences)[0], self.units), sequences.dtype)
            kept = [self._kept(states, self.recurrent_dropout) for _ in range(4)]
            return fused(self.cell, sequences, ops.stack(kept, axis=1))
        return fused(self.cell, sequences)

    def _kept(self, whole: Tensor, rate: float) -> Any:
        """Drop some of an array of ones, as Keras's cell does."""
        return keras.random.dropout(whole, rate, seed=self.cell.seed_generator)
