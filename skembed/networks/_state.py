"""All that a trained network is, as NumPy arrays and plain values."""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from skembed.networks._spec import NetworkSpec, ObjectiveSpec

Arrays = dict[str, NDArray[Any]]

EMBEDDING = "embedding/embeddings"


@dataclass(frozen=True, eq=False)
class NetworkState:
    """A network between two training steps; never changed once made.

    Attributes
    ----------
    spec, objective : NetworkSpec, ObjectiveSpec
        What the numbers belong to.
    weights : dict of str to ndarray
        By Keras's name of the weight. Empty before training.
    optimizer : dict of str to ndarray
        The optimizer's variables, by their names. Empty before training.
    seeds : tuple of ndarray of shape (2,)
        States of the dropout generators, in the order of the layers.
    rng : dict
        State of the generator that shuffles the documents.
    n_epochs : int
        Epochs trained so far.
    """

    spec: NetworkSpec
    objective: ObjectiveSpec
    rng: dict[str, Any]
    weights: Arrays = field(default_factory=dict)
    optimizer: Arrays = field(default_factory=dict)
    seeds: tuple[NDArray[Any], ...] = ()
    n_epochs: int = 0


def initial_state(
    spec: NetworkSpec,
    objective: ObjectiveSpec,
    *,
    seed: int,
    embedding: NDArray[np.float32] | None = None,
) -> NetworkState:
    """Return a network before its first step.

    The weights that are not given are drawn by the engine, from `seed` alone.

    Parameters
    ----------
    spec, objective : NetworkSpec, ObjectiveSpec
        What to train.
    seed : int
        Fixes the weights, the dropouts and the order of the documents.
    embedding : ndarray of shape (n_rows, n_dims), dtype float32, default=None
        Word vectors. None draws them.
    """
    weights: Arrays = {}
    if embedding is not None:
        weights[EMBEDDING] = embedding
    rng = np.random.default_rng(seed)
    return NetworkState(spec, objective, dict(rng.bit_generator.state), weights)


def with_trainable_embedding(state: NetworkState, trainable: bool) -> NetworkState:
    """Freeze or release the embedding; the optimizer starts afresh when that changes."""
    if state.spec.trainable_embedding == trainable:
        return state
    spec = replace(state.spec, trainable_embedding=trainable)
    return replace(state, spec=spec, optimizer={})


def generator(state: NetworkState) -> np.random.Generator:
    """Return the generator of the shuffling, where the state left it."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state.rng
    return rng


def draw_weight(
    name: str, shape: tuple[int, ...], rng: np.random.Generator, activation: str
) -> NDArray[np.float32]:
    """Draw a weight's first value as Keras's defaults do.

    Kernels are Glorot-uniform (He-uniform for dense layers behind which a
    ReLU stands), recurrent kernels orthogonal, embeddings uniform in
    (-0.05, 0.05), biases zero but for the LSTM's forget gate, which is one.

    Parameters
    ----------
    name : str
        Keras's name of the weight.
    shape : tuple of int
        Its shape.
    rng : numpy.random.Generator
        Source of the numbers.
    activation : str
        Activation of the dense layers.

    References
    ----------
    Glorot, Bengio (2010), AISTATS. He, Zhang, Ren, Sun (2015),
    arXiv:1502.01852. Jozefowicz, Zaremba, Sutskever (2015), ICML.
    """
    layer, kind = name.split("/")[0], name.split("/")[-1]
    if kind == "kernel":
        fan_in, fan_out = int(np.prod(shape[:-1])), int(np.prod(shape[:-2]) * shape[-1])
        relu = layer.startswith("dense_") and activation == "relu"
        limit = np.sqrt(6 / fan_in if relu else 6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, shape).astype(np.float32)
    if kind == "recurrent_kernel":
        # More threads take longer for so small a matrix, and round in another way.
        with _blas().limit(limits=1, user_api="blas"):
            q, r = np.linalg.qr(rng.standard_normal(shape[::-1]))
        return (q * np.sign(np.diag(r))).T.astype(np.float32)
    if kind == "embeddings":
        return rng.uniform(-0.05, 0.05, shape).astype(np.float32)
    value = np.ones if kind in ("gamma", "moving_variance") else np.zeros
    array = value(shape, dtype=np.float32)
    if kind == "bias" and layer.startswith("lstm"):
        units = shape[0] // 4
        array[units : 2 * units] = 1
    return array


@cache
def _blas() -> ThreadpoolController:
    """Find the linear algebra libraries of this process, once."""
    return ThreadpoolController()
