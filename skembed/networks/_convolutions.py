"""Convolutions that keep the largest of a document's windows, pooled before bias and ReLU.

Both grow with their argument, so the maximum may be taken first. Then they are computed only for
the few pooled windows.
"""

from typing import Any

import keras
from keras import ops

from skembed.networks._kernels import kernels, largest_windows
from skembed.networks._layers import larger, never_largest, pad_steps
from skembed.networks._types import Tensor

FEW_STEPS = 64
"""Below this average number of steps, a gradient through all windows is faster."""


class _Convolution(keras.layers.Layer):
    """Kernel, bias and windows; `filters` of them, each `kernel_size` steps wide."""

    def __init__(self, filters: int, kernel_size: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size

    def build(self, input_shape: tuple[int | None, ...], *others: object) -> None:
        """Make the weights of Keras's Conv1D, under the same names."""
        shape = (self.kernel_size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(shape=shape, name="kernel")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def _penalty(self, n_windows: Tensor, n_inside: Tensor) -> Any:
        """Return numbers that keep the windows behind a document's from being the largest."""
        outside = ops.arange(n_windows, dtype="int32") >= ops.expand_dims(n_inside, 1)
        penalty = ops.cast(outside, self.compute_dtype) * never_largest(self.compute_dtype)
        return ops.expand_dims(penalty, 2)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        sizes = {"filters": self.filters, "kernel_size": self.kernel_size}
        return {**super().get_config(), **sizes}


@keras.saving.register_keras_serializable("skembed")
class ConvolveMax(_Convolution):
    """Convolution, maximum over a document's windows, bias, ReLU.

    Input: steps of shape (n_samples, n_steps, n_dims), zero behind each end and
    at least `kernel_size` of them, and lengths of shape (n_samples,).
    Output shape: (n_samples, filters).

    If documents have few steps, the gradient is faster by products of matrices with all windows,
    although nearly all of them are zeros, than by picking the largest ones. Both are equal up to
    rounding.
    """

    few_steps = True  # the gradient that is traced next

    def call(self, steps: Tensor, lengths: Tensor) -> Any:
        """Return the largest window of each filter."""
        n_windows = ops.shape(steps)[1] - self.kernel_size + 1
        penalty = self._penalty(n_windows, count_windows(lengths, self.kernel_size))
        kernel = ops.copy(
            self.kernel.value
        )  # of which TensorFlow computes the gradient as of a variable
        pick = largest_windows if self.few_steps else kernels().largest_windows
        return ops.relu(pick(steps, kernel, penalty) + self.bias)

    def compute_output_spec(self, steps: Tensor, lengths: Tensor) -> Any:
        """Describe the output."""
        return keras.KerasTensor((steps.shape[0], self.filters), dtype=self.compute_dtype)


@keras.saving.register_keras_serializable("skembed")
class ConvolvePool(_Convolution):
    """Convolution, maximum over each `pool_size` windows, bias, ReLU: a shorter document.

    Input: steps of shape (n_samples, n_steps, n_dims), zero behind each end, and
    lengths of shape (n_samples,). Output: pooled steps of shape (n_samples,
    n_pooled, filters), zero behind each end, and their lengths.
    """

    def __init__(self, filters: int, kernel_size: int, pool_size: int, **kwargs: object) -> None:
        super().__init__(filters, kernel_size, **kwargs)
        self.pool_size = pool_size

    def call(self, steps: Tensor, lengths: Tensor) -> Any:
        """Return the pooled windows and how many of them belong to each document."""
        n_inside = count_windows(lengths, self.kernel_size)
        n_windows = larger(ops.shape(steps)[1] - self.kernel_size + 1, 1)
        n_pooled = -(-n_windows // self.pool_size)
        n_windows = n_pooled * self.pool_size
        steps = pad_steps(steps, n_windows + self.kernel_size - 1)
        windows = ops.conv(steps, ops.convert_to_tensor(self.kernel), data_format="channels_last")
        windows += self._penalty(n_windows, n_inside)
        pooled = ops.max_pool(windows, self.pool_size, self.pool_size, data_format="channels_last")
        return ops.relu(pooled + self.bias), -(-n_inside // self.pool_size)

    def compute_output_spec(self, steps: Tensor, lengths: Tensor) -> Any:
        """Describe the outputs."""
        shape = (steps.shape[0], None, self.filters)
        return keras.KerasTensor(shape, dtype=self.compute_dtype), keras.KerasTensor(
            lengths.shape, dtype="int32"
        )

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "pool_size": self.pool_size}


def count_windows(lengths: Tensor, kernel_size: int) -> Any:
    """Count the windows that lie inside each document; a shorter one than the kernel has one."""
    return ops.maximum(lengths - kernel_size + 1, 1)
