"""Convolutions over the steps of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skembed._records import record
from skembed.networks._encoder import (
    LOWEST,
    Drop,
    Encoder,
    OnnxGraph,
)
from skembed.networks._types import Numbers, Shapes, Tensor

LONGEST = 100_000
"""Every window is shorter than this."""

Weights = Mapping[str, Numbers]


@record
@dataclass(frozen=True, kw_only=True)
class CNNEncoder(Encoder):
    """Convolutions over the steps, side by side or one after the other."""

    filters: int
    kernel_sizes: tuple[int, ...]  # in steps
    stacked: bool = False  # one after the other with pooling between
    pool_size: int = 0  # steps pooled into one there

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.pool_size < LONGEST:
            raise ValueError(f"a window of {self.pool_size} steps, a length beyond all bounds")

    @property
    def least_steps(self) -> int:
        """Steps of one window of the widest convolution."""
        return max(self.kernel_sizes)

    @property
    def gradient_by_length(self) -> bool:
        """Whether documents of many steps use another gradient."""
        # Stacked convolutions leave few steps for the last one, for documents of any length.
        return not self.stacked

    def build(self, steps: Tensor, lengths: Tensor, *, precision: str, drop: Drop) -> Tensor:
        """Convolve over the steps: stacked blocks, or side by side with a maximum over each."""
        from skembed.networks._convolutions import ConvolveMax, ConvolvePool
        from skembed.networks._layers import PadSteps, ZeroPadding, join

        convolve: dict[str, Any] = {"filters": self.filters, "dtype": precision}
        x = ZeroPadding(dtype=precision, name="zero_padding")(steps, lengths)
        if not self.stacked:
            layers = [
                ConvolveMax(kernel_size=size, name=f"conv_{i}", **convolve)
                for i, size in enumerate(self.kernel_sizes, 1)
            ]
            return join([layer(x, lengths) for layer in layers], precision, "kernels")
        *pooled, last = self.kernel_sizes
        for i, size in enumerate(pooled, 1):
            stage = ConvolvePool(
                kernel_size=size, pool_size=self.pool_size, name=f"conv_{i}", **convolve
            )
            x, lengths = stage(x, lengths)
        x = PadSteps(last, dtype=precision, name="pad_pooled_steps")(x)
        return ConvolveMax(kernel_size=last, name=f"conv_{len(pooled) + 1}", **convolve)(x, lengths)

    def weight_shapes(self, n_dims: int) -> tuple[Shapes, int]:
        """Name the kernel and bias of each convolution."""
        shapes: Shapes = {}
        for i, size in enumerate(self.kernel_sizes, 1):
            n_inputs = self.filters if self.stacked and i > 1 else n_dims
            shapes[f"conv_{i}/kernel"] = (size, n_inputs, self.filters)
            shapes[f"conv_{i}/bias"] = (self.filters,)
        return shapes, self.filters * (1 if self.stacked else len(self.kernel_sizes))

    def to_onnx(self, graph: OnnxGraph, steps: str, lengths: str, weights: Weights) -> str:
        """Add ONNX's convolutions, and the maxima over their windows."""
        x = graph.op("Transpose", steps, perm=[0, 2, 1])
        inside = graph.inside(x, lengths, axis=2)
        x = graph.op("Where", inside, x, graph.number(0, np.float32))
        if not self.stacked:
            pooled = [
                _largest(graph, _windows(graph, x, lengths, weights, i, size)[0], weights, i)
                for i, size in enumerate(self.kernel_sizes, 1)
            ]
            return str(graph.op("Concat", *pooled, axis=1))
        *sizes, last = self.kernel_sizes
        for i, size in enumerate(sizes, 1):
            windows, n_inside = _windows(
                graph, x, lengths, weights, i, size, multiple=self.pool_size
            )
            pool = {"kernel_shape": [self.pool_size], "strides": [self.pool_size]}
            x = _bias_relu(graph, graph.op("MaxPool", windows, **pool), weights, i, axes=[0, 2])
            more = graph.plus(n_inside, self.pool_size - 1)
            lengths = graph.op("Div", more, graph.number(self.pool_size))
        i = len(self.kernel_sizes)
        return _largest(graph, _windows(graph, x, lengths, weights, i, last)[0], weights, i)


def _windows(
    graph: OnnxGraph,
    x: str,
    lengths: str,
    weights: Weights,
    i: int,
    size: int,
    *,
    multiple: int = 1,
) -> tuple[str, str]:
    """Convolve, and give the windows behind a document's own ones the lowest value.

    Returns the windows, (n_samples, filters, n_windows), their number a multiple of `multiple`,
    and how many lie inside each document, at least one: (n_samples,), int64.
    """
    kernel = graph.weight(f"conv_{i}", weights[f"conv_{i}/kernel"].transpose(2, 1, 0))
    n_steps = graph.op("Gather", graph.op("Shape", x), graph.number(2))
    n_windows = graph.op("Max", graph.plus(n_steps, 1 - size), graph.number(1))
    rounds = graph.op("Div", graph.plus(n_windows, multiple - 1), graph.number(multiple))
    wanted = graph.plus(graph.op("Mul", rounds, graph.number(multiple)), size - 1)
    missing = graph.op("Sub", wanted, n_steps)
    missing = graph.op("Max", missing, graph.number(0))
    behind = graph.op("Unsqueeze", missing, graph.number([0]))
    pads = graph.op("Concat", graph.number([0, 0, 0, 0, 0]), behind, axis=0)
    windows = graph.op("Conv", graph.op("Pad", x, pads), kernel, kernel_shape=[size])
    n_inside = graph.op("Max", graph.plus(lengths, 1 - size), graph.number(1))
    inside = graph.inside(windows, n_inside, axis=2)
    return graph.op("Where", inside, windows, graph.number(LOWEST, np.float32)), n_inside


def _largest(graph: OnnxGraph, windows: str, weights: Weights, i: int) -> str:
    largest = graph.op("ReduceMax", windows, graph.number([2]), keepdims=0)
    return _bias_relu(graph, largest, weights, i, axes=[0])


def _bias_relu(graph: OnnxGraph, x: str, weights: Weights, i: int, *, axes: Sequence[int]) -> str:
    bias = np.expand_dims(weights[f"conv_{i}/bias"], tuple(axes))
    return str(graph.op("Relu", graph.op("Add", x, graph.weight(f"conv_{i}_bias", bias))))
