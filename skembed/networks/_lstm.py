"""An LSTM over the steps of a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from skembed._records import record
from skembed.networks._encoder import Drop, Encoder, OnnxGraph, pool_steps
from skembed.networks._onnx_layers import pool, read_steps
from skembed.networks._types import Floats, Numbers, Shape, Shapes, Tensor
from skembed.networks._weights import first_value


@record
@dataclass(frozen=True, kw_only=True)
class LSTMEncoder(Encoder):
    """An LSTM over the steps, its outputs pooled to one vector."""

    units: int  # in each direction
    bidirectional: bool = False
    pooling: str = "last"  # or "max", "mean": of the outputs at the document's steps
    dropout: float = 0.0  # of the inputs
    recurrent_dropout: float = 0.0  # of the state

    # An LSTM takes about as long for two points as for one. For a document of 50,000 tokens,
    # two points at a time halve the time and keep under 2 GB of memory; five take 3 GB.
    explained_steps: ClassVar[int] = 1 << 17

    @property
    def _directions(self) -> list[str]:
        return ["lstm", "lstm_backward"] if self.bidirectional else ["lstm"]

    def build(self, steps: Tensor, lengths: Tensor, *, precision: str, drop: Drop) -> Tensor:
        """Read the steps with an LSTM and pool its outputs.

        Documents are padded at the back, so a state is read before the padding begins, and the LSTM
        needs no mask.
        """
        from skembed.networks._layers import FusedLSTM, ReverseDocument, join

        pooled = []
        for name in self._directions:
            x = steps
            if name == "lstm_backward":
                x = ReverseDocument(dtype=precision, name="reverse")(x, lengths)
            # Keras's LSTM makes its own dropout if the rate is not fed.
            x = drop(x, f"{name}_dropout", 0.0, precision)
            states = FusedLSTM(
                self.units,
                dropout=self.dropout,
                recurrent_dropout=self.recurrent_dropout,
                return_sequences=True,
                seed=0,  # without one, PyTorch draws from its global generator
                dtype=precision,
                name=name,
            )(x)
            pooled.append(
                self.pool(states, lengths, precision=precision, name=f"{name}_{self.pooling}")
            )
        return join(pooled, precision, "directions")

    def pool(self, states: Tensor, lengths: Tensor, *, precision: str, name: str) -> Tensor:
        """Reduce the outputs of all steps to one vector of a document."""
        return pool_steps(states, lengths, self.pooling, precision=precision, name=name)

    def weight_shapes(self, n_dims: int) -> tuple[Shapes, int]:
        """Name the weights of each direction."""
        shapes: Shapes = {}
        for name in self._directions:
            shapes[f"{name}/kernel"] = (n_dims, 4 * self.units)
            shapes[f"{name}/recurrent_kernel"] = (self.units, 4 * self.units)
            shapes[f"{name}/bias"] = (4 * self.units,)
        return shapes, len(self._directions) * self.units

    def first_weights(self, name: str, shape: Shape, rng: np.random.Generator) -> Floats:
        """Draw a weight as Keras does: the bias of the forget gate is one.

        References
        ----------
        Jozefowicz, Zaremba, Sutskever (2015), ICML.
        """
        weight = first_value(name, shape, rng)
        if name.endswith("/bias"):
            weight[self.units : 2 * self.units] = 1
        return weight

    def fed_rates(self) -> dict[str, float]:
        """Return the rate of the inputs of each direction."""
        return dict.fromkeys(("lstm_dropout", "lstm_backward_dropout"), self.dropout)

    def graph_key(self) -> LSTMEncoder:
        """Return this without the dropout of the inputs."""
        return replace(self, dropout=0.0)

    def to_onnx(
        self, graph: OnnxGraph, steps: str, lengths: str, weights: Mapping[str, Numbers]
    ) -> str:
        """Add ONNX's LSTM, and nodes that pool its outputs."""
        ends = self.pooling == "last"
        read = read_steps(graph, "LSTM", steps, lengths, weights, self._directions, ends=ends)
        return read if ends else pool(graph, read, lengths, self.pooling)
