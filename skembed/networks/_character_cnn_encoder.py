"""Convolutions over characters, ready for `KerasTextClassifier`."""

from dataclasses import dataclass

import numpy as np

from skembed.networks._encoder import OnnxGraph
from skembed.networks._onnx_layers import Weights, dense
from skembed.networks._types import Tensor

LEAST = -1.0
"""A hyperbolic tangent is never below, so padding is never a maximum."""


@dataclass(frozen=True, kw_only=True)
class CharacterCNNEncoder:
    """Read characters with convolutions of each width, and keep the largest value of each filter.

    A highway layer follows, which passes on a part of its input unchanged. For
    the characters of a text, use ``tokenizer=KerasTokenizer(char_level=True)``.
    The guide "Bring a network of your own" shows how to put words beside them.

    Parameters
    ----------
    widest : int, default=6
        There are convolutions over 1, 2, ..., `widest` characters.
    filters : int, default=25
        Filters for each character of a width: 25 of width one, 50 of width two.

    References
    ----------
    Kim, Jernite, Sontag, Rush (2016), Character-aware neural language models,
    arXiv:1508.06615. There, the characters are those of one word; here, those of
    the document, with the blanks between its words.

    Examples
    --------
    >>> from skembed import KerasTextClassifier, KerasTokenizer
    >>> from skembed.networks import CharacterCNNEncoder
    >>> classifier = KerasTextClassifier(
    ...     tokenizer=KerasTokenizer(char_level=True),
    ...     encoder=CharacterCNNEncoder(widest=3, filters=4),
    ...     embedding_dim=8, learning_rate=0.02, wide=False, random_state=0,
    ... )
    >>> texts, weather = ["sun and sea", "rain and wind"] * 16, ["fine", "foul"] * 16
    >>> classifier.fit(texts, weather).predict(["sunny seaside", "windy"]).tolist()
    ['fine', 'foul']
    """

    widest: int = 6
    filters: int = 25

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers, ops

        inside = ops.expand_dims(mask, -1)
        read = ops.where(inside, steps, ops.cast(0, steps.dtype))
        largest = []
        for width in range(1, self.widest + 1):
            padded = layers.ZeroPadding1D((0, width - 1))(read)  # a window at each character
            windows = layers.Conv1D(self.filters * width, width, activation="tanh")(padded)
            windows = ops.where(inside, windows, ops.cast(LEAST, windows.dtype))
            largest.append(ops.max(windows, axis=1))
        x = ops.concatenate(largest, axis=-1)
        gate = layers.Dense(x.shape[-1], activation="sigmoid")(x)
        changed = layers.Dense(x.shape[-1], activation="relu")(x)
        return x + gate * (changed - x)

    def to_onnx(self, graph: OnnxGraph, steps: str, lengths: str, weights: Weights) -> str:
        """Add the nodes that compute documents; see `Encoder.to_onnx`."""
        x = graph.op("Transpose", steps, perm=[0, 2, 1])
        inside = graph.inside(x, lengths, axis=2)
        read = graph.op("Where", inside, x, graph.number(0, np.float32))
        names = [f"own_conv1d_{i}" for i in range(1, self.widest + 1)]
        largest = []
        for name in sorted(names, key=lambda name: len(weights[f"{name}/kernel"])):
            width = len(weights[f"{name}/kernel"])
            kernel = graph.weight(f"{name}_kernel", weights[f"{name}/kernel"].transpose(2, 1, 0))
            bias = graph.weight(f"{name}_bias", weights[f"{name}/bias"])
            padded = graph.op("Pad", read, graph.number([0, 0, 0, 0, 0, width - 1]))
            windows = graph.op("Tanh", graph.op("Conv", padded, kernel, bias, kernel_shape=[width]))
            least = graph.number(LEAST, np.float32)
            windows = graph.op("Where", inside, windows, least)
            largest.append(graph.op("ReduceMax", windows, graph.number([2]), keepdims=0))
        x = graph.op("Concat", *largest, axis=1)
        # Layers are numbered from the one with most operations after it.
        changed = graph.op("Relu", dense(graph, x, weights, "own_dense_1"))
        gate = graph.op("Sigmoid", dense(graph, x, weights, "own_dense_2"))
        return str(graph.op("Add", x, graph.op("Mul", gate, graph.op("Sub", changed, x))))
