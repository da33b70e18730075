"""An LSTM over the steps of a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from skembed._records import record
from skembed.networks._encoder import (
    LOWEST,
    Drop,
    Encoder,
    OnnxGraph,
    pool_steps,
)
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

        The documents being right-padded, a state is read before the padding
        begins, so that the LSTM itself needs no mask.
        """
        from skembed.networks._layers import FusedLSTM, ReverseDocument, join

        pooled = []
        for name in self._directions:
            x = steps
            if name == "lstm_backward":
                x = ReverseDocument(dtype=precision, name="reverse")(x, lengths)
            # Keras's LSTM makes a dropout of its own, where the rate is not fed.
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
        """Add ONNX's LSTM, and what pools its outputs."""
        kernel, recurrent_kernel, bias = (
            np.stack([_gates(weights[f"{name}/{kind}"]) for name in self._directions])
            for kind in ("kernel", "recurrent_kernel", "bias")
        )
        outputs, last, _ = graph.op(
            "LSTM",
            graph.op("Transpose", steps, perm=[1, 0, 2]),
            graph.weight("lstm_kernel", kernel.transpose(0, 2, 1)),
            graph.weight("lstm_recurrent_kernel", recurrent_kernel.transpose(0, 2, 1)),
            graph.weight("lstm_bias", np.concatenate([bias, np.zeros_like(bias)], axis=1)),
            graph.cast(lengths, np.int32),
            n_outputs=3,
            hidden_size=self.units,
            direction="bidirectional" if self.bidirectional else "forward",
        )
        width = len(self._directions) * self.units
        if self.pooling == "last":  # (n_directions, n_samples, units)
            joined = graph.op("Transpose", last, perm=[1, 0, 2])
            return str(graph.op("Reshape", joined, graph.number([-1, width])))
        joined = graph.op("Transpose", outputs, perm=[2, 0, 1, 3])  # steps, directions, samples
        joined = graph.op("Reshape", joined, graph.number([0, 0, width]))
        return self._pool_onnx(graph, joined, lengths)

    def _pool_onnx(self, graph: OnnxGraph, outputs: str, lengths: str) -> str:
        inside = graph.inside(outputs, lengths, axis=1)
        behind = LOWEST if self.pooling == "max" else 0
        masked = graph.op("Where", inside, outputs, graph.number(behind, np.float32))
        if self.pooling == "max":
            return str(graph.op("ReduceMax", masked, graph.number([1]), keepdims=0))
        total = graph.op("ReduceSum", masked, graph.number([1]), keepdims=0)
        n_steps = graph.op("Unsqueeze", graph.cast(lengths, np.float32), graph.number([1]))
        return str(graph.op("Div", total, n_steps))


def _gates(weight: Floats) -> Floats:
    """Order the gates along the last axis as ONNX does: input, output, forget, cell."""
    i, f, c, o = np.split(weight, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)
