"""Load Keras with TensorFlow: quietly, and with no more threads than this process may use."""

import importlib.util
import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import joblib

logger = logging.getLogger("skembed")

_NOISE = re.compile(
    r"^([IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] |WARNING: All log messages before absl|"
    r"To enable the following instructions)"
)

_lock = threading.Lock()
_loaded = False
_lost = False


def _note_fork() -> None:
    """Note in a forked process that TensorFlow's threads stayed behind in its parent."""
    global _lost
    _lost = _loaded


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def load_engine() -> None:
    """Import Keras and TensorFlow, once.

    TensorFlow's start-up messages go to the log ``skembed`` at level DEBUG,
    unless the user has set ``TF_CPP_MIN_LOG_LEVEL``. TensorFlow gets as many
    threads as ``OMP_NUM_THREADS`` says, which joblib sets in its workers, or
    as there are cores; it keeps its own setting where it is already running or
    ``TF_NUM_INTRAOP_THREADS`` is set.

    Raises
    ------
    ImportError
        If TensorFlow is missing or Keras is set to another backend.
    RuntimeError
        In a process that was forked after TensorFlow was loaded, where it would wait for ever.
    """
    global _loaded
    if _lost:
        raise RuntimeError(
            "This process was forked after TensorFlow was loaded, and TensorFlow does not work in "
            "it. Start processes with joblib's default backend (loky), or with "
            "multiprocessing.get_context('spawn'), or fork before a network is trained or asked."
        )
    if _loaded:
        return
    with _lock:
        if importlib.util.find_spec("tensorflow") is None:
            raise ImportError(
                "The neural classifiers need TensorFlow, which is not installed. Run "
                "'pip install tensorflow'. Pooled vectors (GloveVectorizer) work without it."
            )
        if "keras" not in sys.modules:
            _check_backend(os.environ.get("KERAS_BACKEND", "tensorflow"))
        if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
            _import()
        else:
            # TensorFlow reads the level once, at its start: 3 leaves it fatal errors alone.
            os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
            try:
                with _start_up_messages_to_log():
                    _import()
            finally:
                del os.environ["TF_CPP_MIN_LOG_LEVEL"]
        _loaded = True


def _import() -> None:
    started = "tensorflow" in sys.modules
    import keras
    import tensorflow as tf

    _check_backend(keras.backend.backend())
    if not started and "TF_NUM_INTRAOP_THREADS" not in os.environ:
        threads = _allowed_threads()
        # A training step is two chains of operations side by side (see Engine).
        tf.config.threading.set_intra_op_parallelism_threads(max(threads // 2, 1))
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    tf.zeros(1)  # the devices are looked for, and complained about, at the first operation


def _allowed_threads() -> int:
    """Return OMP_NUM_THREADS where it is set, as in joblib's workers, else the cores there are."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) if wanted.isdigit() and int(wanted) > 0 else joblib.cpu_count()


def _check_backend(name: str) -> None:
    if name != "tensorflow":
        raise ImportError(
            f"Keras is set to the backend {name!r}, but skembed trains with TensorFlow. Set the "
            "environment variable KERAS_BACKEND=tensorflow."
        )


@contextmanager
def _start_up_messages_to_log() -> Iterator[None]:
    """Hold back what is written to file descriptor 2; pass on all that is not log noise."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                if _NOISE.match(line):
                    logger.debug("%s", line)
                else:
                    print(line, file=sys.stderr)
