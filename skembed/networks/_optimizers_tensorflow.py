"""Adam's step computed by one kernel of TensorFlow's for each weight."""

import keras
import tensorflow as tf

from skembed.networks._optimizers import OwnAdam
from skembed.networks._types import Tensor


class FusedAdam(OwnAdam):
    """Steps in TensorFlow's own kernel, while Keras runs some twenty operations.

    If a batch has used some rows of a matrix, only these rows and their averages are updated. So
    the time of a step does not grow with the vocabulary.
    """

    def update_step(
        self, gradient: Tensor, variable: keras.Variable, learning_rate: Tensor
    ) -> None:
        """Move a variable and the two averages of its gradient."""
        m, v = (average.value for average in self.averages.of(variable))
        n_steps = tf.cast(self.iterations + 1, variable.dtype)
        powers = self.beta_1**n_steps, self.beta_2**n_steps
        rate = tf.cast(learning_rate, variable.dtype)
        if isinstance(gradient, tf.IndexedSlices):
            self._move_rows(gradient, variable, m, v, rate, powers)
            return
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=m.handle,
            v=v.handle,
            beta1_power=powers[0],
            beta2_power=powers[1],
            lr=rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(gradient, variable.dtype),
        )

    def _move_rows(
        self,
        gradient: Tensor,
        variable: keras.Variable,
        m: Tensor,
        v: Tensor,
        rate: Tensor,
        powers: tuple[Tensor, Tensor],
    ) -> None:
        rows, values = gradient.indices, tf.cast(gradient.values, variable.dtype)
        new_m = self.beta_1 * tf.gather(m, rows) + (1 - self.beta_1) * values
        new_v = self.beta_2 * tf.gather(v, rows) + (1 - self.beta_2) * values**2
        m.scatter_update(tf.IndexedSlices(new_m, rows))
        v.scatter_update(tf.IndexedSlices(new_v, rows))
        step = rate * tf.sqrt(1 - powers[1]) / (1 - powers[0])
        moved = step * new_m / (tf.sqrt(new_v) + self.epsilon)
        variable.scatter_sub(tf.IndexedSlices(moved, rows))
