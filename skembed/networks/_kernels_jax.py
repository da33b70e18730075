"""What JAX computes faster by functions that Keras does not offer."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
from jax import lax
from jax.sharding import PartitionSpec

from skembed.networks._kernels import (
    largest_windows,
    reverse_documents,
    take_rows,
    take_steps,
    to_numpy,
)
from skembed.networks._types import Tensor

__all__ = [
    "largest_windows",
    "lstm_kernel",
    "reverse_documents",
    "take_rows",
    "take_steps",
    "to_numpy",
]

BATCH_AXIS = "batch"
"""Axis of a mesh of devices that each take some documents of a batch."""


def lstm_kernel(plain: bool) -> Callable[..., Any] | None:
    """Return a function that computes an LSTM; on a GPU Keras's own, which calls cuDNN."""
    return None if jax.default_backend() == "gpu" else _run_lstm


def _run_lstm(cell: keras.layers.Layer, sequences: Tensor, kept_states: Tensor = None) -> Any:
    """Return an LSTM's outputs, of shape (n_samples, n_steps, units).

    Each device computes all steps of its own documents, and the gradients of the weights are summed
    at the end. Without this, XLA divides each step, and the devices wait for each other after every
    step.
    """
    documents = (sequences, kept_states)
    weights = (cell.kernel.value, cell.recurrent_kernel.value, cell.bias.value)
    loop = _loop
    if BATCH_AXIS in jax.sharding.get_abstract_mesh().axis_names:
        share = PartitionSpec(BATCH_AXIS)
        specs = (share, PartitionSpec())
        loop = jax.shard_map(_loop, in_specs=specs, out_specs=share, check_vma=False)
    return loop(documents, weights)


def _loop(documents: tuple[Any, Any | None], weights: tuple[Any, Any, Any]) -> Any:
    """Compute one step after the other, as Keras's cell does."""
    sequences, kept_states = documents
    kernel, recurrent, bias = weights
    start = jnp.zeros_like(sequences, shape=(sequences.shape[0], recurrent.shape[0]))

    def step(before: tuple[Any, Any], inputs: Tensor) -> tuple[tuple[Any, Any], Any]:
        state, memory = before
        gates = inputs @ kernel + _pull(state, kept_states, recurrent) + bias
        i, f, c, o = jnp.split(gates, 4, axis=1)
        memory = jax.nn.sigmoid(f) * memory + jax.nn.sigmoid(i) * jnp.tanh(c)
        state = jax.nn.sigmoid(o) * jnp.tanh(memory)
        return (state, memory), state

    states = lax.scan(step, (start, start), jnp.swapaxes(sequences, 0, 1))[1]
    return jnp.swapaxes(states, 0, 1)


def _pull(state: Tensor, kept_states: Any | None, recurrent: Tensor) -> Any:
    """Return what the states add to the gates, of shape (n_samples, 4 * units)."""
    if kept_states is None:
        return state @ recurrent
    by_gate = recurrent.reshape(-1, *kept_states.shape[1:])
    moved = jnp.einsum("sgu,ugv->sgv", state[:, None] * kept_states, by_gate)
    return moved.reshape(-1, recurrent.shape[1])
