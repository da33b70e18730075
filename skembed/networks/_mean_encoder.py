"""The mean of the words' vectors, ready for `KerasTextClassifier`."""

from dataclasses import dataclass

from skembed.networks._encoder import OnnxGraph
from skembed.networks._onnx_layers import Weights, pool
from skembed.networks._types import Tensor


@dataclass(frozen=True, kw_only=True)
class MeanEncoder:
    """Take the mean of the words' vectors.

    References
    ----------
    Joulin, Grave, Bojanowski, Mikolov (2016), Bag of tricks for efficient text
    classification, arXiv:1607.01759.

    Examples
    --------
    >>> from skembed import KerasTextClassifier
    >>> from skembed.networks import MeanEncoder
    >>> classifier = KerasTextClassifier(
    ...     encoder=MeanEncoder(), embedding_dim=8, learning_rate=0.1, wide=False, random_state=0
    ... )
    >>> texts, weather = ["sun and sea", "rain and wind"] * 16, ["fine", "foul"] * 16
    >>> classifier.fit(texts, weather).predict(["sea", "wind and sand"]).tolist()
    ['fine', 'foul']
    """

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers

        return layers.GlobalAveragePooling1D()(steps, mask=mask)

    def to_onnx(self, graph: OnnxGraph, steps: str, lengths: str, weights: Weights) -> str:
        """Add the nodes that compute documents; see `Encoder.to_onnx`."""
        return pool(graph, steps, lengths, "mean")
