"""What PyTorch computes faster by operations that Keras does not offer."""

from collections.abc import Callable
from typing import Any

import keras
import torch

from skembed.networks._kernels import largest_windows, reverse_documents, take_rows, take_steps
from skembed.networks._types import Numbers, Tensor

__all__ = [
    "largest_windows",
    "lstm_kernel",
    "reverse_documents",
    "take_rows",
    "take_steps",
    "to_numpy",
]


def to_numpy(tensor: Tensor) -> Numbers:
    """Return a tensor's numbers, which may share its memory."""
    numbers: Numbers = tensor.detach().cpu().numpy()
    return numbers


def lstm_kernel(plain: bool) -> Callable[..., Any] | None:
    """Return a function that computes a plain LSTM at once."""
    return _run_lstm if plain else None


def _run_lstm(cell: keras.layers.Layer, sequences: Tensor) -> Any:
    """Return an LSTM's outputs, of shape (n_samples, n_steps, units)."""
    weights = {
        "weight_ih_l0": cell.kernel.value.T,
        "weight_hh_l0": cell.recurrent_kernel.value.T,
        "bias_ih_l0": cell.bias.value,
        "bias_hh_l0": torch.zeros_like(cell.bias.value),
    }
    n_dims = sequences.shape[2]
    shell = torch.nn.LSTM(n_dims, cell.units, batch_first=True, device="meta")
    return torch.func.functional_call(shell, weights, (sequences,))[0]
