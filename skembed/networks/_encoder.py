"""The part of a network that reads a document's steps: one object, which a user may add to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from skembed.networks._types import PlainNumbers, Shape, Shapes, Tensor
from skembed.networks._weights import first_value

Drop = Callable[[Tensor, str, float, str], Tensor]
"""Puts a dropout behind a tensor: tensor, name of the layer, rate, precision."""

LOWEST = -1e9
"""Below all that a network computes, so that it is never a maximum."""


class OnnxGraph(Protocol):
    """The graph to which `Encoder.to_onnx` adds nodes. Tensors are named by strings."""

    def weight(self, name: str, value: NDArray[Any]) -> str:
        """Add an array."""

    def number(self, value: object, dtype: DTypeLike = np.int64) -> str:
        """Add a number, or a short list of numbers, once."""

    def op(self, kind: str, *tensors: str, **attributes: Any) -> Any:
        """Add a node and return the name of its output, or names of so many ``n_outputs``."""

    def cast(self, tensor: str, dtype: DTypeLike) -> str:
        """Convert a tensor."""

    def plus(self, tensor: str, number: int) -> str:
        """Add a number to a tensor of int64."""

    def inside(self, steps: str, lengths: str, *, axis: int) -> str:
        """Return which steps, along an axis, are those of the documents: bool, three axes."""


@dataclass(frozen=True, kw_only=True)
class Encoder(PlainNumbers, ABC):
    """The layers that reduce a document's steps to one vector.

    A subclass is a frozen dataclass whose fields are plain values. The default of a field that is
    added later keeps the earlier behaviour. `skembed._records.record` registers the class for saved
    files.

    Attributes
    ----------
    explained_steps : int
        Steps of all points that `skembed.explain` computes at the same time.
    """

    explained_steps: ClassVar[int] = 1 << 14

    def with_dims(self, n_dims: int) -> Encoder:
        """Return the encoder for vectors of so many components."""
        return self

    @property
    def least_steps(self) -> int:
        """Documents are padded to at least this number of steps. 0: any number is enough."""
        return 0

    @property
    def gradient_by_length(self) -> bool:
        """Whether its layers of `ConvolveMax` choose the gradient that suits the documents."""
        return False

    @abstractmethod
    def build(self, steps: Tensor, lengths: Tensor, *, precision: str, drop: Drop) -> Tensor:
        """Add layers after the steps of documents.

        A document must get the same vector with any padding behind it. Layers need names, which
        determine those of the weights, and the dtype `precision`.

        Parameters
        ----------
        steps : Keras tensor of shape (n_samples, n_steps, n_dims)
            Vectors of the documents' steps, with padding behind them.
        lengths : Keras tensor of shape (n_samples,), dtype int32
            Steps of each document without the padding, at least one.
        precision : str
            Keras's name of the dtype policy.
        drop : callable
            Adds a dropout after a tensor: ``drop(x, name, rate, precision)``. Its name must be
            among `fed_rates`.

        Returns
        -------
        documents : Keras tensor of shape (n_samples, n_units)
        """

    @abstractmethod
    def weight_shapes(self, n_dims: int) -> tuple[Shapes, int]:
        """Name the weights in the order of their layers, with their shapes.

        Parameters
        ----------
        n_dims : int
            Components of a step's vector.

        Returns
        -------
        shapes : dict of str to tuple of int
            Names are those of the layer and of Keras's weight, as in ``"gru/kernel"``.
        width : int
            Components of a document's vector.
        """

    def first_weights(
        self, name: str, shape: Shape, rng: np.random.Generator
    ) -> NDArray[np.float32]:
        """Draw the first values of a weight, by default as Keras does for this kind of weight."""
        return first_value(name, shape, rng)

    def fed_rates(self) -> dict[str, float]:
        """Return the rates of the dropouts that `drop` has put, by the names of their layers."""
        return {}

    def graph_key(self) -> Encoder:
        """Return the encoder as it determines the graph, with the fed rates set to zero."""
        return self

    def to_onnx(
        self, graph: OnnxGraph, steps: str, lengths: str, weights: Mapping[str, NDArray[Any]]
    ) -> str:
        """Add the nodes that compute documents.

        Parameters
        ----------
        graph : Graph
            Gets the nodes.
        steps : str
            Name of a tensor of shape (n_samples, n_steps, n_dims), float32. The values after a
            document's end may be anything.
        lengths : str
            Name of a tensor of shape (n_samples,), int64.
        weights : mapping of str to ndarray
            By the names of `weight_shapes`.

        Returns
        -------
        documents : str
            Name of a tensor of shape (n_samples, n_units), float32.

        Raises
        ------
        TypeError
            If the encoder has no such method.
        """
        raise TypeError(
            f"to_onnx cannot write a network that reads its steps with {type(self).__name__}, "
            "which has no nodes of ONNX. Give that class a method to_onnx, or keep the classifier "
            "with skembed.save."
        )


def pool_steps(
    steps: Tensor, lengths: Tensor, pooling: str, *, precision: str, name: str
) -> Tensor:
    """Add a layer that reduces steps to one vector of the document.

    Parameters
    ----------
    steps, lengths : Keras tensors
        As for `Encoder.build`.
    pooling : {"last", "max", "mean"}
        The document's last step, or the maximum or mean of its steps.
    precision, name : str
        Of the layer.
    """
    from skembed.networks._layers import PoolDocument

    return PoolDocument(pooling, dtype=precision, name=name)(steps, lengths)
