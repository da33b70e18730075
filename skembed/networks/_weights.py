"""What weights a network has: names, shapes and first values, known without building it."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skembed.networks._encoder import Shapes
from skembed.networks._first_values import Shape, first_value, he_uniform
from skembed.networks._spec import NetworkSpec
from skembed.networks._state import EMBEDDING


def weight_shapes(spec: NetworkSpec) -> Shapes:
    """Name the weights of a network in the order of its layers, with their shapes."""
    shapes: Shapes = {}
    if spec.n_rows is not None:
        shapes[EMBEDDING] = (spec.n_rows, spec.n_dims)
    of_encoder, width = spec.encoder.weight_shapes(spec.n_dims)
    shapes |= of_encoder
    sizes = [width, *spec.dense_units]
    for i, (size, units) in enumerate(pairwise(sizes), 1):
        _add(shapes, f"dense_{i}", (size, units))
        if spec.batch_norm:
            for name in ("gamma", "beta", "moving_mean", "moving_variance"):
                shapes[f"batch_norm_{i}/{name}"] = (units,)
    _add(shapes, "logits", (sizes[-1], spec.n_outputs))
    return shapes


def _add(shapes: Shapes, name: str, kernel: tuple[int, ...]) -> None:
    shapes[f"{name}/kernel"], shapes[f"{name}/bias"] = kernel, kernel[-1:]


def check_weights(spec: NetworkSpec, found: Shapes, dropouts: list[str]) -> None:
    """Check that an encoder has described the layers that it builds, and the dropouts."""
    kind, told = type(spec.encoder).__name__, weight_shapes(spec)
    differ = [name for name in told | found if told.get(name) != found.get(name)]
    if differ:
        built, said = ({name: each.get(name) for name in differ} for each in (found, told))
        raise ValueError(
            f"{kind}.weight_shapes must name the weights of the layers that {kind}.build makes, "
            f"with their shapes. Of the layers there are {built}, named were {said}."
        )
    unknown = set(dropouts) - spec.fed_rates().keys()
    if unknown:
        raise ValueError(
            f"{kind}.build puts dropouts by the names {sorted(unknown)}, of which {kind}.fed_rates "
            "must return the rates."
        )


def draw_weight(
    name: str, shape: Shape, spec: NetworkSpec, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Draw a weight's first value as Keras's defaults do.

    Dense layers behind which a ReLU stands are He-uniform; those of the encoder are its own
    matter.
    """
    if name in spec.encoder.weight_shapes(spec.n_dims)[0]:
        return spec.encoder.first_weights(name, shape, rng)
    if name.startswith("dense_") and name.endswith("/kernel") and spec.dense_activation == "relu":
        return he_uniform(shape, rng)
    return first_value(name, shape, rng)
