"""An LSTM that one kernel computes for all steps, where there is no GPU."""

from functools import cache
from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("skembed")
class FusedLSTM(keras.layers.LSTM):
    """Keras's LSTM with weights and results unchanged, computed by a fused CPU kernel.

    Keras's own loop runs several operations for each step. It stays in use
    on a GPU, with a dropped state, and with 16-bit numbers.
    """

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Return the outputs of all steps, of shape (n_samples, n_steps, units)."""
        if self.recurrent_dropout or self.compute_dtype != "float32" or _has_gpu():
            return super().call(
                sequences, initial_state=initial_state, mask=mask, training=training
            )
        if training and self.dropout:
            whole = tf.ones_like(sequences[:, :1])
            sequences *= keras.random.dropout(whole, self.dropout, seed=self.cell.seed_generator)
        steps = tf.transpose(sequences, (1, 0, 2))
        cell = self.cell
        start, no_peephole = tf.zeros((tf.shape(steps)[1], self.units)), tf.zeros((self.units,))
        # BlockLSTMV2 has Keras's order of the gates, but its gradient is that of BlockLSTM.
        outputs = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.shape(steps, out_type=tf.int64)[0],
            x=steps,
            cs_prev=start,
            h_prev=start,
            w=_reorder_gates(tf.concat([cell.kernel.value, cell.recurrent_kernel.value], axis=0)),
            wci=no_peephole,
            wcf=no_peephole,
            wco=no_peephole,
            b=_reorder_gates(cell.bias.value),
            forget_bias=0.0,
            cell_clip=-1.0,
            use_peephole=False,
        )
        return tf.transpose(outputs.h, (1, 0, 2))


def _reorder_gates(gates: Any) -> Any:
    """Put Keras's gates (input, forget, cell, output) into the kernel's order."""
    i, f, c, o = tf.split(gates, 4, axis=-1)
    return tf.concat([i, c, f, o], axis=-1)


@cache
def _has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))
