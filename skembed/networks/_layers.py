"""Layers that know where a right-padded document ends."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("skembed")
class DocumentMask(keras.layers.Layer):
    """Tell the steps of a document from the padding behind it.

    A document ends at its last step that is not zero; it has at least one.

    Input shape: (n_samples, n_steps), or (n_samples, n_steps, n_dims).
    Output shape: (n_samples, n_steps), dtype bool.
    """

    def call(self, inputs: Any) -> Any:
        """Return True for each step of a document."""
        filled = ops.not_equal(inputs, 0)
        if len(inputs.shape) == 3:
            filled = ops.any(filled, axis=-1)
        steps = ops.cumsum(ops.ones_like(filled, dtype="int32"), axis=1)
        last = ops.max(ops.where(filled, steps, 1), axis=1, keepdims=True)
        return ops.less_equal(steps, last)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Describe the mask."""
        return keras.KerasTensor(inputs.shape[:2], dtype="bool")


@keras.saving.register_keras_serializable("skembed")
class MovePaddingBack(keras.layers.Layer):
    """Move the zeros at the front of each document behind its end.

    Input and output shape: (n_samples, n_steps), or (n_samples, n_steps, n_dims).
    """

    def call(self, inputs: Any) -> Any:
        """Return each document from its first step that is not zero."""
        filled = ops.not_equal(inputs, 0)
        if len(inputs.shape) == 3:
            filled = ops.any(filled, axis=-1)
        steps = ops.cumsum(ops.ones_like(filled, dtype="int32"), axis=1) - 1
        n_steps = ops.max(steps, axis=1, keepdims=True) + 1
        first = ops.min(ops.where(filled, steps, n_steps - 1), axis=1, keepdims=True)
        order = ops.mod(steps + first, n_steps)
        if len(inputs.shape) == 3:
            order = ops.expand_dims(order, -1)
        return ops.take_along_axis(inputs, order, axis=1)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Describe the moved documents, of the shape of the input."""
        return keras.KerasTensor(inputs.shape, dtype=inputs.dtype)


@keras.saving.register_keras_serializable("skembed")
class Silence(keras.layers.Layer):
    """Set the steps behind a document's end to zero.

    Input shape: values (n_samples, n_steps, n_dims) and mask (n_samples, n_steps).
    """

    def call(self, inputs: Any, mask_steps: Any) -> Any:
        """Return the values, silent where the mask is False."""
        return inputs * ops.expand_dims(ops.cast(mask_steps, inputs.dtype), -1)


@keras.saving.register_keras_serializable("skembed")
class ReverseDocument(keras.layers.Layer):
    """Turn each document round in its place, the padding staying behind it."""

    def call(self, inputs: Any, mask_steps: Any) -> Any:
        """Return the steps in the opposite order."""
        numbers = ops.cumsum(ops.ones_like(mask_steps, dtype="int32"), axis=1) - 1
        lengths = ops.sum(ops.cast(mask_steps, "int32"), axis=1, keepdims=True)
        order = ops.where(mask_steps, lengths - 1 - numbers, numbers)
        return ops.take_along_axis(inputs, ops.expand_dims(order, -1), axis=1)


@keras.saving.register_keras_serializable("skembed")
class PoolDocument(keras.layers.Layer):
    """Reduce a document's steps to one vector.

    Parameters
    ----------
    pooling : {"last", "max", "mean"}
        The document's last step, or the maximum or mean of its steps.
    """

    def __init__(self, pooling: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pooling = pooling

    def call(self, inputs: Any, mask_steps: Any) -> Any:
        """Return values of shape (n_samples, n_dims)."""
        mask = ops.expand_dims(mask_steps, -1)
        if self.pooling == "max":
            lowest = -6e4 if inputs.dtype == "float16" else -1e9
            return ops.max(ops.where(mask, inputs, ops.cast(lowest, inputs.dtype)), axis=1)
        lengths = ops.sum(ops.cast(mask, "int32"), axis=1)
        if self.pooling == "mean":
            total = ops.sum(inputs * ops.cast(mask, inputs.dtype), axis=1)
            return total / ops.cast(lengths, inputs.dtype)
        return ops.squeeze(
            ops.take_along_axis(inputs, ops.expand_dims(lengths - 1, 1), axis=1), axis=1
        )

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "pooling": self.pooling}


@keras.saving.register_keras_serializable("skembed")
class ShortenMask(keras.layers.Layer):
    """Mask of what a convolution and a pooling leave of a document.

    A document of ``n`` steps has ``n - kernel_size + 1`` windows that lie inside
    it, at least one, and a pooling makes one step of each `pool_size` of them.

    Parameters
    ----------
    kernel_size : int
        Width of the convolution, in steps.
    pool_size : int
        Steps pooled into one.
    """

    def __init__(self, kernel_size: int, pool_size: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_size = kernel_size
        self.pool_size = pool_size

    def call(self, mask_steps: Any) -> Any:
        """Return the mask of the remaining steps."""
        lengths = ops.sum(ops.cast(mask_steps, "int32"), axis=1, keepdims=True)
        windows = ops.maximum(lengths - self.kernel_size + 1, 1)
        numbers = ops.cumsum(ops.ones_like(mask_steps, dtype="int32"), axis=1) - 1
        return ops.less(numbers, windows)[:, :: self.pool_size]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "pool_size": self.pool_size,
        }


@keras.saving.register_keras_serializable("skembed")
class BagOfWords(keras.layers.Layer):
    """Linear layer on a bag of words: the sum of its words' weights times their values.

    Input shape: ids (n_samples, n_entries), int32, and values of the same shape.
    Output shape: (n_samples, n_outputs).

    Parameters
    ----------
    n_rows : int
        Rows of the kernel, one for each id.
    n_outputs : int
        Columns of the kernel.
    """

    def __init__(self, n_rows: int, n_outputs: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_rows = n_rows
        self.n_outputs = n_outputs
        self.kernel = self.add_weight(shape=(n_rows, n_outputs), name="kernel")

    def call(self, ids: Any, values: Any) -> Any:
        """Return the weighted sums."""
        weights = ops.take(self.kernel, ids, axis=0)
        return ops.sum(weights * ops.expand_dims(ops.cast(values, weights.dtype), -1), axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "n_rows": self.n_rows, "n_outputs": self.n_outputs}
