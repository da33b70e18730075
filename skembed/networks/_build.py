"""Numbers to an uncompiled Keras network: pure functions of a NetworkSpec."""

from typing import Any

import keras
from keras import layers

from skembed.networks._fused_lstm import FusedLSTM
from skembed.networks._layers import (
    BagOfWords,
    DocumentMask,
    MovePaddingBack,
    PoolDocument,
    ReverseDocument,
    ShortenMask,
    Silence,
)
from skembed.networks._spec import ConvolutionSpec, NetworkSpec, RecurrentSpec

DOCUMENT = "document"
"""Name of the layer where a document has become one vector."""


def build_network(spec: NetworkSpec, *, padding_anywhere: bool = False) -> keras.Model:
    """Build the network that turns padded documents into logits.

    Parameters
    ----------
    spec : NetworkSpec
        What to build.
    padding_anywhere : bool, default=False
        Take documents padded at the front as well, at the cost of moving them.

    Returns
    -------
    network : keras.Model
        Inputs: ``steps`` of shape (n_samples, n_steps), int32, or (n_samples,
        n_steps, n_dims), float32; for a wide network also ``bag_ids`` and
        ``bag_values`` of shape (n_samples, n_entries). Output: logits of shape
        (n_samples, n_outputs), float32. Not compiled.
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
    mask = DocumentMask(dtype="float32", name="mask")(read)
    x = Silence(dtype=spec.precision, name="silence")(_embed(read, spec), mask)
    encode = recurrent if isinstance(spec.encoder, RecurrentSpec) else convolution
    x = encode(x, mask, spec.encoder, spec.precision)  # type: ignore[arg-type]
    x = layers.Identity(dtype=spec.precision, name=DOCUMENT)(x)
    logits = head(x, spec)
    return _widen(steps, logits, spec) if spec.wide else keras.Model(steps, logits)


def _embed(steps: Any, spec: NetworkSpec) -> Any:
    """Give each step its vector, some components dropped in training."""
    x = steps
    if spec.n_rows is not None:
        x = layers.Embedding(
            spec.n_rows,
            spec.n_dims,
            trainable=spec.trainable_embedding,
            dtype=spec.precision,
            name="embedding",
        )(steps)
    if not spec.spatial_dropout:
        return x
    return layers.SpatialDropout1D(
        spec.spatial_dropout, dtype=spec.precision, name="spatial_dropout"
    )(x)


def _widen(steps: Any, logits: Any, spec: NetworkSpec) -> keras.Model:
    """Add a linear layer on the bag of words to the logits."""
    bag_ids = keras.Input((None,), dtype="int32", name="bag_ids")
    bag_values = keras.Input((None,), dtype="float32", name="bag_values")
    assert spec.n_rows is not None
    bag = BagOfWords(spec.n_rows, spec.n_outputs, dtype="float32", name="wide")
    total = layers.Add(dtype="float32", name="wide_and_deep")([logits, bag(bag_ids, bag_values)])
    return keras.Model([steps, bag_ids, bag_values], total)


def recurrent(x: Any, mask: Any, spec: RecurrentSpec, precision: str) -> Any:
    """Read the steps with an LSTM and pool its outputs.

    The documents being right-padded, a state is read before the padding
    begins, so that the LSTM itself needs no mask.
    """
    directions = ["lstm", "lstm_backward"] if spec.bidirectional else ["lstm"]
    pooled = []
    for name in directions:
        backward = name == "lstm_backward"
        steps = ReverseDocument(dtype=precision, name="reverse")(x, mask) if backward else x
        states = FusedLSTM(
            spec.units,
            dropout=spec.dropout,
            recurrent_dropout=spec.recurrent_dropout,
            return_sequences=True,
            dtype=precision,
            name=name,
        )(steps)
        pool = PoolDocument(spec.pooling, dtype=precision, name=f"{name}_{spec.pooling}")
        pooled.append(pool(states, mask))
    return _join(pooled, precision, "directions")


def convolution(x: Any, mask: Any, spec: ConvolutionSpec, precision: str) -> Any:
    """Convolve over the steps: stacked blocks, or side by side with a maximum over each."""
    if spec.stacked:
        return _stacked(x, mask, spec, precision)
    pooled = []
    for i, kernel_size in enumerate(spec.kernel_sizes, 1):
        windows = _convolve(x, spec.filters, kernel_size, precision, f"conv_{i}")
        inside = ShortenMask(kernel_size, dtype="float32", name=f"conv_{i}_mask")(mask)
        pool = PoolDocument("max", dtype=precision, name=f"conv_{i}_max")
        pooled.append(pool(windows, inside))
    return _join(pooled, precision, "kernels")


def _join(pooled: list[Any], precision: str, name: str) -> Any:
    """Put vectors of a document side by side."""
    if len(pooled) == 1:
        return pooled[0]
    return layers.Concatenate(dtype=precision, name=name)(pooled)


def _stacked(x: Any, mask: Any, spec: ConvolutionSpec, precision: str) -> Any:
    for i, kernel_size in enumerate(spec.kernel_sizes, 1):
        x = _convolve(x, spec.filters, kernel_size, precision, f"conv_{i}")
        last = i == len(spec.kernel_sizes)
        pool_size = 1 if last else spec.pool_size
        inside = ShortenMask(kernel_size, dtype="float32", name=f"conv_{i}_mask")(mask)
        mask = ShortenMask(kernel_size, pool_size, dtype="float32", name=f"pool_{i}_mask")(mask)
        # Behind a ReLU zero is the smallest value, so that silent windows never win.
        x = Silence(dtype=precision, name=f"silence_{i}")(x, inside)
        if not last:
            x = layers.ZeroPadding1D((0, pool_size - 1), dtype=precision, name=f"fill_{i}")(x)
            x = layers.MaxPooling1D(pool_size, dtype=precision, name=f"pool_{i}")(x)
    return PoolDocument("max", dtype=precision, name="maximum")(x, mask)


def _convolve(x: Any, filters: int, kernel_size: int, precision: str, name: str) -> Any:
    """Convolve without shortening: the windows that begin at each step, zeros behind the end."""
    if kernel_size > 1:
        x = layers.ZeroPadding1D((0, kernel_size - 1), dtype=precision, name=f"{name}_fill")(x)
    return layers.Conv1D(filters, kernel_size, activation="relu", dtype=precision, name=name)(x)


def head(x: Any, spec: NetworkSpec) -> Any:
    """Turn a document's vector into logits, through the dense layers."""
    if spec.dense_dropout:
        x = layers.Dropout(spec.dense_dropout, dtype=spec.precision, name="dense_dropout")(x)
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
