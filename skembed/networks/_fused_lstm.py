"""An LSTM that a kernel of the backend's computes for all steps, where there is no GPU."""

from typing import Any

import keras
from keras import ops

from skembed.networks._kernels import kernels
from skembed.networks._tensor import Tensor


@keras.saving.register_keras_serializable("skembed")
class FusedLSTM(keras.layers.LSTM):
    """Keras's LSTM with weights and results unchanged, computed by a kernel for CPUs.

    Keras's own loop stays in use where the backend has no kernel: on a GPU, and
    mostly with dropped states and with 16-bit numbers.
    """

    def call(
        self,
        sequences: Tensor,
        initial_state: Tensor = None,
        mask: Tensor = None,
        training: bool = False,
    ) -> Any:
        """Return the outputs of all steps, of shape (n_samples, n_steps, units)."""
        plain = not self.recurrent_dropout and self.compute_dtype == "float32"
        fused = kernels().lstm_kernel(plain)
        each_gate_drops_inputs = self.dropout and self.recurrent_dropout
        if fused is None or each_gate_drops_inputs:
            return super().call(
                sequences, initial_state=initial_state, mask=mask, training=training
            )
        if training and self.dropout:
            sequences = sequences * self._kept(ops.ones_like(sequences[:, :1]), self.dropout)
        if training and self.recurrent_dropout:
            states = ops.ones((ops.shape(sequences)[0], self.units), sequences.dtype)
            kept = [self._kept(states, self.recurrent_dropout) for _ in range(4)]
            return fused(self.cell, sequences, ops.stack(kept, axis=1))
        return fused(self.cell, sequences)

    def _kept(self, whole: Tensor, rate: float) -> Any:
        """Drop some of an array of ones, as Keras's cell does."""
        return keras.random.dropout(whole, rate, seed=self.cell.seed_generator)
