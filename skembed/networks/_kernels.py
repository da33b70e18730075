"""Operations that backends replace by faster ones. These are Keras's, on every backend."""

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

import keras
import numpy as np
from keras import ops

from skembed.networks._types import Numbers, Tensor


@cache
def kernels() -> Any:
    """Return the module whose operations suit the backend: this one, or one with the same names."""
    own = {name: f"_kernels_{name}" for name in ("jax", "tensorflow", "torch")}
    return importlib.import_module(
        f"skembed.networks.{own.get(keras.backend.backend(), '_kernels')}"
    )


@cache
def made_with() -> str:
    """Return Keras and its backend with their versions.

    Examples
    --------
    >>> from skembed.networks import load_engine
    >>> load_engine()
    >>> made_with().split()[::2]
    ['keras', 'tensorflow']
    """
    backend = keras.backend.backend()
    version = importlib.import_module(backend).__version__
    return f"keras {keras.version()}, {backend} {version}"


def to_numpy(tensor: Tensor) -> Numbers:
    """Return a tensor's numbers, which may share its memory."""
    return np.asarray(tensor)


def take_rows(matrix: Tensor, rows: Tensor) -> Any:
    """Look up rows of a weight."""
    return ops.take(matrix, rows, axis=0)


def take_steps(steps: Tensor, places: Tensor) -> Any:
    """Take each document's steps at some places, of shape (n_samples, n_places)."""
    places = ops.expand_dims(places, 2) if len(steps.shape) == 3 else places
    return ops.take_along_axis(steps, places, axis=1)


def reverse_documents(steps: Tensor, lengths: Tensor) -> Any:
    """Reverse each document, with the padding still behind it."""
    places = ops.arange(ops.shape(steps)[1], dtype="int32")
    lengths = ops.expand_dims(lengths, 1)
    order = ops.where(places < lengths, lengths - 1 - places, places)
    return take_steps(steps, order)


def lstm_kernel(plain: bool) -> Callable[..., Any] | None:
    """Return a function that computes an LSTM for all steps, if the backend has one.

    It computes states, (n_samples, n_steps, units), from a cell and inputs, (n_samples, n_steps,
    n_dims). If states are dropped, a third argument, (n_samples, 4, units), multiplies them for
    each gate. `plain` is True if it computes in 32 bits and drops no states.
    """
    return None


def largest_windows(steps: Tensor, kernel: Tensor, penalty: Tensor) -> Any:
    """Convolve and take the maximum over time, of shape (n_samples, filters)."""
    windows = ops.conv(steps, kernel, data_format="channels_last")
    return ops.max(windows + penalty, axis=1)
