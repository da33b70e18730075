"""Keras's activations in the operators of ONNX."""

from collections.abc import Callable

import numpy as np

from skembed.export._graph import Graph

Apply = Callable[[Graph, str], str]


def _named(kind: str, **attributes: float) -> Apply:
    return lambda graph, x: graph.op(kind, x, **attributes)


def _silu(graph: Graph, x: str) -> str:
    return graph.op("Mul", x, graph.op("Sigmoid", x))


def _relu6(graph: Graph, x: str) -> str:
    return graph.op("Clip", x, graph.number(0, np.float32), graph.number(6, np.float32))


def _log_sigmoid(graph: Graph, x: str) -> str:
    return graph.op("Neg", graph.op("Softplus", graph.op("Neg", x)))


ACTIVATIONS: dict[str, Apply] = {
    "celu": _named("Celu", alpha=1.0),
    "elu": _named("Elu", alpha=1.0),
    "exponential": _named("Exp"),
    "gelu": _named("Gelu"),
    "hard_sigmoid": _named("HardSigmoid", alpha=1 / 6, beta=0.5),
    "hard_silu": _named("HardSwish"),
    "leaky_relu": _named("LeakyRelu", alpha=0.2),
    "linear": _named("Identity"),
    "log_sigmoid": _log_sigmoid,
    "mish": _named("Mish"),
    "relu": _named("Relu"),
    "relu6": _relu6,
    "selu": _named("Selu"),
    "sigmoid": _named("Sigmoid"),
    "silu": _silu,
    "softplus": _named("Softplus"),
    "softsign": _named("Softsign"),
    "swish": _silu,
    "tanh": _named("Tanh"),
}
"""Functions by Keras's name, which add nodes to a graph and return the name of the result."""
