"""Self-attention, ready for `KerasTextClassifier`."""

from dataclasses import dataclass

import numpy as np

from skembed.networks._encoder import LOWEST, OnnxGraph
from skembed.networks._onnx_layers import Weights, dense, normalise, pool
from skembed.networks._types import Numbers, Tensor


@dataclass(frozen=True, kw_only=True)
class TransformerEncoder:
    """Read the words with blocks of self-attention, and take the mean of their outputs.

    Normalisation comes before each part, which has become usual.

    Parameters
    ----------
    units : int, default=64
        Width of a word's vector in the blocks; an even number.
    heads : int, default=4
        Heads of each attention, among which `units` are divided.
    blocks : int, default=2
        Number of attentions that follow one another, each with two dense layers after it.
    dropout : float, default=0.1
        Fraction of attention's weights, and of each block's outputs, that is set to zero in
        training.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, arXiv:1706.03762.

    Examples
    --------
    >>> from skembed import KerasTextClassifier
    >>> from skembed.networks import TransformerEncoder
    >>> classifier = KerasTextClassifier(
    ...     encoder=TransformerEncoder(units=8, heads=2, blocks=1), learning_rate=0.02,
    ...     wide=False, random_state=0,
    ... )
    >>> texts, weather = ["sun and sea", "rain and wind"] * 16, ["fine", "foul"] * 16
    >>> classifier.fit(texts, weather).predict(["sea and sun", "wind"]).tolist()
    ['fine', 'foul']
    """

    units: int = 64
    heads: int = 4
    blocks: int = 2
    dropout: float = 0.1

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers, ops

        places = ops.cumsum(ops.cast(mask, steps.dtype), axis=1)
        angles = ops.expand_dims(places, -1) * ops.cast(self._rates(), steps.dtype)
        waves = ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)
        x = layers.Dense(self.units)(steps) + waves
        pairs = ops.expand_dims(mask, 1)
        for _ in range(self.blocks):
            attend = layers.MultiHeadAttention(
                self.heads, self.units // self.heads, dropout=self.dropout
            )
            normal = layers.LayerNormalization()(x)
            x = x + attend(normal, normal, attention_mask=pairs)
            normal = layers.LayerNormalization()(x)
            wide = layers.Dense(4 * self.units, activation="gelu")(normal)
            x = x + layers.Dropout(self.dropout)(layers.Dense(self.units)(wide))
        return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x), mask=mask)

    def _rates(self) -> Numbers:
        """Return by how much an angle grows from word to word: (units / 2,), float64."""
        return 10_000.0 ** (-2 * np.arange(self.units // 2) / self.units)

    def to_onnx(self, graph: OnnxGraph, steps: str, lengths: str, weights: Weights) -> str:
        """Add the nodes that compute documents; see `Encoder.to_onnx`."""
        x = graph.op("Add", dense(graph, steps, weights, "own_dense_1"), self._waves(graph, steps))
        for i in range(1, self.blocks + 1):
            normal = normalise(graph, x, weights, f"own_layernormalization_{2 * i - 1}")
            attended = self._attend(graph, normal, lengths, weights, f"own_multiheadattention_{i}")
            x = graph.op("Add", x, attended)
            normal = normalise(graph, x, weights, f"own_layernormalization_{2 * i}")
            wide = graph.op("Gelu", dense(graph, normal, weights, f"own_dense_{2 * i}"))
            x = graph.op("Add", x, dense(graph, wide, weights, f"own_dense_{2 * i + 1}"))
        x = normalise(graph, x, weights, f"own_layernormalization_{2 * self.blocks + 1}")
        return pool(graph, x, lengths, "mean")

    def _waves(self, graph: OnnxGraph, steps: str) -> str:
        n_steps = graph.op("Gather", graph.op("Shape", steps), graph.number(1))
        places = graph.op("Range", graph.number(1), graph.plus(n_steps, 1), graph.number(1))
        places = graph.op("Unsqueeze", graph.cast(places, np.float32), graph.number([1]))
        rates = graph.weight("wave_rates", self._rates().astype(np.float32))
        angles = graph.op("Mul", places, rates)
        return str(graph.op("Concat", graph.op("Sin", angles), graph.op("Cos", angles), axis=1))

    def _attend(self, graph: OnnxGraph, x: str, lengths: str, weights: Weights, name: str) -> str:
        def of_heads(part: str, axes: list[int]) -> str:
            """Return a part as (n_samples, heads, n_steps, n_dims), the last two by `axes`."""
            shape = graph.number([0, 0, self.heads, -1])
            parts = graph.op("Reshape", dense(graph, x, weights, f"{name}/{part}"), shape)
            return str(graph.op("Transpose", parts, perm=[0, 2, *axes]))

        query, value = (of_heads(part, [1, 3]) for part in ("query", "value"))
        scale = graph.number((self.units // self.heads) ** -0.5, np.float32)
        scores = graph.op("MatMul", graph.op("Mul", query, scale), of_heads("key", [3, 1]))
        inside = graph.op("Unsqueeze", graph.inside(scores, lengths, axis=2), graph.number([1]))
        scores = graph.op("Where", inside, scores, graph.number(LOWEST, np.float32))
        told = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), value)
        told = graph.op("Transpose", told, perm=[0, 2, 1, 3])
        told = graph.op("Reshape", told, graph.number([0, 0, -1]))
        return dense(graph, told, weights, f"{name}/attention_output")
