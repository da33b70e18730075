"""Ready encoders for `KerasTextClassifier`: each is called like a function of steps and mask."""

from dataclasses import dataclass

import numpy as np

from skembed.networks._types import Tensor


@dataclass(frozen=True, kw_only=True)
class MeanEncoder:
    """The mean of the words' vectors.

    Joulin, Grave, Bojanowski, Mikolov (2016), Bag of tricks for efficient text
    classification, arXiv:1607.01759.
    """

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers

        return layers.GlobalAveragePooling1D()(steps, mask=mask)


@dataclass(frozen=True, kw_only=True)
class GRUEncoder:
    """A gated recurrent unit, read in both directions or in one.

    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder,
    arXiv:1406.1078.
    """

    units: int = 64
    bidirectional: bool = True

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers

        reads = layers.GRU(self.units)
        reads = layers.Bidirectional(reads) if self.bidirectional else reads
        return reads(steps, mask=mask)


@dataclass(frozen=True, kw_only=True)
class AttentiveLSTMEncoder:
    """An LSTM in both directions, whose outputs are weighed by attention.

    Yang et al. (2016), Hierarchical attention networks for document classification,
    https://aclanthology.org/N16-1174.
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
        lowest = ops.cast(-1e4, scores.dtype)
        weights = ops.softmax(ops.where(mask, scores, lowest))
        return ops.sum(read * ops.expand_dims(weights, -1), axis=1)


@dataclass(frozen=True, kw_only=True)
class TransformerEncoder:
    """Blocks of self-attention, and the mean of their outputs.

    Vaswani et al. (2017), Attention is all you need, arXiv:1706.03762. Normalisation stands
    before each part, as is usual since.
    """

    units: int = 64
    heads: int = 4
    blocks: int = 2
    dropout: float = 0.1

    def __call__(self, steps: Tensor, mask: Tensor) -> Tensor:
        """Build the layers."""
        from keras import layers, ops

        places = ops.cumsum(ops.cast(mask, steps.dtype), axis=1)
        rates = 10_000.0 ** (-2 * np.arange(self.units // 2) / self.units)
        angles = ops.expand_dims(places, -1) * ops.cast(rates, steps.dtype)
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
