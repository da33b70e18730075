"""An LSTM with attention, ready for `KerasTextClassifier`."""

from dataclasses import dataclass

import numpy as np

from skembed.networks._encoder import OnnxGraph
from skembed.networks._onnx_layers import Weights, dense, read_steps
from skembed.networks._types import Tensor

UNREAD = -1e4
"""Score of the padding behind a document; it also fits into 16 bits."""


@dataclass(frozen=True, kw_only=True)
class AttentiveLSTMEncoder:
    """Read the words with an LSTM in both directions, and weigh its outputs by attention.

    Parameters
    ----------
    units : int, default=64
        Width of the state of each direction, and of the layer that scores its outputs.

    References
    ----------
    Yang et al. (2016), Hierarchical attention networks for document classification,
    https://aclanthology.org/N16-1174.

    Examples
    --------
    >>> from skembed import KerasTextClassifier
    >>> from skembed.networks import AttentiveLSTMEncoder
    >>> classifier = KerasTextClassifier(
    ...     encoder=AttentiveLSTMEncoder(units=8), learning_rate=0.02, wide=False, random_state=0
    ... )
    >>> texts, weather = ["sun and sea", "rain and wind"] * 16, ["fine", "foul"] * 16
    >>> classifier.fit(texts, weather).predict(["sea and sun", "wind"]).tolist()
    ['fine', 'foul']
    """

    units: int = 64

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers, ops

        read = layers.Bidirectional(layers.LSTM(self.units, return_sequences=True))(
            steps, mask=mask
        )
        told = layers.Dense(self.units, activation="tanh")(read)
        scores = ops.squeeze(layers.Dense(1, use_bias=False)(told), -1)
        lowest = ops.cast(UNREAD, scores.dtype)
        weights = ops.softmax(ops.where(mask, scores, lowest))
        return ops.sum(read * ops.expand_dims(weights, -1), axis=1)

    def to_onnx(self, graph: OnnxGraph, steps: str, lengths: str, weights: Weights) -> str:
        """Add the nodes that compute documents; see `Encoder.to_onnx`."""
        names = ["forward_own_lstm_1", "own_lstm_2"]
        read = read_steps(graph, "LSTM", steps, lengths, weights, names, ends=False)
        told = graph.op("Tanh", dense(graph, read, weights, "own_dense_1"))
        scores = dense(graph, told, weights, "own_dense_2")
        inside = graph.inside(scores, lengths, axis=1)
        scores = graph.op("Where", inside, scores, graph.number(UNREAD, np.float32))
        weighed = graph.op("Mul", read, graph.op("Softmax", scores, axis=1))
        return str(graph.op("ReduceSum", weighed, graph.number([1]), keepdims=0))
