"""A gated recurrent unit, ready for `KerasTextClassifier`."""

from dataclasses import dataclass

from skembed.networks._encoder import OnnxGraph
from skembed.networks._onnx_layers import Weights, read_steps
from skembed.networks._types import Tensor


@dataclass(frozen=True, kw_only=True)
class GRUEncoder:
    """Read the words with a gated recurrent unit, in both directions or in one.

    Parameters
    ----------
    units : int, default=64
        Width of the state of each direction.
    bidirectional : bool, default=True
        Whether a second unit reads from the end to the beginning.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder,
    arXiv:1406.1078.

    Examples
    --------
    >>> from skembed import KerasTextClassifier
    >>> from skembed.networks import GRUEncoder
    >>> classifier = KerasTextClassifier(
    ...     encoder=GRUEncoder(units=8), learning_rate=0.02, wide=False, random_state=0
    ... )
    >>> texts, weather = ["sun and sea", "rain and wind"] * 16, ["fine", "foul"] * 16
    >>> classifier.fit(texts, weather).predict(["sea and sun", "wind"]).tolist()
    ['fine', 'foul']
    """

    units: int = 64
    bidirectional: bool = True

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers

        reads = layers.GRU(self.units)
        reads = layers.Bidirectional(reads) if self.bidirectional else reads
        return reads(steps, mask=mask)

    def to_onnx(self, graph: OnnxGraph, steps: str, lengths: str, weights: Weights) -> str:
        """Add the nodes that compute documents; see `Encoder.to_onnx`."""
        both = ["forward_own_gru_1", "own_gru_2"]
        names = both if self.bidirectional else ["own_gru_1"]
        return read_steps(graph, "GRU", steps, lengths, weights, names, ends=True)
