"""Keras's optimizers, of an embedding moving those rows that a batch has used."""

from typing import Any

import keras
from keras import ops

from skembed.networks._float32 import in_float32
from skembed.networks._spec import ObjectiveSpec
from skembed.networks._state import EMBEDDING


class MoveUsedRows:
    """Adam's step, by which only the used rows of an embedding are moved.

    Attributes
    ----------
    used_rows : tensor of shape (n_rows,), dtype bool, or None
        Which rows a batch has, while a step is taken.
    """

    used_rows: Any = None

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move a variable and the two averages of its gradient."""
        step = super().update_step  # type: ignore[misc]
        if variable.path != EMBEDDING:
            step(gradient, variable, learning_rate)
            return
        place = self._get_variable_index(variable)
        moved = variable, self._momentums[place], self._velocities[place]
        before = [ops.copy(each.value) for each in moved]
        step(gradient, variable, learning_rate)
        used = ops.expand_dims(self.used_rows, 1)
        for each, old in zip(moved, before, strict=True):
            each.assign(ops.where(used, each.value, old))


class RowsAdam(MoveUsedRows, keras.optimizers.Adam):
    """Keras's Adam."""


class RowsAdamW(MoveUsedRows, keras.optimizers.AdamW):
    """Keras's AdamW."""


def make_optimizer(objective: ObjectiveSpec, precision: str) -> Any:
    """Make the Keras optimizer of an objective, scaling the loss for 16-bit floats."""
    with in_float32():
        return _scaling(_keras_class(objective)(**_settings(objective)), precision)


def make_fast_optimizer(objective: ObjectiveSpec, precision: str) -> Any:
    """Make an optimizer of the same variables, faster where the backend has kernels."""
    with in_float32():
        kind = _own_classes().get(objective.optimizer.lower(), _keras_class(objective))
        return _scaling(kind(**_settings(objective)), precision)


def _own_classes() -> dict[str, Any]:
    if keras.backend.backend() == "tensorflow":
        from skembed.networks._optimizers_tensorflow import FusedAdam, FusedAdamW

        return {"adam": FusedAdam, "adamw": FusedAdamW}
    return {"adam": RowsAdam, "adamw": RowsAdamW}


def _keras_class(objective: ObjectiveSpec) -> Any:
    return type(keras.optimizers.get(objective.optimizer))


def _settings(objective: ObjectiveSpec) -> dict[str, Any]:
    return {"clipnorm": objective.clipnorm, "name": "optimizer"}


def _scaling(optimizer: Any, precision: str) -> Any:
    if precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer, name="scaled")
    return optimizer
