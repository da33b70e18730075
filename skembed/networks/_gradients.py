"""What each step of a document adds to a network's outputs: integrated gradients."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from skembed.networks._data import NetworkData
from skembed.networks._engines import engine_class
from skembed.networks._names import EMBEDDING, named_weights
from skembed.networks._startup import load_engine
from skembed.networks._state import NetworkState
from skembed.networks._types import Floats

MANY_STEPS = 1 << 14
"""Documents with more steps use the gradient for many steps."""

TINY = 1e-20
"""Replaces the zeros of a step, which would be taken for padding."""


class Attributions(NamedTuple):
    """What the steps of a document add to a network's outputs, up to a small error."""

    of_steps: Floats  # (n_steps, n_wanted)
    of_numbers: Floats  # (n_numbers, n_wanted): of those beside the document
    base: Floats  # (n_wanted,): the outputs where all word vectors and numbers are zero
    outputs: Floats  # (n_wanted,)


def integrate_gradients(
    state: NetworkState, document: NetworkData, mixing: Floats, *, n_points: int
) -> Attributions:
    """Average gradients along a straight line from zero vectors to those of a document.

    The gradients are those of sums of the network's log-odds, with the coefficients `mixing`,
    (n_outputs, n_wanted), at `n_points` points of the line.

    References
    ----------
    Sundararajan, Taly, Yan (2017), Axiomatic attribution for deep networks,
    arXiv:1703.01365.
    """
    load_engine()
    from skembed.networks._build import one_or_all
    from skembed.networks._kernels import kernels

    vectors = state.weights[EMBEDDING][document.steps]
    ends = [vectors] if document.numbers is None else [vectors, document.numbers[0]]
    few_steps = len(vectors) <= MANY_STEPS
    network, gradients_at = _of_vectors(state, few_steps), engine_class().input_gradients
    middles = ((np.arange(n_points) + 0.5) / n_points).astype(np.float32)
    most_steps = state.spec.encoder.explained_steps
    n_batches = min(n_points, -(-n_points * len(vectors) // most_steps))
    gradients = [np.zeros((mixing.shape[1], *end.shape), dtype=np.float32) for end in ends]
    for some in np.array_split(middles, n_batches):
        found = gradients_at(network, _scaled(ends, some), mixing)
        for total, gradient in zip(gradients, found, strict=True):
            total += gradient * np.float32(len(some) / n_points)
    both = one_or_all(_scaled(ends, np.array([0, 1], dtype=np.float32)))
    base, outputs = kernels().to_numpy(network(both)) @ mixing
    of_steps, *of_numbers = (end * total for end, total in zip(ends, gradients, strict=True))
    none = np.zeros((mixing.shape[1], 0), dtype=np.float32)
    return Attributions(of_steps.sum(axis=2).T, (*of_numbers, none)[0].T, base, outputs)


def _of_vectors(state: NetworkState, few_steps: bool) -> Any:
    """Build the part of a network after its embedding, in float32."""
    from skembed.networks._build import build_network
    from skembed.networks._convolutions import ConvolveMax
    from skembed.networks._engine import python_random_kept

    with python_random_kept():
        network = build_network(replace(state.spec, n_rows=None, precision="float32"))
    for layer in network.layers:
        if isinstance(layer, ConvolveMax):
            layer.few_steps = few_steps
    for name, variable in named_weights(network).items():
        variable.assign(state.weights[name])
    return network


def _scaled(ends: list[Floats], factors: Floats) -> list[Floats]:
    """Return the inputs at some points of the line, without any step that is all zero."""
    steps, *numbers = (np.multiply.outer(factors, end) for end in ends)
    steps[..., 0] += np.where(steps.any(axis=2), 0, np.float32(TINY))
    return [steps, *numbers]
