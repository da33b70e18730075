"""A network's state → the nodes that compute its log-odds."""

import numpy as np
from numpy.typing import NDArray

from skembed.classifiers import Features
from skembed.export._activations import ACTIVATIONS
from skembed.export._graph import Graph
from skembed.networks import EMBEDDING, NetworkState
from skembed.text import UNKNOWN_ID

BATCH_NORM_EPSILON = 1e-3
"""Keras's default."""


def add_numbers_beside(graph: Graph, features: Features) -> str:
    """Add the input ``features``, (n_samples, n_numbers), float64; return it in a network's units.

    It is the output of the transformer.
    """
    raw = graph.input("features", np.float64, ["n_samples", len(features.factor)])
    centred = graph.op("Sub", raw, graph.weight("feature_centre", features.centre))
    scaled = graph.op("Mul", centred, graph.weight("feature_factor", features.factor))
    return graph.cast(scaled, np.float32)


def add_network(
    graph: Graph, state: NetworkState, embedding_dtype: str, numbers: str | None = None
) -> str:
    """Add a network that reads right-padded documents, and return the name of its log-odds.

    These are (n_samples, n_outputs), float32. The graph gets the input ``ids``, (n_samples,
    n_steps), int32, or ``steps``, (n_samples, n_steps, n_dims), float32. `embedding_dtype` is the
    dtype of the stored word vectors. All computations use float32.
    """
    spec = state.spec
    if spec.n_rows is None:
        steps = graph.input("steps", np.float32, ["n_samples", "n_steps", spec.n_dims])
        filled = graph.op("ReduceMax", graph.op("Abs", steps), graph.number([2]), keepdims=0)
    else:
        filled = graph.input("ids", np.int32, ["n_samples", "n_steps"])
        vectors = state.weights[EMBEDDING]
        steps = embed(graph, _known(graph, filled, len(vectors)), vectors, embedding_dtype)
    lengths = document_lengths(graph, filled)
    document = spec.encoder.to_onnx(graph, steps, lengths, state.weights)
    if numbers is not None:
        document = graph.op("Concat", document, numbers, axis=1)
    return _head(graph, document, state)


def _known(graph: Graph, ids: str, n_rows: int) -> str:
    """Read ids above those of training as unknown words, as the classifier does."""
    is_known = graph.op("Less", ids, graph.number(n_rows, np.int32))
    return str(graph.op("Where", is_known, ids, graph.number(UNKNOWN_ID, np.int32)))


def embed(graph: Graph, ids: str, vectors: NDArray[np.float32], dtype: str) -> str:
    """Give each step its vector: (n_samples, n_steps, n_dims), float32."""
    if dtype == "float32":
        return str(graph.op("Gather", graph.weight("embedding", vectors), ids))
    if dtype == "float16":
        table = graph.weight("embedding", vectors.astype(np.float16))
        return graph.cast(graph.op("Gather", table, ids), np.float32)
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-30) / 127
    table = graph.weight("embedding", np.rint(vectors / scales).astype(np.int8))
    scale = graph.op("Gather", graph.weight("scales", scales.astype(np.float32)), ids)
    return str(graph.op("Mul", graph.cast(graph.op("Gather", table, ids), np.float32), scale))


def document_lengths(graph: Graph, filled: str) -> str:
    """Count the steps up to the last one that is not zero: (n_samples,), int64, at least 1."""
    bits = graph.op("Not", graph.op("Equal", filled, graph.op("CastLike", graph.number(0), filled)))
    n_steps = graph.op("Gather", graph.op("Shape", filled), graph.number(1))
    places = graph.op("Range", graph.number(1), graph.plus(n_steps, 1), graph.number(1))
    inside = graph.op("Mul", graph.cast(bits, np.int64), places)
    last = graph.op("ReduceMax", inside, graph.number([1]), keepdims=0)
    return str(graph.op("Max", last, graph.number(1)))


def _head(graph: Graph, x: str, state: NetworkState) -> str:
    spec, weights = state.spec, state.weights
    for i in range(1, len(spec.dense_units) + 1):
        x = ACTIVATIONS[spec.dense_activation](graph, _dense(graph, x, state, f"dense_{i}"))
        if spec.batch_norm:
            of_layer = ("gamma", "beta", "moving_mean", "moving_variance")
            arrays = [
                graph.weight(f"batch_norm_{i}_{name}", weights[f"batch_norm_{i}/{name}"])
                for name in of_layer
            ]
            x = graph.op("BatchNormalization", x, *arrays, epsilon=BATCH_NORM_EPSILON)
    return _dense(graph, x, state, "logits")


def _dense(graph: Graph, x: str, state: NetworkState, name: str) -> str:
    kernel = graph.weight(f"{name}_kernel", state.weights[f"{name}/kernel"])
    bias = graph.weight(f"{name}_bias", state.weights[f"{name}/bias"])
    return str(graph.op("Gemm", x, kernel, bias))
