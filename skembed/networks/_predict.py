"""Weights and documents to logits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skembed._bar import show_bar
from skembed.networks._data import AnyData, Buffer
from skembed.networks._engines import borrow_engine
from skembed.networks._state import NetworkState
from skembed.networks._types import Floats

if TYPE_CHECKING:
    from skembed.networks._engine import Engine


def predict_logits(state: NetworkState, data: AnyData) -> Floats:
    """Compute the network's outputs for documents, in their order: (n_samples, n_outputs).

    If an output is not finite, inputs or weights are too large, not the words.
    """
    logits = np.empty((len(data), state.spec.n_outputs), dtype=np.float32)
    with borrow_engine(state.spec, state.objective, training=False) as engine:
        engine.load(state)
        with show_bar("Predicting", len(data), " documents") as bar:
            for buffer in data.buffers():
                _predict(engine, buffer, logits, bar.advance)
    odd = np.flatnonzero(~np.isfinite(logits).all(axis=1))
    if len(odd):
        raise FloatingPointError(
            f"The network's outputs overflow for {len(odd)} of {len(data)} documents, the first at "
            f"position {odd[0]}. Scale the inputs, if they are numbers, or train with a "
            "lower learning_rate or with clipnorm."
        )
    return logits


def _predict(
    engine: "Engine", buffer: Buffer, logits: Floats, advance: Callable[[int], None]
) -> None:
    """Fill in the logits of some documents."""
    all_rows, data = buffer.rows, buffer.read()

    def predict(rows: NDArray[np.int64]) -> None:
        logits[all_rows[rows]] = engine.predict_on(data.batch(rows))
        advance(len(rows))

    batches = data.batches()
    if len(batches) == 1:
        predict(batches[0])
    else:
        # The backend works outside Python's lock: two batches at a time use two cores.
        with ThreadPoolExecutor(max_workers=2) as threads:
            list(threads.map(predict, reversed(batches)))
