"""Documents on their way from ids to features."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skembed.text import TokenSequences
from skembed.vectors._pooling import pool


class Encoded(NamedTuple):
    """Documents as ids, with the vector and the weights of each id.

    `weighted` is their SIF pooling, where that has been computed already.
    """

    sequences: TokenSequences
    vectors: NDArray[np.float32]
    weights: dict[str, NDArray[np.float32]]
    weighted: NDArray[np.float32] | None = None

    def pool(self, pooling: str) -> NDArray[np.float32]:
        """Return one vector for each document."""
        if pooling not in self.weights:
            raise ValueError(f"pooling={pooling!r} was set after fit. Fit again to use it.")
        if pooling == "sif" and self.weighted is not None:
            return self.weighted
        ids, offsets = self.sequences.ids, self.sequences.offsets
        return pool(pooling, ids, offsets, self.vectors, self.weights[pooling])
