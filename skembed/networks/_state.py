"""A trained network as NumPy arrays and plain values."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from skembed._records import record
from skembed.networks._names import EMBEDDING
from skembed.networks._spec import NetworkSpec, ObjectiveSpec
from skembed.networks._types import Arrays, Floats, Numbers


@record
@dataclass(frozen=True, eq=False)
class NetworkState:
    """A network between two training steps. It is never changed."""

    spec: NetworkSpec
    objective: ObjectiveSpec
    rng: dict[str, Any]  # state of the generator that shuffles the documents
    weights: Arrays = field(default_factory=dict)  # by the names of `weight_shapes`, once trained
    optimizer: Arrays = field(default_factory=dict)  # as "optimizer/logits/kernel/momentum"
    seeds: tuple[Numbers, ...] = ()  # of shape (2,): the dropouts' generators, by layer
    n_epochs: int = 0
    made_with: str = ""  # Keras and the backend that trained it last; for information only


def initial_state(
    spec: NetworkSpec,
    objective: ObjectiveSpec,
    *,
    seed: int,
    embedding: Floats | None = None,
) -> NetworkState:
    """Return a network before its first step, with the word vectors if there are some.

    The engine draws the other weights from `seed`, which also determines the dropouts and the order
    of the documents.
    """
    weights: Arrays = {}
    if embedding is not None:
        weights[EMBEDDING] = embedding
    rng = np.random.default_rng(seed)
    return NetworkState(spec, objective, dict(rng.bit_generator.state), weights)


def with_trainable_embedding(state: NetworkState, trainable: bool) -> NetworkState:
    """Freeze or release the embedding; the optimizer restarts when that changes."""
    if state.spec.trainable_embedding == trainable:
        return state
    spec = replace(state.spec, trainable_embedding=trainable)
    return replace(state, spec=spec, optimizer={})


def generator(state: NetworkState) -> np.random.Generator:
    """Return the generator of the shuffling, as the state left it."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state.rng
    return rng
