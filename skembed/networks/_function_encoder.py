"""An encoder that a user writes as a function, or as a frozen dataclass with ``__call__``."""

from __future__ import annotations

import dataclasses
import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed._caller import warn_caller
from skembed._records import record
from skembed.networks._encoder import Drop, Encoder, OnnxGraph
from skembed.networks._startup import load_engine
from skembed.networks._types import Shapes, Tensor

if TYPE_CHECKING:
    import keras

Call = Callable[[Tensor, Tensor], Tensor]
"""Takes the steps, (n_samples, n_steps, n_dims), and their mask, and returns documents."""

Parameters = tuple[tuple[str, Any], ...]

_OBEY: set[str] = set()
"""Versions of layers that were checked to obey the mask."""

_HANDED_OVER: dict[str, Any] = {}
"""Functions of the user's main program that a worker received and has in no module."""


@record
@dataclass(frozen=True, kw_only=True)
class FunctionEncoder(Encoder):
    """A function or a dataclass by its name, which files can hold.

    Attributes
    ----------
    name : str
        Module and name, as "my_models:attentive".
    parameters : tuple of (str, object)
        Fields of a dataclass.
    shapes : tuple of (str, tuple of int)
        Shapes of the weights, in their order.
    width : int
        Components of a document's vector.
    version : str
        Digest of the layers that it made, which shows if a function was changed.
    """

    name: str
    parameters: Parameters = ()
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    width: int = 0
    version: str = ""

    def with_dims(self, n_dims: int) -> FunctionEncoder:
        """Build the layers once, to find their weights and to check that they obey the mask."""
        load_engine()
        from skembed.networks._engine import python_random_kept
        from skembed.networks._function_layers import build_layers, version_of
        from skembed.networks._names import named_shapes

        with python_random_kept():
            layers = build_layers(self.call(), self.name, n_dims, "float32")
            version = version_of(layers)
            if version not in _OBEY:
                check_mask(layers, self.name, n_dims)
                _OBEY.add(version)
        shapes = tuple(named_shapes(layers).items())
        return replace(self, shapes=shapes, width=int(layers.output.shape[1]), version=version)

    def build(self, steps: Tensor, lengths: Tensor, *, precision: str, drop: Drop) -> Tensor:
        """Add the user's layers after the steps.

        Raises
        ------
        ValueError
            If they have other weights than the layers that were trained.
        """
        from skembed.networks._function_layers import StepsMask, build_layers, version_of
        from skembed.networks._names import named_shapes

        mask = StepsMask(dtype=precision, name="mask")(steps, lengths)
        layers = build_layers(self.call(), self.name, steps.shape[-1], precision)
        shapes = named_shapes(layers)
        if shapes != dict(self.shapes):
            raise ValueError(
                f"The encoder {self.name} is no longer the one that was trained: its weights have "
                f"the shapes {shapes}, and had {dict(self.shapes)}. Define it as it was."
            )
        whole = layers
        if precision != "float32":
            whole = build_layers(self.call(), self.name, steps.shape[-1], "float32")
        if version_of(whole) != self.version:
            warn_caller(
                f"The encoder {self.name} is no longer the one that was trained, or Keras is of "
                "another version, so that predictions may differ. Define it as it was."
            )
        return layers([steps, mask])

    def weight_shapes(self, n_dims: int) -> tuple[Shapes, int]:
        """Return the shapes that `with_dims` found."""
        return dict(self.shapes), self.width

    def to_onnx(
        self, graph: OnnxGraph, steps: str, lengths: str, weights: Mapping[str, NDArray[Any]]
    ) -> str:
        """Let the dataclass add its nodes, if it has such a method.

        Raises
        ------
        TypeError
            If the dataclass has no such method.
        """
        call = self.call()
        if not knows_onnx(type(call)):
            raise TypeError(
                f"to_onnx cannot write the encoder {self.name}, whose layers it does not know. "
                "Keep the estimator with skembed.save, or take a CNN or an LSTM."
            )
        own = {name: weights[name] for name, _ in self.shapes}
        return str(call.to_onnx(graph, steps, lengths, own))  # type: ignore[attr-defined]

    @property
    def is_there(self) -> bool:
        """Whether this process has the function or the dataclass."""
        return found_by(self.name) is not None

    def call(self) -> Call:
        """Return the function, or the dataclass with its parameters.

        Raises
        ------
        ValueError
            If no module of this process has it.
        """
        found = found_by(self.name)
        if found is None:
            module, _, name = self.name.partition(":")
            raise ValueError(
                f"The encoder {name} of the module {module} is not there. Import that module, or "
                "define the encoder as it was, and try again."
            )
        return found(**dict(self.parameters)) if isinstance(found, type) else found


def encoder_of(value: object) -> Encoder:
    """Return the encoder that a user means: a function, a dataclass, or a ready one.

    Raises
    ------
    TypeError
        If it is not an encoder.
    ValueError
        If it has no name by which it can be found again.
    """
    if isinstance(value, Encoder):
        return value
    is_description = is_called_and_frozen(type(value))
    if not (isinstance(value, FunctionType) or is_description):
        raise TypeError(
            "encoder must be a function of steps and mask, or an instance of a frozen dataclass "
            f"that is called like one; got {value!r:.60} ({type(value).__name__})."
        )
    thing, name = remember(value)
    if found_by(name) is not thing:
        raise ValueError(
            f"encoder={thing.__qualname__} cannot be found by its name in the module "
            f"{thing.__module__}, so that copies and saved files could not find it. Define it with "
            "def or class at the top of a module."
        )
    parameters: Parameters = ()
    if is_description:
        named = dataclasses.fields(value)  # type: ignore[arg-type]
        parameters = tuple((each.name, getattr(value, each.name)) for each in named)
    return FunctionEncoder(name=name, parameters=parameters)


def remember(value: object) -> tuple[Any, str]:
    """Return a function, or the class of a dataclass, and register it under its name.

    A worker of a main program or notebook receives functions that it has in no module.
    """
    thing: Any = type(value) if dataclasses.is_dataclass(value) else value
    name = f"{public(thing.__module__)}:{thing.__qualname__}"
    if in_module(name) is None and "<" not in name:
        _HANDED_OVER[name] = thing
    return thing, name


def found_by(name: str) -> Any:
    """Return a function or a class by its name, None if no module of this process has it.

    Other modules are not imported, because a file could name any.
    """
    found = in_module(name)
    found = _HANDED_OVER.get(name) if found is None else found
    is_description = isinstance(found, type) and is_called_and_frozen(found)
    return found if isinstance(found, FunctionType) or is_description else None


def in_module(name: str) -> Any:
    """Return what a module of this process has under a name."""
    module, _, path = name.partition(":")
    module = public(module)
    if module.startswith("skembed."):
        importlib.import_module(module)
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def public(module: str) -> str:
    """Return the folder of a private module of skembed, because files only know folders."""
    return module.partition("._")[0] if module.startswith("skembed.") else module


def is_called_and_frozen(kind: type) -> bool:
    """Return whether a class is a frozen dataclass with ``__call__``."""
    options = getattr(kind, "__dataclass_params__", None)
    return options is not None and options.frozen and "__call__" in dir(kind)


def knows_onnx(kind: type) -> bool:
    """Return whether a dataclass writes nodes of ONNX for its own layers.

    An inherited method is for the layers of the parent, not for other layers of a subclass.
    """
    makers = [each for each in kind.__mro__ if vars(each).keys() & {"__call__", "to_onnx"}]
    return bool(makers) and "to_onnx" in vars(makers[0])


def check_mask(layers: keras.Model, name: str, n_dims: int) -> None:
    """Check that padding behind a document changes nothing.

    Raises
    ------
    ValueError
        If it does.
    """
    import keras

    rng = np.random.default_rng(0)
    alone = rng.standard_normal((1, 3, n_dims)).astype(np.float32)
    padded = np.concatenate([alone, rng.standard_normal((1, 4, n_dims))], axis=1)
    inside = np.arange(7)[None] < 3
    first, second = (
        keras.ops.convert_to_numpy(layers([steps.astype(np.float32), mask], training=False))
        for steps, mask in ((alone, inside[:, :3]), (padded, inside))
    )
    if not np.allclose(first, second, atol=1e-4, rtol=1e-3):
        raise ValueError(
            f"The encoder {name} gives a document another vector if padding "
            "follows it, so that a document alone would get other predictions than in a batch. Use "
            "the mask, for example as in keras.layers.GRU(32)(steps, mask=mask)."
        )
