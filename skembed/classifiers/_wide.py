"""A network and the linear model beside it: asked for the same documents, and joined."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skembed.linear import LinearModel, calibration_rows
from skembed.networks import (
    AnyData,
    Examples,
    LinearLayer,
    NetworkData,
    NetworkState,
    predict_logits,
)
from skembed.text import TokenSequences


@dataclass(frozen=True)
class SequenceBlocks:
    """A network's documents as sequences of ids again, some at a time.

    Attributes
    ----------
    data : NetworkData or RaggedFile
        The documents.
    """

    data: AnyData

    def __iter__(self) -> Iterator[TokenSequences]:
        for _, block in self.data.blocks():
            yield TokenSequences(block.steps, block.offsets)


def predict_jointly(
    state: NetworkState, linear: LinearModel | None, data: AnyData
) -> NDArray[np.float32]:
    """Compute the log-odds of a network and its linear model, if it has one."""
    logits = predict_logits(state, data)
    if linear is None:
        return logits
    return linear.joint.join(logits, linear.margins(SequenceBlocks(data)))


def calibrated(
    linear: LinearModel, state: NetworkState, examples: Examples, *, anew: bool
) -> LinearModel:
    """Measure a network on some of its training documents, anew or besides those before."""
    rows = calibration_rows(len(examples.data))
    logits = []
    for block, data in examples.data.blocks():
        inside = rows[(rows >= block.start) & (rows < block.stop)] - block.start
        some = TokenSequences(data.steps, data.offsets)[inside]
        logits.append(predict_logits(state, NetworkData(some.ids, some.offsets)))
    answers = examples.targets[rows], examples.weights[rows]
    return linear.calibrated_on(np.concatenate(logits), *answers, anew=anew)


def layer_of(linear: LinearModel) -> LinearLayer:
    """Return a linear model as a layer that gives its summand of the joint log-odds."""
    joint = linear.joint
    kernel, bias = joint.of_margins(linear.coef), joint.of_margins(linear.intercept)
    return LinearLayer(kernel, bias, joint.network_factor)
