"""Engines kept for later fits: traced once for an architecture, lent to one user at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skembed.networks._spec import NetworkSpec, ObjectiveSpec
from skembed.networks._startup import load_engine

if TYPE_CHECKING:
    from skembed.networks._engine import Engine

MAX_ENGINES = 16
"""Number of engines that are kept. The one unused for longest is removed first."""

_kept: list[Engine] = []
"""In the order of their last use."""

_guard = threading.Lock()


@contextmanager
def borrow_engine(
    spec: NetworkSpec, objective: ObjectiveSpec, *, training: bool
) -> Iterator[Engine]:
    """Lend an engine of an architecture to one user, and build it if needed.

    No other thread uses it until the end of the ``with`` block. A prediction waits for another
    prediction, which is short. Nothing waits for a training, but gets another engine.
    """
    load_engine()
    engine = _take(spec, objective, training)
    try:
        yield engine
    finally:
        engine.training = False
        engine.lock.release()


def engine_class() -> type[Engine]:
    """Return the engine of the backend that Keras has been started with."""
    import keras

    backend = keras.backend.backend()
    if backend == "jax":
        from skembed.networks._engine_jax import JaxEngine

        return JaxEngine
    if backend == "torch":
        from skembed.networks._engine_torch import TorchEngine

        return TorchEngine
    from skembed.networks._engine_tensorflow import TensorFlowEngine

    return TensorFlowEngine


def _take(spec: NetworkSpec, objective: ObjectiveSpec, training: bool) -> Engine:
    with _guard:
        suited = [engine for engine in reversed(_kept) if engine.suits(spec, objective)]
        chosen = next((e for e in suited if e.lock.acquire(blocking=False)), None)
        waiting = None
        if chosen is None:
            waiting = next((e for e in suited if not (e.training or training)), None)
        if chosen is None and waiting is None:
            chosen = engine_class()(spec, objective)
            chosen.lock.acquire()
        if chosen is not None:
            chosen.training = training
            _kept[:] = [e for e in _kept if e is not chosen] + [chosen]
            del _kept[:-MAX_ENGINES]
            return chosen
    assert waiting is not None
    waiting.lock.acquire()
    return waiting
