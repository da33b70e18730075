"""The weights of a network: names, shapes and first values, known without building it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import ThreadpoolController

from skembed.networks._names import EMBEDDING
from skembed.networks._types import Floats, Shape, Shapes

if TYPE_CHECKING:
    from skembed.networks._spec import NetworkSpec


def weight_shapes(spec: NetworkSpec) -> Shapes:
    """Name the weights of a network in the order of its layers, with their shapes."""
    shapes: Shapes = {}
    if spec.n_rows is not None:
        shapes[EMBEDDING] = (spec.n_rows, spec.n_dims)
    of_encoder, width = spec.encoder.weight_shapes(spec.n_dims)
    shapes |= of_encoder
    sizes = [width + spec.n_numbers, *spec.dense_units]
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
            f"with their shapes. It must name {built}, but names {said}."
        )
    unknown = set(dropouts) - spec.fed_rates().keys()
    if unknown:
        raise ValueError(
            f"{kind}.build puts dropouts by the names {sorted(unknown)}, of which {kind}.fed_rates "
            "must return the rates."
        )


def draw_weight(name: str, shape: Shape, spec: NetworkSpec, rng: np.random.Generator) -> Floats:
    """Draw a weight's first value as Keras's defaults do.

    Dense layers with a ReLU are He-uniform. The encoder draws its own weights.

    References
    ----------
    He, Zhang, Ren, Sun (2015), arXiv:1502.01852.
    """
    if name in spec.encoder.weight_shapes(spec.n_dims)[0]:
        return spec.encoder.first_weights(name, shape, rng)
    if name.startswith("dense_") and name.endswith("/kernel") and spec.dense_activation == "relu":
        return uniform(np.sqrt(6 / int(np.prod(shape[:-1]))), shape, rng)
    return first_value(name, shape, rng)


def first_value(name: str, shape: Shape, rng: np.random.Generator) -> Floats:
    """Draw a weight of one of Keras's layers; the last part of its name is its kind.

    Kernels are Glorot-uniform, recurrent kernels orthogonal, embeddings uniform in
    (-0.05, 0.05); what multiplies (gamma, a moving variance) begins with one, all else
    with zero.

    References
    ----------
    Glorot, Bengio (2010), AISTATS.
    """
    kind = name.split("/")[-1]
    if kind == "kernel":
        fan_in, fan_out = int(np.prod(shape[:-1])), int(np.prod(shape[:-2]) * shape[-1])
        return uniform(np.sqrt(6 / (fan_in + fan_out)), shape, rng)
    if kind == "recurrent_kernel":
        return orthogonal(shape, rng)
    if kind == "embedding":
        return uniform(0.05, shape, rng)
    value = np.ones if kind in ("gamma", "moving_variance") else np.zeros
    return value(shape, dtype=np.float32)


def uniform(limit: float, shape: Shape, rng: np.random.Generator) -> Floats:
    """Draw numbers from -limit to limit."""
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def orthogonal(shape: Shape, rng: np.random.Generator) -> Floats:
    """Draw a matrix whose rows are orthogonal and of length one."""
    # More threads take longer for so small a matrix, and round in another way.
    with _blas().limit(limits=1, user_api="blas"):
        q, r = np.linalg.qr(rng.standard_normal(shape[::-1]))
    return (q * np.sign(np.diag(r))).T.astype(np.float32)


@cache
def _blas() -> ThreadpoolController:
    """Find the linear algebra libraries of this process, once."""
    return ThreadpoolController()
