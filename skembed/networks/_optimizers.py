"""Keras's optimizers, which move only those rows of an embedding that a batch uses."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from skembed.networks._names import EMBEDDING, weight_name
from skembed.networks._spec import ObjectiveSpec
from skembed.networks._types import Tensor

_lock = threading.Lock()
_before: list[str] = []
"""The user's setting, once for each running block."""


@contextmanager
def in_float32() -> Iterator[None]:
    """Compute a block as if ``keras.config.floatx()`` were float32.

    Keras makes the learning rate of an optimizer a variable of that dtype, and PyTorch converts
    numbers to it. Blocks may run in several threads at a time. The last one to end restores the
    user's setting.
    """
    with _lock:
        _before.append(_before[0] if _before else keras.config.floatx())
        keras.config.set_floatx("float32")
    try:
        yield
    finally:
        with _lock:
            before = _before.pop()
            if not _before:
                keras.config.set_floatx(before)


class Averages:
    """The momentum and velocity of each weight. Keras would treat a list of them as variables."""

    def __init__(self, *each: Sequence[keras.Variable]) -> None:
        self._known = list(zip(*each, strict=True))

    def of(self, variable: keras.Variable) -> tuple[Any, Any]:
        """Return the averages of a weight, which TensorFlow passes as a variable of its own."""
        for known, momentum, velocity in self._known:
            if variable is known or variable is known.value:
                return momentum, velocity
        raise KeyError(f"the optimizer was not built for {variable}")


class OwnAdam(keras.optimizers.Optimizer):
    """Adam [1]_ and AdamW [2]_ with the numbers and variables of Keras's, and steps of our own.

    References
    ----------
    .. [1] Kingma, Ba (2015), Adam: a method for stochastic optimization, arXiv:1412.6980.
    .. [2] Loshchilov, Hutter (2019), Decoupled weight decay regularization, arXiv:1711.05101.
    """

    def __init__(self, theirs: keras.optimizers.Adam) -> None:
        super().__init__(
            learning_rate=theirs.get_config()["learning_rate"],
            weight_decay=theirs.weight_decay,
            clipnorm=theirs.clipnorm,
            name=theirs.name,
        )
        self.beta_1, self.beta_2 = theirs.beta_1, theirs.beta_2
        self.epsilon = theirs.epsilon

    def build(self, variables: Sequence[Any]) -> None:
        """Make the averages, all zeros."""
        if self.built:
            return
        super().build(variables)
        slots = [
            [self.add_variable_from_reference(each, name) for name in ("momentum", "velocity")]
            for each in variables
        ]
        self.averages = Averages(variables, *zip(*slots, strict=True))


class RowsAdam(OwnAdam):
    """Moves only the used rows of an embedding, and their averages."""

    used_rows: Any = None  # (n_rows,), bool, while a step is taken: which rows the batch uses

    def update_step(
        self, gradient: Tensor, variable: keras.Variable, learning_rate: Tensor
    ) -> None:
        """Move a variable and the two averages of its gradient."""
        m, v = self.averages.of(variable)
        gradient = ops.cast(gradient, variable.dtype)
        new_m = m + (gradient - m) * (1 - self.beta_1)
        new_v = v + (ops.square(gradient) - v) * (1 - self.beta_2)
        n_steps = ops.cast(self.iterations + 1, variable.dtype)
        of_m = 1 - ops.power(ops.cast(self.beta_1, variable.dtype), n_steps)
        of_v = 1 - ops.power(ops.cast(self.beta_2, variable.dtype), n_steps)
        rate = ops.cast(learning_rate, variable.dtype) * ops.sqrt(of_v) / of_m
        moved = variable - new_m * rate / (ops.sqrt(new_v) + self.epsilon)
        for each, new in ((m, new_m), (v, new_v), (variable, moved)):
            if weight_name(variable.path) == EMBEDDING:
                new = ops.where(ops.expand_dims(self.used_rows, 1), new, each.value)
            self.assign(each, new)


def make_optimizer(objective: ObjectiveSpec, precision: str) -> Any:
    """Make the Keras optimizer of an objective, scaling the loss for 16-bit floats."""
    with in_float32():
        return _scaling(_make(objective), precision)


def make_fast_optimizer(objective: ObjectiveSpec, precision: str) -> Any:
    """Make an optimizer of the same variables, faster where the backend has kernels."""
    with in_float32():
        theirs = _make(objective)
        own = _own_classes().get(objective.optimizer.lower())
        return _scaling(theirs if own is None else own(theirs), precision)


def _make(objective: ObjectiveSpec) -> Any:
    kind = type(keras.optimizers.get(objective.optimizer))
    return kind(clipnorm=objective.clipnorm, name="optimizer")


def _own_classes() -> dict[str, type[OwnAdam]]:
    own: type[OwnAdam] = RowsAdam
    if keras.backend.backend() == "tensorflow":
        from skembed.networks._optimizers_tensorflow import FusedAdam

        own = FusedAdam
    return {"adam": own, "adamw": own}


def _scaling(optimizer: keras.optimizers.Optimizer, precision: str) -> Any:
    if precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer, name="scaled")
    return optimizer
