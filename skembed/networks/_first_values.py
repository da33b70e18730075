"""The first values of weights, drawn as Keras's defaults draw them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Shape = tuple[int, ...]


def first_value(name: str, shape: Shape, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a weight of one of Keras's layers; the last part of its name tells its kind.

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


def he_uniform(shape: Shape, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a kernel behind which a ReLU stands.

    References
    ----------
    He, Zhang, Ren, Sun (2015), arXiv:1502.01852.
    """
    return uniform(np.sqrt(6 / int(np.prod(shape[:-1]))), shape, rng)


def uniform(limit: float, shape: Shape, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw numbers from -limit to limit."""
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def orthogonal(shape: Shape, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a matrix whose rows are orthogonal and of length one."""
    # More threads take longer for so small a matrix, and round in another way.
    with _blas().limit(limits=1, user_api="blas"):
        q, r = np.linalg.qr(rng.standard_normal(shape[::-1]))
    return (q * np.sign(np.diag(r))).T.astype(np.float32)


@cache
def _blas() -> ThreadpoolController:
    """Find the linear algebra libraries of this process, once."""
    return ThreadpoolController()
