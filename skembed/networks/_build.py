"""Numbers to an uncompiled Keras network: pure functions of a NetworkSpec."""

from typing import Any

import keras
from keras import layers

from skembed.networks._encoder import Drop
from skembed.networks._layers import DocumentLengths, EmbedWords, MovePaddingBack, PadSteps
from skembed.networks._spec import NetworkSpec
from skembed.networks._types import Tensor

DOCUMENT = "document"
"""Name of the layer that holds one vector for a document, with the numbers beside it."""

LINEAR, SHARE = "wide", "share"
"""Names of two layers: the linear model, and the layer that weighs the network."""


def drop_with_keras(x: Tensor, name: str, rate: float, precision: str) -> Any:
    """Add one of Keras's dropouts after a tensor, if its rate is not zero."""
    if not rate:
        return x
    kind = layers.SpatialDropout1D if len(x.shape) == 3 else layers.Dropout
    return kind(rate, dtype=precision, name=name)(x)


def build_network(
    spec: NetworkSpec, *, padding_anywhere: bool = False, drop: Drop = drop_with_keras
) -> keras.Model:
    """Build the network that turns padded documents into logits; it is not compiled.

    Its input ``steps`` is (n_samples, n_steps), int32, or (n_samples, n_steps, n_dims), float32;
    its output (n_samples, n_outputs), float32. Numbers beside the documents are a second input,
    ``features``, (n_samples, n_numbers), float32. With `padding_anywhere` documents may be padded
    at the front as well, at the cost of moving them.
    """
    # Layers have names, so that a weight's name does not depend on earlier networks, and a dtype,
    # so that the user's global dtype does not matter.
    if spec.n_rows is None:
        steps = keras.Input((None, spec.n_dims), dtype="float32", name="steps")
    else:
        steps = keras.Input((None,), dtype="int32", name="steps")
    read = steps
    if padding_anywhere:
        read = MovePaddingBack(dtype="float32", name="padding")(steps)
    lengths = DocumentLengths(dtype="float32", name="lengths")(read)
    if spec.encoder.least_steps:
        read = PadSteps(spec.encoder.least_steps, dtype="float32", name="pad_steps")(read)
    vectors = _embed(read, spec, drop)
    x = spec.encoder.build(vectors, lengths, precision=spec.precision, drop=drop)
    inputs = [steps]
    if spec.n_numbers:
        inputs.append(keras.Input((spec.n_numbers,), dtype="float32", name="features"))
        x = layers.Concatenate(dtype=spec.precision, name="beside")([x, inputs[1]])
    x = layers.Identity(dtype=spec.precision, name=DOCUMENT)(x)
    return keras.Model(one_or_all(inputs), head(x, spec, drop))


def one_or_all(inputs: list[Any]) -> Any:
    """Return the inputs of a network; a list of one would make it warn about each array."""
    return inputs[0] if len(inputs) == 1 else inputs


def _embed(steps: Tensor, spec: NetworkSpec, drop: Drop) -> Any:
    """Give each step its vector, with some components dropped in training."""
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


def with_linear_model(network: keras.Model, n_features: int, share: float) -> keras.Model:
    """Weigh a network's logits by `share` and add those of a linear layer on bags of words.

    The bags are a second input, ``bag_values`` of shape (n_samples, n_features).
    """
    n_outputs = network.output.shape[1]
    values = keras.Input((n_features,), dtype="float32", name="bag_values")
    linear = layers.Dense(n_outputs, dtype="float32", name=LINEAR)(values)
    weighed = layers.Rescaling(share, dtype="float32", name=SHARE)(network.output)
    joined = layers.Add(dtype="float32", name="wide_and_deep")([weighed, linear])
    return keras.Model([*network.inputs, values], joined)


def head(x: Tensor, spec: NetworkSpec, drop: Drop) -> Any:
    """Turn a document's vector into logits, through the dense layers."""
    x = drop(x, "dense_dropout", spec.dense_dropout, spec.precision)
    for i, units in enumerate(spec.dense_units, 1):
        x = layers.Dense(
            units, activation=spec.dense_activation, dtype=spec.precision, name=f"dense_{i}"
        )(x)
        if spec.batch_norm:
            x = layers.BatchNormalization(dtype=spec.precision, name=f"batch_norm_{i}")(x)
    return layers.Dense(spec.n_outputs, dtype="float32", name="logits")(x)


def with_activation(network: keras.Model, activation: str) -> keras.Model:
    """Add the activation that turns outputs into predictions; all other layers are shared."""
    output = layers.Activation(activation, dtype="float32", name="probabilities")(network.output)
    return keras.Model(one_or_all(network.inputs), output)
