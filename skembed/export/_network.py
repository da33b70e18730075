"""A network's state → the nodes that compute its log-odds."""

import numpy as np
from numpy.typing import NDArray

from skembed.export._activations import ACTIVATIONS
from skembed.export._graph import Graph
from skembed.networks import ConvolutionSpec, NetworkState, RecurrentSpec
from skembed.networks._state import EMBEDDING
from skembed.text import UNKNOWN_ID

BATCH_NORM_EPSILON = 1e-3
"""Keras's default."""

LOWEST = -1e9
"""Never the maximum of anything that a network computes."""


def add_network(graph: Graph, state: NetworkState, embedding_dtype: str) -> str:
    """Add a network that reads right-padded documents.

    Parameters
    ----------
    graph : Graph
        Gets the input ``ids`` of shape (n_samples, n_steps), int32, or ``steps`` of
        shape (n_samples, n_steps, n_dims), float32.
    state : NetworkState
        The trained network.
    embedding_dtype : {"float32", "float16", "int8"}
        How word vectors are stored; they are computed with as float32.

    Returns
    -------
    logits : str
        Name of the tensor of log-odds, of shape (n_samples, n_outputs), float32.
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
    if isinstance(spec.encoder, RecurrentSpec):
        document = _recurrent(graph, steps, lengths, state, spec.encoder)
    else:
        document = _convolution(graph, steps, lengths, state, spec.encoder)
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
    places = graph.op("Range", graph.number(1), _plus(graph, n_steps, 1), graph.number(1))
    inside = graph.op("Mul", graph.cast(bits, np.int64), places)
    last = graph.op("ReduceMax", inside, graph.number([1]), keepdims=0)
    return str(graph.op("Max", last, graph.number(1)))


def _plus(graph: Graph, tensor: str, number: int) -> str:
    return str(graph.op("Add", tensor, graph.number(number)))


def _inside(graph: Graph, steps: str, lengths: str, *, axis: int) -> str:
    """Tell the steps of documents, along an axis, from those behind them: bool, three axes."""
    n_steps = graph.op("Gather", graph.op("Shape", steps), graph.number(axis))
    places = graph.op("Range", graph.number(0), n_steps, graph.number(1))
    ends = graph.op("Unsqueeze", lengths, graph.number([1]))
    return str(graph.op("Unsqueeze", graph.op("Less", places, ends), graph.number([3 - axis])))


def _recurrent(
    graph: Graph, steps: str, lengths: str, state: NetworkState, spec: RecurrentSpec
) -> str:
    names = ["lstm", "lstm_backward"] if spec.bidirectional else ["lstm"]
    weights = {
        part: np.stack([_gates(state.weights[f"{n}/lstm_cell/{part}"]) for n in names])
        for part in ("kernel", "recurrent_kernel", "bias")
    }
    biases = np.concatenate([weights["bias"], np.zeros_like(weights["bias"])], axis=1)
    outputs, last, _ = graph.op(
        "LSTM",
        graph.op("Transpose", steps, perm=[1, 0, 2]),
        graph.weight("lstm_kernel", weights["kernel"].transpose(0, 2, 1)),
        graph.weight("lstm_recurrent_kernel", weights["recurrent_kernel"].transpose(0, 2, 1)),
        graph.weight("lstm_bias", biases),
        graph.cast(lengths, np.int32),
        n_outputs=3,
        hidden_size=spec.units,
        direction="bidirectional" if spec.bidirectional else "forward",
    )
    width = len(names) * spec.units
    if spec.pooling == "last":  # (n_directions, n_samples, units)
        joined = graph.op("Transpose", last, perm=[1, 0, 2])
        return str(graph.op("Reshape", joined, graph.number([-1, width])))
    joined = graph.op("Transpose", outputs, perm=[2, 0, 1, 3])  # from steps, directions, samples
    joined = graph.op("Reshape", joined, graph.number([0, 0, width]))
    inside = _inside(graph, joined, lengths, axis=1)
    if spec.pooling == "max":
        masked = graph.op("Where", inside, joined, graph.number(LOWEST, np.float32))
        return str(graph.op("ReduceMax", masked, graph.number([1]), keepdims=0))
    masked = graph.op("Where", inside, joined, graph.number(0, np.float32))
    total = graph.op("ReduceSum", masked, graph.number([1]), keepdims=0)
    n_steps = graph.op("Unsqueeze", graph.cast(lengths, np.float32), graph.number([1]))
    return str(graph.op("Div", total, n_steps))


def _gates(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Order the gates along the last axis as ONNX does: input, output, forget, cell."""
    i, f, c, o = np.split(weight, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)


def _convolution(
    graph: Graph, steps: str, lengths: str, state: NetworkState, spec: ConvolutionSpec
) -> str:
    x = graph.op("Transpose", steps, perm=[0, 2, 1])
    inside = _inside(graph, x, lengths, axis=2)
    x = graph.op("Where", inside, x, graph.number(0, np.float32))
    if not spec.stacked:
        pooled = [
            _largest(graph, _windows(graph, x, lengths, state, i, size)[0], state, i)
            for i, size in enumerate(spec.kernel_sizes, 1)
        ]
        return str(graph.op("Concat", *pooled, axis=1))
    *pooled_sizes, last = spec.kernel_sizes
    for i, size in enumerate(pooled_sizes, 1):
        windows, n_inside = _windows(graph, x, lengths, state, i, size, multiple=spec.pool_size)
        pool = {"kernel_shape": [spec.pool_size], "strides": [spec.pool_size]}
        x = _bias_relu(graph, graph.op("MaxPool", windows, **pool), state, i, axes=[0, 2])
        more = _plus(graph, n_inside, spec.pool_size - 1)
        lengths = graph.op("Div", more, graph.number(spec.pool_size))
    i = len(spec.kernel_sizes)
    return _largest(graph, _windows(graph, x, lengths, state, i, last)[0], state, i)


def _windows(
    graph: Graph,
    x: str,
    lengths: str,
    state: NetworkState,
    i: int,
    size: int,
    *,
    multiple: int = 1,
) -> tuple[str, str]:
    """Convolve, and put what is behind a document's own windows out of the way.

    Returns
    -------
    windows : str
        Of shape (n_samples, filters, n_windows), their number a multiple of `multiple`.
    n_inside : str
        Windows inside each document, at least one: (n_samples,), int64.
    """
    kernel = graph.weight(f"conv_{i}", state.weights[f"conv_{i}/kernel"].transpose(2, 1, 0))
    n_steps = graph.op("Gather", graph.op("Shape", x), graph.number(2))
    n_windows = graph.op("Max", _plus(graph, n_steps, 1 - size), graph.number(1))
    rounds = graph.op("Div", _plus(graph, n_windows, multiple - 1), graph.number(multiple))
    wanted = _plus(graph, graph.op("Mul", rounds, graph.number(multiple)), size - 1)
    missing = graph.op("Sub", wanted, n_steps)
    missing = graph.op("Max", missing, graph.number(0))
    behind = graph.op("Unsqueeze", missing, graph.number([0]))
    pads = graph.op("Concat", graph.number([0, 0, 0, 0, 0]), behind, axis=0)
    windows = graph.op("Conv", graph.op("Pad", x, pads), kernel, kernel_shape=[size])
    n_inside = graph.op("Max", _plus(graph, lengths, 1 - size), graph.number(1))
    inside = _inside(graph, windows, n_inside, axis=2)
    return graph.op("Where", inside, windows, graph.number(LOWEST, np.float32)), n_inside


def _largest(graph: Graph, windows: str, state: NetworkState, i: int) -> str:
    largest = graph.op("ReduceMax", windows, graph.number([2]), keepdims=0)
    return _bias_relu(graph, largest, state, i, axes=[0])


def _bias_relu(graph: Graph, x: str, state: NetworkState, i: int, *, axes: list[int]) -> str:
    bias = np.expand_dims(state.weights[f"conv_{i}/bias"], tuple(axes))
    return str(graph.op("Relu", graph.op("Add", x, graph.weight(f"conv_{i}_bias", bias))))


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
