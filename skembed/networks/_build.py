"""Numbers to an uncompiled Keras network: pure functions of a NetworkSpec."""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from skembed.networks._convolutions import ConvolveMax, ConvolvePool, Lengthen
from skembed.networks._fused_lstm import FusedLSTM
from skembed.networks._layers import (
    DocumentLengths,
    EmbedWords,
    MovePaddingBack,
    PoolDocument,
    ReverseDocument,
    Silence,
)
from skembed.networks._spec import ConvolutionSpec, NetworkSpec, RecurrentSpec

Drop = Callable[[Any, str, float, str], Any]
"""Puts a dropout behind a tensor: tensor, name of the layer, rate, precision."""

DOCUMENT = "document"
"""Name of the layer where a document has become one vector."""

LINEAR, SHARE = "wide", "share"
"""Names of the layers of a linear half: its own, and the one that weighs the network."""


def drop_with_keras(x: Any, name: str, rate: float, precision: str) -> Any:
    """Put one of Keras's dropouts behind a tensor, if there is anything to drop."""
    if not rate:
        return x
    kind = layers.SpatialDropout1D if len(x.shape) == 3 else layers.Dropout
    return kind(rate, dtype=precision, name=name)(x)


def build_network(
    spec: NetworkSpec, *, padding_anywhere: bool = False, drop: Drop = drop_with_keras
) -> keras.Model:
    """Build the network that turns padded documents into logits.

    Parameters
    ----------
    spec : NetworkSpec
        What to build.
    padding_anywhere : bool, default=False
        Take documents padded at the front as well, at the cost of moving them.
    drop : callable, default=drop_with_keras
        Makes the dropouts.

    Returns
    -------
    network : keras.Model
        Input: ``steps`` of shape (n_samples, n_steps), int32, or (n_samples,
        n_steps, n_dims), float32. Output: logits of shape (n_samples,
        n_outputs), float32. Not compiled.
    """
    # Layers are named, so that a weight's name never depends on what was built before, and have
    # a dtype each, so that the user's global one does not matter.
    if spec.n_rows is None:
        steps = keras.Input((None, spec.n_dims), dtype="float32", name="steps")
    else:
        steps = keras.Input((None,), dtype="int32", name="steps")
    read = steps
    if padding_anywhere:
        read = MovePaddingBack(dtype="float32", name="padding")(steps)
    lengths = DocumentLengths(dtype="float32", name="lengths")(read)
    if isinstance(spec.encoder, RecurrentSpec):
        x = recurrent(_embed(read, spec, drop), lengths, spec.encoder, spec.precision, drop)
    else:
        widest = max(spec.encoder.kernel_sizes)
        read = Lengthen(widest, dtype="float32", name="lengthen")(read)
        x = Silence(dtype=spec.precision, name="silence")(_embed(read, spec, drop), lengths)
        x = convolution(x, lengths, spec.encoder, spec.precision)
    x = layers.Identity(dtype=spec.precision, name=DOCUMENT)(x)
    return keras.Model(steps, head(x, spec, drop))


def _embed(steps: Any, spec: NetworkSpec, drop: Drop) -> Any:
    """Give each step its vector, some components dropped in training."""
    x = steps
    if spec.n_rows is not None:
        x = EmbedWords(
            spec.n_rows,
            spec.n_dims,
            trainable=spec.trainable_embedding,
            dtype=spec.precision,
            name="embedding",
        )(steps)
    return drop(x, "spatial_dropout", spec.spatial_dropout, spec.precision)


def with_linear_half(network: keras.Model, n_features: int, share: float) -> keras.Model:
    """Add a linear layer on bags of words to the weighted logits of a network.

    Parameters
    ----------
    network : keras.Model
        What `build_network` has built.
    n_features : int
        Columns of a bag.
    share : float
        What the network's logits are multiplied by.

    Returns
    -------
    network : keras.Model
        Inputs: ``steps``, and ``bag_values`` of shape (n_samples, n_features).
    """
    n_outputs = network.output.shape[1]
    values = keras.Input((n_features,), dtype="float32", name="bag_values")
    linear = layers.Dense(n_outputs, dtype="float32", name=LINEAR)(values)
    weighed = layers.Rescaling(share, dtype="float32", name=SHARE)(network.output)
    joined = layers.Add(dtype="float32", name="wide_and_deep")([weighed, linear])
    return keras.Model([network.inputs[0], values], joined)


def recurrent(x: Any, lengths: Any, spec: RecurrentSpec, precision: str, drop: Drop) -> Any:
    """Read the steps with an LSTM and pool its outputs.

    The documents being right-padded, a state is read before the padding
    begins, so that the LSTM itself needs no mask.
    """
    directions = ["lstm", "lstm_backward"] if spec.bidirectional else ["lstm"]
    pooled = []
    for name in directions:
        backward = name == "lstm_backward"
        steps = ReverseDocument(dtype=precision, name="reverse")(x, lengths) if backward else x
        # Keras's LSTM makes a dropout of its own, where the rate is not fed.
        steps = drop(steps, f"{name}_dropout", 0.0, precision)
        states = FusedLSTM(
            spec.units,
            dropout=spec.dropout,
            recurrent_dropout=spec.recurrent_dropout,
            return_sequences=True,
            seed=0,  # without one, PyTorch draws from its global generator
            dtype=precision,
            name=name,
        )(steps)
        pool = PoolDocument(spec.pooling, dtype=precision, name=f"{name}_{spec.pooling}")
        pooled.append(pool(states, lengths))
    return _join(pooled, precision, "directions")


def convolution(x: Any, lengths: Any, spec: ConvolutionSpec, precision: str) -> Any:
    """Convolve over the steps: stacked blocks, or side by side with a maximum over each."""
    convolve: dict[str, Any] = {"filters": spec.filters, "dtype": precision}
    if not spec.stacked:
        layers_ = [
            ConvolveMax(kernel_size=size, name=f"conv_{i}", **convolve)
            for i, size in enumerate(spec.kernel_sizes, 1)
        ]
        return _join([layer(x, lengths) for layer in layers_], precision, "kernels")
    *pooled, last = spec.kernel_sizes
    for i, size in enumerate(pooled, 1):
        stage = ConvolvePool(
            kernel_size=size, pool_size=spec.pool_size, name=f"conv_{i}", **convolve
        )
        x, lengths = stage(x, lengths)
    x = Lengthen(last, dtype=precision, name="lengthen_pooled")(x)
    return ConvolveMax(kernel_size=last, name=f"conv_{len(pooled) + 1}", **convolve)(x, lengths)


def _join(pooled: list[Any], precision: str, name: str) -> Any:
    """Put vectors of a document side by side."""
    if len(pooled) == 1:
        return pooled[0]
    return layers.Concatenate(dtype=precision, name=name)(pooled)


def head(x: Any, spec: NetworkSpec, drop: Drop) -> Any:
    """Turn a document's vector into logits, through the dense layers."""
    x = drop(x, "dense_dropout", spec.dense_dropout, spec.precision)
    for i, units in enumerate(spec.dense_units, 1):
        x = layers.Dense(
            units, activation=spec.dense_activation, dtype=spec.precision, name=f"dense_{i}"
        )(x)
        if spec.batch_norm:
            x = layers.BatchNormalization(dtype=spec.precision, name=f"batch_norm_{i}")(x)
    return layers.Dense(spec.n_outputs, dtype="float32", name="logits")(x)


def with_probabilities(network: keras.Model, multilabel: bool) -> keras.Model:
    """Add the activation that turns logits into probabilities, sharing all layers."""
    activation = "sigmoid" if multilabel else "softmax"
    output = layers.Activation(activation, dtype="float32", name="probabilities")(network.output)
    # A list of one input would make the network warn about every array it is called with.
    inputs = network.inputs[0] if len(network.inputs) == 1 else network.inputs
    return keras.Model(inputs, output)
