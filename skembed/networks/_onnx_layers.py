"""Layers of Keras as nodes of ONNX, made from their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from skembed.networks._encoder import LOWEST, OnnxGraph
from skembed.networks._types import Numbers

Weights = Mapping[str, Numbers]
"""Arrays by the name of the layer and of the weight, as in ``"dense_1/kernel"``."""

EPSILON = 1e-3
"""Keras's default for a layer that normalises."""


def read_steps(
    graph: OnnxGraph,
    kind: str,
    steps: str,
    lengths: str,
    weights: Weights,
    names: Sequence[str],
    *,
    ends: bool,
) -> str:
    """Read documents with a "GRU" or an "LSTM": one layer reads forwards, a second one backwards.

    Returns the last outputs of each layer, (n_samples, n_layers * units), or those of all steps,
    (n_samples, n_steps, n_layers * units). Outputs after a document's end are zero.
    """
    arrays = _of_layers(kind, weights, names)
    kind_of_reset = {"linear_before_reset": 1} if kind == "GRU" else {}
    outputs, last, *_ = graph.op(
        kind,
        graph.op("Transpose", steps, perm=[1, 0, 2]),
        *(graph.weight(f"{kind.lower()}_{part}", array) for part, array in arrays.items()),
        graph.cast(lengths, np.int32),
        n_outputs=3 if kind == "LSTM" else 2,
        hidden_size=arrays["recurrent_kernel"].shape[2],
        direction="bidirectional" if len(names) > 1 else "forward",
        **kind_of_reset,
    )
    if ends:  # (n_layers, n_samples, units)
        joined = graph.op("Transpose", last, perm=[1, 0, 2])
        return str(graph.op("Reshape", joined, graph.number([0, -1])))
    joined = graph.op("Transpose", outputs, perm=[2, 0, 1, 3])  # samples, steps, layers, units
    return str(graph.op("Reshape", joined, graph.number([0, 0, -1])))


def _of_layers(kind: str, weights: Weights, names: Sequence[str]) -> dict[str, Numbers]:
    """Return the weights of all layers in the shapes of ONNX: (n_layers, n_gates * units, ...)."""
    kernel, recurrent_kernel, bias = (
        np.stack([_gates(kind, weights[f"{name}/{part}"]) for name in names])
        for part in ("kernel", "recurrent_kernel", "bias")
    )
    if kind == "LSTM":  # whose bias is one; that of a GRU has a second row for the state
        bias = np.stack([bias, np.zeros_like(bias)], axis=1)
    return {
        "kernel": kernel.transpose(0, 2, 1),
        "recurrent_kernel": recurrent_kernel.transpose(0, 2, 1),
        "bias": bias.reshape(len(names), -1),
    }


def _gates(kind: str, weight: Numbers) -> Numbers:
    """Order the gates along the last axis as ONNX does."""
    if kind == "GRU":  # update, reset, new: as Keras does
        return weight
    i, f, c, o = np.split(weight, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)


def pool(graph: OnnxGraph, steps: str, lengths: str, pooling: str) -> str:
    """Reduce documents to the "max" or the "mean" of their steps."""
    inside = graph.inside(steps, lengths, axis=1)
    behind = LOWEST if pooling == "max" else 0
    masked = graph.op("Where", inside, steps, graph.number(behind, np.float32))
    if pooling == "max":
        return str(graph.op("ReduceMax", masked, graph.number([1]), keepdims=0))
    total = graph.op("ReduceSum", masked, graph.number([1]), keepdims=0)
    n_steps = graph.op("Unsqueeze", graph.cast(lengths, np.float32), graph.number([1]))
    return str(graph.op("Div", total, n_steps))


def dense(graph: OnnxGraph, x: str, weights: Weights, name: str) -> str:
    """Multiply the last axis by a dense layer's kernel, and add its bias, if it has one.

    A kernel of several axes, as attention has, is read as a matrix.
    """
    kernel, bias = weights[f"{name}/kernel"], weights.get(f"{name}/bias")
    n_outputs = kernel.shape[-1] if bias is None else bias.size
    named = name.replace("/", "_")
    matrix = graph.weight(f"{named}_kernel", kernel.reshape(-1, n_outputs))
    x = graph.op("MatMul", x, matrix)
    if bias is None:
        return x
    return str(graph.op("Add", x, graph.weight(f"{named}_bias", bias.reshape(-1))))


def normalise(graph: OnnxGraph, x: str, weights: Weights, name: str) -> str:
    """Normalise the last axis."""
    parts = [
        graph.weight(f"{name}_{part}", weights[f"{name}/{part}"]) for part in ("gamma", "beta")
    ]
    return str(graph.op("LayerNormalization", x, *parts, axis=-1, epsilon=EPSILON))
