"""A user's layers as a part of a network, under names that do not depend on earlier layers."""

import hashlib
import json
import re
from typing import Any

import keras
from keras import ops

from skembed.networks._function_encoder import Call
from skembed.networks._types import Tensor


@keras.saving.register_keras_serializable("skembed")
class StepsMask(keras.layers.Layer):
    """Return which steps are those of documents, and which are padding.

    Input shape: steps (n_samples, n_steps, n_dims) and lengths (n_samples,).
    Output shape: (n_samples, n_steps), bool.
    """

    def call(self, inputs: Tensor, lengths: Tensor) -> Any:
        """Return the mask of the steps."""
        return ops.arange(ops.shape(inputs)[1], dtype="int32") < ops.expand_dims(lengths, 1)

    def compute_output_spec(self, inputs: Tensor, lengths: Tensor) -> Any:
        """Describe the mask."""
        return keras.KerasTensor(inputs.shape[:2], dtype="bool")


def build_layers(call: Call, name: str, n_dims: int, precision: str) -> keras.Model:
    """Build the layers of a function as a model of steps and mask."""
    steps = keras.Input((None, n_dims), dtype=precision_of(precision), name="encoder_steps")
    mask = keras.Input((None,), dtype="bool", name="encoder_mask")
    documents = call(steps, mask)
    is_tensor = keras.utils.is_keras_tensor(documents)
    shape: tuple[int | None, ...] = documents.shape if is_tensor else ()
    if len(shape) != 2 or shape[1] is None:
        raise ValueError(
            f"The encoder {name} must return one tensor of shape (n_samples, n_units), got "
            f"{f'shape {shape}' if is_tensor else repr(documents)[:60]}."
        )
    try:
        draft = keras.Model([steps, mask], documents)
    except ValueError as error:
        raise ValueError(
            f"The encoder {name} must make its documents from the steps and the mask that it is "
            f"given; Keras says: {error}"
        ) from error
    numbers: dict[str, int] = {}

    def renamed(layer: keras.Operation) -> keras.Operation:
        if not isinstance(layer, keras.layers.Layer):
            return layer  # of keras.ops: it has no weights
        config = layer.get_config()
        if not isinstance(layer, keras.layers.InputLayer):
            config = {"name": "", "dtype": "", **config}  # which Keras leaves out of some
            config = in_our_terms(config, type(layer).__name__, precision, numbers)
        return made_again(layer, config, name)

    return keras.models.clone_model(draft, clone_function=renamed)


def made_again(layer: keras.layers.Layer, config: dict[str, Any], name: str) -> keras.layers.Layer:
    """Make a layer from its description, under another name.

    Raises
    ------
    ValueError
        If Keras cannot.
    """
    made = error = None
    try:
        made = type(layer).from_config(config)
    except Exception as raised:  # the user's layer may raise any error
        error = raised
    if made is None or made.name != config["name"]:
        raise ValueError(
            f"The encoder {name} has a layer {type(layer).__name__} that Keras cannot make from "
            "its description. Give it a get_config with the arguments of its constructor, and use "
            "keras.ops in place of a Lambda."
        ) from error
    return made


def version_of(layers: keras.Model) -> str:
    """Return a digest of layers, without their weights, precision and numbers."""
    described = json.dumps(layers.get_config(), sort_keys=True, default=_shape_of)
    described = re.sub(r'"(mixed_)?b?float\d+"', '"float"', described)
    described = re.sub(r'_\d+"', '"', described)  # Keras numbers the operations of a process
    return hashlib.blake2b(described.encode(), digest_size=8).hexdigest()


def _shape_of(value: object) -> str:
    """Describe objects that JSON does not know, such as a constant tensor."""
    return f"{type(value).__name__} {getattr(value, 'shape', '')}"


def precision_of(policy: str) -> str:
    """Return the dtype in which a policy computes."""
    return policy.removeprefix("mixed_")


def in_our_terms(
    config: dict[str, Any], kind: str, precision: str, numbers: dict[str, int]
) -> dict[str, Any]:
    """Return a layer's description, with skembed's names and dtype, also inside it.

    Keras numbers the layers of a process; these names number those of an encoder.
    """
    config = dict(config)
    if "name" in config:
        number = numbers[kind] = numbers.get(kind, 0) + 1
        config["name"] = f"own_{kind.lower()}_{number}"
    if "dtype" in config:
        config["dtype"] = precision
    for key, value in config.items():
        if isinstance(value, dict) and isinstance(value.get("config"), dict):
            inner_kind = str(value.get("class_name"))
            inner = in_our_terms(value["config"], inner_kind, precision, numbers)
            config[key] = {**value, "config": inner}
    return config
