"""An LSTM that one kernel computes for all steps, where there is no GPU."""

from typing import Any

import keras
from keras import ops

from skembed.networks._kernels import kernels


@keras.saving.register_keras_serializable("skembed")
class FusedLSTM(keras.layers.LSTM):
    """Keras's LSTM with weights and results unchanged, computed by a fused CPU kernel.

    Keras's own loop stays in use on a GPU, with a dropped state, with 16-bit
    numbers, and where the backend has no such kernel.
    """

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Return the outputs of all steps, of shape (n_samples, n_steps, units)."""
        fused = kernels().lstm_kernel()
        if fused is None or self.recurrent_dropout or self.compute_dtype != "float32":
            return super().call(
                sequences, initial_state=initial_state, mask=mask, training=training
            )
        if training and self.dropout:
            whole = ops.ones_like(sequences[:, :1])
            kept = keras.random.dropout(whole, self.dropout, seed=self.cell.seed_generator)
            sequences = sequences * kept
        return fused(self.cell, sequences)
