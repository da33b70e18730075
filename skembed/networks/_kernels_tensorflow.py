"""What TensorFlow computes faster by operations that Keras does not offer."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from skembed.networks._types import Numbers, Tensor


def to_numpy(tensor: Tensor) -> Numbers:
    """Return a tensor's numbers, which may share its memory."""
    numbers: Numbers = tensor.numpy()
    return numbers


def take_rows(matrix: Tensor, rows: Tensor) -> Any:
    """Look up rows of a weight.

    Training moves some rows of a variable in place, and TensorFlow copies the whole variable
    whenever it is read. So only the rows are read.
    """
    return tf.gather(matrix.value, rows)


def take_steps(steps: Tensor, places: Tensor) -> Any:
    """Take each document's steps at some places, of shape (n_samples, n_places).

    Keras computes places in 64 bits, which makes oneDNN print messages on standard error.
    """
    return tf.gather(steps, places, batch_dims=1)


def reverse_documents(steps: Tensor, lengths: Tensor) -> Any:
    """Reverse each document, with the padding still behind it."""
    return tf.reverse_sequence(steps, lengths, seq_axis=1)


def lstm_kernel(plain: bool) -> Callable[..., Any] | None:
    """Return a function that computes a plain LSTM at once; on a GPU Keras's own is as fast."""
    return _run_lstm if plain and not tf.config.list_physical_devices("GPU") else None


def _run_lstm(cell: keras.layers.Layer, sequences: Tensor) -> Any:
    """Return an LSTM's outputs, of shape (n_samples, n_steps, units)."""
    steps = tf.transpose(sequences, (1, 0, 2))
    start = tf.zeros((tf.shape(steps)[1], cell.units))
    no_peephole = tf.zeros((cell.units,))
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


def _reorder_gates(gates: Tensor) -> Any:
    """Put Keras's gates (input, forget, cell, output) into the kernel's order."""
    i, f, c, o = tf.split(gates, 4, axis=-1)
    return tf.concat([i, c, f, o], axis=-1)


def largest_windows(steps: Tensor, kernel: Tensor, penalty: Tensor) -> Any:
    """Convolve and take the maximum over time, of shape (n_samples, filters).

    The gradient goes through one window for each document and filter, while
    TensorFlow's own goes through all windows, nearly all of them zeros.
    """

    @tf.custom_gradient
    def convolve(steps: Tensor, kernel: Tensor) -> Any:
        windows = tf.nn.conv1d(steps, kernel, 1, "VALID") + penalty
        places = tf.argmax(windows, axis=1, output_type=tf.int32)

        def gradient(upstream: Tensor) -> tuple[Any, Any]:
            return (
                _input_of_largest(steps, kernel, upstream, places),
                _kernel_of_largest(steps, kernel, upstream, places),
            )

        return tf.reduce_max(windows, axis=1), gradient

    return convolve(steps, kernel)


def _input_of_largest(steps: Tensor, kernel: Tensor, upstream: Tensor, places: Tensor) -> Any:
    """Add up what each step gets from the largest windows that contain it."""
    size = tf.shape(steps)
    rows, n_rows = _rows(size, places), size[0] * size[1]
    taps = tf.unstack(tf.transpose(kernel, (0, 2, 1)))
    sums = [
        tf.math.unsorted_segment_sum(upstream[:, :, None] * tap, rows + j, n_rows)
        for j, tap in enumerate(taps)
    ]
    return tf.reshape(tf.add_n(sums), size)


def _kernel_of_largest(steps: Tensor, kernel: Tensor, upstream: Tensor, places: Tensor) -> Any:
    """Add up the largest windows of each filter, one step of the window after the other."""
    size = tf.shape(steps)
    rows = tf.transpose(_rows(size, places))
    flat = tf.reshape(steps, (-1, size[2]))
    by_filter = tf.transpose(upstream)[:, None, :]
    taps = [tf.matmul(by_filter, tf.gather(flat, rows + j)) for j in range(kernel.shape[0])]
    return tf.transpose(tf.concat(taps, axis=1), (1, 2, 0))


def _rows(size: Tensor, places: Tensor) -> Any:
    """Return where the largest windows begin, with the steps of all documents numbered."""
    return places + tf.range(size[0])[:, None] * size[1]
