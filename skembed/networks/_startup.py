"""Load Keras and its backend: quietly, and with no more threads than this process may use."""

import json
import logging
import os
import random
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from skembed._bar import show_bar
from skembed._optional import check_installed, is_installed, need
from skembed._threads import allowed_threads

logger = logging.getLogger("skembed")

_NOISE = re.compile(
    r"^([IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] |WARNING: All log messages before absl|"
    r"To enable the following instructions|=== Source Location Trace|external/xla/|$)"
)

_TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
"""Keras's backends that can train, by their names."""

_WHAT = "The neural classifiers need"

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
"""Environment variable with the least level of TensorFlow's messages: 0 is for all of them."""

_lock = threading.Lock()
_loaded: str | None = None
_lost = False


def _note_fork() -> None:
    """Note in a forked process that the backend's threads are only in its parent."""
    global _lost
    _lost = _loaded is not None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def load_engine(*, data_parallel: bool = False) -> None:
    """Import Keras and its backend, once: TensorFlow, unless ``KERAS_BACKEND`` names another.

    TensorFlow's messages at its start go to the log ``skembed`` at level DEBUG. Later messages are
    dropped. If ``TF_CPP_MIN_LOG_LEVEL`` is 0, all messages are printed. If your program imports
    Keras itself, call this function first to silence it as well. TensorFlow uses as many threads as
    ``OMP_NUM_THREADS`` says, which joblib sets in its workers, or as there are cores. It keeps its
    own setting if it is already running, or if ``TF_NUM_INTRAOP_THREADS`` is set.

    Parameters
    ----------
    data_parallel : bool, default=False
        Whether TensorFlow joins the workers that ``TF_CONFIG`` names, which it can only do at its
        start.

    Raises
    ------
    ImportError
        If the backend is missing, or is one that cannot train.
    RuntimeError
        In a process that was forked after the backend was loaded, where the backend would hang.
    """
    global _loaded
    if _lost:
        title = _TITLES[_loaded or "tensorflow"]
        raise RuntimeError(
            f"This process was forked after {title} was loaded, and {title} does not work in "
            "it. Start processes with joblib's default backend (loky), or with "
            "multiprocessing.get_context('spawn'), or fork before you train a network or predict."
        )
    if _loaded:
        return
    with _lock:
        if _loaded:  # by another thread meanwhile
            return
        check_backend()
        # JAX and older versions of TensorFlow draw when they are imported.
        drawn_before = random.getstate(), np.random.get_state()  # noqa: NPY002
        with show_bar("Starting Keras"):
            if os.environ.get(_LEVEL) == "0":
                backend = _import(data_parallel)
            else:
                with _start_up_messages_to_log():
                    backend = _import(data_parallel)
        random.setstate(drawn_before[0])
        np.random.set_state(drawn_before[1])  # noqa: NPY002
        _loaded = backend


def check_backend() -> None:
    """Raise an ImportError if Keras, or the backend it will have, is missing or cannot train."""
    check_installed("keras", _WHAT)
    if "keras" in sys.modules:
        _check_backend(sys.modules["keras"].backend.backend())
    else:
        _check_backend(os.environ.get("KERAS_BACKEND") or _backend_of_settings())


def _backend_of_settings() -> str:
    """Return the backend that Keras's own file of settings names, as Keras does."""
    folder = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    with suppress(OSError, ValueError, AttributeError):
        settings = json.loads(Path(folder, "keras.json").read_bytes())
        return str(settings.get("backend", "tensorflow"))
    return "tensorflow"


def _check_backend(name: str) -> None:
    if name not in _TITLES:
        raise ImportError(
            f"Keras is set to the backend {name!r}, with which it cannot train. Set the "
            "environment variable KERAS_BACKEND to 'tensorflow', 'jax' or 'torch'."
        )
    others = [
        f"set the environment variable KERAS_BACKEND to {each!r}, which is installed"
        for each in _TITLES
        if is_installed(each)
    ]
    check_installed(name, _WHAT, instead=others[:1])


def _import(data_parallel: bool) -> str:
    """Import Keras, start its backend, and return the backend's name."""
    started = "tensorflow" in sys.modules
    keras = need("keras", _WHAT)
    backend: str = keras.backend.backend()
    _check_backend(backend)  # Keras's own file of settings may name another
    if backend == "tensorflow" and not started:
        _limit_tensorflow()
    if backend == "tensorflow" and data_parallel:
        from skembed.networks._replicas_tensorflow import join_devices

        join_devices()
    keras.ops.zeros(1)  # the devices are looked for, and complained about, at the first operation
    return backend


def _limit_tensorflow() -> None:
    import tensorflow as tf

    if "TF_NUM_INTRAOP_THREADS" not in os.environ:
        threads = allowed_threads()
        # A training step is two chains of operations side by side (see TensorFlowEngine).
        tf.config.threading.set_intra_op_parallelism_threads(max(threads // 2, 1))
        tf.config.threading.set_inter_op_parallelism_threads(threads)


@contextmanager
def _start_up_messages_to_log() -> Iterator[None]:
    """Hold back what is written to file descriptor 2; pass on everything except log noise."""
    with tempfile.TemporaryFile() as caught:
        try:
            # TensorFlow reads the level once, at its start. 3 leaves only fatal errors. Some
            # messages come before it has read the level.
            with _environment_variable(_LEVEL, "3"), _stderr_to(caught.fileno()):
                yield
        finally:
            caught.seek(0)
            for line in caught:
                _pass_on(line)


def _pass_on(line: bytes) -> None:
    """Write a line to file descriptor 2, or to the log if it is log noise."""
    text = line.decode(errors="replace").rstrip()
    if _NOISE.match(text):
        logger.debug("%s", text)
    elif _is_open(2):
        os.write(2, line)


@contextmanager
def _environment_variable(name: str, value: str) -> Iterator[None]:
    """Set an environment variable for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _stderr_to(file: int) -> Iterator[None]:
    """Redirect file descriptor 2 to another file for a while. It may be closed before and after."""
    _flush_stderr()
    kept = os.dup(2) if _is_open(2) and file != 2 else None
    os.dup2(file, 2)
    try:
        yield
    finally:
        _flush_stderr()
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)
        elif file != 2:
            os.close(2)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _flush_stderr() -> None:
    """Write Python's buffer of stderr, which may be None, closed or any object."""
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.flush()
