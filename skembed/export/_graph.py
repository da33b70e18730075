"""Networks as ONNX graphs, made node by node from their NumPy weights."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

OPSET = 20
IR_VERSION = 9
"""Every ONNX Runtime from 1.17 on reads this version."""


class Graph:
    """Nodes and constants in the order in which they are made; names are made up.

    Attributes
    ----------
    inputs, outputs : list of ValueInfoProto
        Inputs and outputs of the graph.
    """

    def __init__(self) -> None:
        self.inputs: list[ValueInfoProto] = []
        self.outputs: list[ValueInfoProto] = []
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._known: dict[tuple[Any, ...], str] = {}

    def input(self, name: str, dtype: DTypeLike, shape: list[str | int]) -> str:
        """Declare an input; names in a shape are sizes that differ from call to call."""
        self.inputs.append(helper.make_tensor_value_info(name, _element(dtype), shape))
        return name

    def output(self, tensor: str, name: str, dtype: DTypeLike, shape: list[str | int]) -> None:
        """Declare a tensor as an output, under a name."""
        self._nodes.append(helper.make_node("Identity", [tensor], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, _element(dtype), shape))

    def weight(self, name: str, value: NDArray[Any]) -> str:
        """Add an array."""
        contiguous = np.ascontiguousarray(value).reshape(value.shape)
        self._constants.append(numpy_helper.from_array(contiguous, name))
        return name

    def number(self, value: object, dtype: DTypeLike = np.int64) -> str:
        """Add a number, or a short list of numbers, once."""
        array = np.asarray(value, dtype=dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            self._known[key] = self.weight(f"number_{len(self._known)}", array)
        return self._known[key]

    def op(self, kind: str, *tensors: str, **attributes: Any) -> Any:
        """Add a node and return the name of its output, or names of so many ``n_outputs``."""
        n_outputs = attributes.pop("n_outputs", 1)
        names = [f"{kind}_{len(self._nodes)}_{i}" for i in range(n_outputs)]
        self._nodes.append(helper.make_node(kind, list(tensors), names, **attributes))
        return names[0] if n_outputs == 1 else names

    def cast(self, tensor: str, dtype: DTypeLike) -> str:
        """Convert a tensor."""
        return str(self.op("Cast", tensor, to=_element(dtype)))

    def plus(self, tensor: str, number: int) -> str:
        """Add a number to a tensor of int64."""
        return str(self.op("Add", tensor, self.number(number)))

    def inside(self, steps: str, lengths: str, *, axis: int) -> str:
        """Return which steps, along an axis, are those of the documents: bool, three axes."""
        n_steps = self.op("Gather", self.op("Shape", steps), self.number(axis))
        places = self.op("Range", self.number(0), n_steps, self.number(1))
        ends = self.op("Unsqueeze", lengths, self.number([1]))
        return str(self.op("Unsqueeze", self.op("Less", places, ends), self.number([3 - axis])))

    def model(self, metadata: dict[str, str]) -> Any:
        """Return the whole as a ModelProto."""
        graph = helper.make_graph(
            self._nodes, "skembed", self.inputs, self.outputs, self._constants
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="skembed",
        )
        helper.set_model_props(model, metadata)
        return model


def _element(dtype: DTypeLike) -> int:
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
