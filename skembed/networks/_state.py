"""All that a trained network is, as NumPy arrays and plain values."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.networks._spec import NetworkSpec, ObjectiveSpec

Arrays = dict[str, NDArray[Any]]

EMBEDDING = "embedding"
"""Name of the weight that has a vector for each id."""


@record
@dataclass(frozen=True, eq=False)
class NetworkState:
    """A network between two training steps; never changed once made.

    Attributes
    ----------
    spec, objective : NetworkSpec, ObjectiveSpec
        What the numbers belong to.
    weights : dict of str to ndarray
        By the names of `weight_shapes`. Empty before training.
    optimizer : dict of str to ndarray
        The optimizer's variables, by names such as ``optimizer/logits/kernel/momentum``.
        Empty before training.
    seeds : tuple of ndarray of shape (2,)
        States of the dropout generators, in the order of the layers.
    rng : dict
        State of the generator that shuffles the documents.
    n_epochs : int
        Epochs trained so far.
    made_with : str
        Keras and the backend that trained it last, with their versions; for information
        only. Empty before training, and in files of formats 1 and 2.
    """

    spec: NetworkSpec
    objective: ObjectiveSpec
    rng: dict[str, Any]
    weights: Arrays = field(default_factory=dict)
    optimizer: Arrays = field(default_factory=dict)
    seeds: tuple[NDArray[Any], ...] = ()
    n_epochs: int = 0
    made_with: str = ""


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
