"""A step of the optimizer on a batch of which only some documents fit into memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from skembed.networks._engine import Engine

Reading = Callable[[], NDArray[Any]]
"""Returns padded documents."""


def train_in_parts(
    engine: Engine,
    parts: Sequence[Reading],
    targets: NDArray[Any],
    weights: NDArray[np.float32],
) -> tuple[float, float]:
    """Take one step of the optimizer; return the batch's loss and the sum of its scores.

    First the documents are encoded part by part, without what gradients need. The
    head sees them all, so that its statistics and its loss are those of the batch.
    Then each part is encoded again, dropping the same, for its gradients, which are
    added up.
    """
    documents, seeds, ids = [], [], []
    for read in parts:
        batch = read()
        ids.append(np.unique(batch) if engine.spec.trainable_embedding else np.empty(0, np.int32))
        seeds.append(engine.seeds)
        documents.append(engine.encode(batch))
    loss, score, pull, total = engine.differentiate_head(
        np.concatenate(documents), targets, weights
    )
    seeds_behind, stop = engine.seeds, 0
    for read, before, some in zip(parts, seeds, documents, strict=True):
        engine.seeds = before
        start, stop = stop, stop + len(some)
        for name, gradient in engine.differentiate_encoder(read(), pull[start:stop]).items():
            total[name] = engine.add(total[name], gradient) if name in total else gradient
    engine.seeds = seeds_behind
    engine.move(total, np.concatenate(ids))
    return loss, score
