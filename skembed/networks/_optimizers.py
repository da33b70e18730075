"""Keras's optimizers, Adam's step computed by one kernel for each weight."""

from typing import Any

import keras
import tensorflow as tf

from skembed.networks._spec import ObjectiveSpec


class _FusedStep:
    """Adam's step in TensorFlow's own kernel, where Keras runs some twenty operations."""

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move a variable and the two averages of its gradient."""
        place = self._get_variable_index(variable)
        n_steps = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[place].value.handle,
            v=self._velocities[place].value.handle,
            beta1_power=self.beta_1**n_steps,
            beta2_power=self.beta_2**n_steps,
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(tf.convert_to_tensor(gradient), variable.dtype),
        )


class FusedAdam(_FusedStep, keras.optimizers.Adam):
    """Keras's Adam."""


class FusedAdamW(_FusedStep, keras.optimizers.AdamW):
    """Keras's AdamW."""


_FUSED = {"adam": FusedAdam, "adamw": FusedAdamW}


def make_optimizer(objective: ObjectiveSpec, precision: str) -> Any:
    """Make the Keras optimizer of an objective, scaling the loss for 16-bit floats."""
    return _scaling(_keras_class(objective)(**_settings(objective)), precision)


def make_fused_optimizer(objective: ObjectiveSpec, precision: str) -> Any:
    """Make an optimizer of the same variables and, but for rounding, the same steps."""
    kind = _FUSED.get(objective.optimizer.lower(), _keras_class(objective))
    return _scaling(kind(**_settings(objective)), precision)


def _keras_class(objective: ObjectiveSpec) -> Any:
    return type(keras.optimizers.get(objective.optimizer))


def _settings(objective: ObjectiveSpec) -> dict[str, Any]:
    return {"clipnorm": objective.clipnorm, "name": "optimizer"}


def _scaling(optimizer: Any, precision: str) -> Any:
    if precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer, name="scaled")
    return optimizer
