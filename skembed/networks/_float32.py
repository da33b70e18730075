"""Keras's global dtype as float32 for a while, whatever the user has set."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keras

_lock = threading.Lock()
_before: list[str] = []
"""The user's setting, once for each block that is running."""


@contextmanager
def in_float32() -> Iterator[None]:
    """Compute a block as if ``keras.config.floatx()`` were float32.

    Keras makes the learning rate of an optimizer a variable of that dtype, and PyTorch's
    numbers beside tensors. Blocks may run in several threads at a time: the last one to end
    puts the user's setting back.
    """
    with _lock:
        _before.append(_before[0] if _before else keras.config.floatx())
        keras.config.set_floatx("float32")
    try:
        yield
    finally:
        with _lock:
            before = _before.pop()
            if not _before:
                keras.config.set_floatx(before)
