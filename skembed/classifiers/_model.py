"""A fitted model: one value, which predicts, is saved, exported and explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed._decision import cuts_of
from skembed._records import record
from skembed.classifiers._reader import Reader
from skembed.classifiers._task import Task
from skembed.classifiers._wide import SequenceBlocks, layer_of
from skembed.linear import BagModel
from skembed.networks import AnyData, History, NetworkState, get_network, predict_logits
from skembed.text import Samples, TokenSequences

ROWS_AT_ONCE = 1 << 13
"""Number of documents whose outputs become probabilities at the same time."""


@record
@dataclass(frozen=True)
class FittedModel:
    """The result of a fit.

    Attributes
    ----------
    task : Task
        The kind of prediction.
    reader : Reader
        How documents are read.
    state : NetworkState
        The trained network.
    seed : int
        Seed of everything random in the fit.
    history : dict of str to list of float
        Figures of each epoch.
    best_epoch : int
        Epoch whose weights `state` holds, as the history counts them, from 1.
    linear : BagModel or None
        The linear model, if there is one.
    thresholds : ndarray of shape (n_outputs,), dtype float64, or None
        Thresholds of the probabilities. None if all are equal.
    cuts : ndarray of shape (n_outputs,), dtype float64, or None
        The same for log-odds, which decide. None: computed from the thresholds.
    """

    task: Task
    reader: Reader
    state: NetworkState
    seed: int
    history: History
    best_epoch: int
    linear: BagModel | None = None
    thresholds: NDArray[np.float64] | None = None
    cuts: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.thresholds is not None and self.cuts is None:
            cuts = cuts_of(self.thresholds, self.task.output.has_columns)
            object.__setattr__(self, "cuts", cuts)

    @property
    def n_parameters(self) -> int:
        """Number of weights, those of the embedding and of a linear model included."""
        arrays = [*self.state.weights.values()]
        if self.linear is not None:
            arrays += [self.linear.coef, self.linear.intercept]
        return sum(array.size for array in arrays)

    def outputs(self, samples: Samples) -> NDArray[np.float32]:
        """Compute the outputs of documents, of shape (n_samples, n_outputs)."""
        return self.outputs_of(self.reader.read(samples))

    def outputs_of(self, data: AnyData) -> NDArray[np.float32]:
        """Compute the outputs of documents that have been read, of network and linear model."""
        logits = predict_logits(self.state, data)
        if self.linear is None:
            return logits
        margins = self.linear.margins(SequenceBlocks(data), data.numbers)
        return self.linear.joint.join(logits, margins)

    def predict(self, outputs: NDArray[np.float32]) -> NDArray[Any]:
        """Turn outputs into predictions."""
        return self.task.predict(outputs, self.cuts)

    def probabilities(self, outputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Turn outputs into probabilities of shape (n_samples, n_outputs)."""
        probabilities = outputs.astype(np.float64)
        for start in range(0, len(probabilities), ROWS_AT_ONCE):
            rows = probabilities[start : start + ROWS_AT_ONCE]
            rows[:] = self.task.probabilities(rows)
        return probabilities

    def log_probabilities(self, outputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Turn outputs into logarithms of probabilities."""
        return self.task.log_probabilities(outputs.astype(np.float64))

    def bags(self, samples: Samples) -> sparse.csr_matrix:
        """Count the words of documents as the linear model does."""
        assert self.linear is not None
        data = self.reader.read(samples)
        return self.linear.bag_of_words(TokenSequences(data.steps, data.offsets), data.numbers)

    def network(self) -> Any:
        """Build a new `keras.Model`."""
        return get_network(self.state, None if self.linear is None else layer_of(self.linear))


def extend(earlier: Mapping[str, list[float]], history: History) -> History:
    """Append a history to an earlier one. Figures that one of them lacks are NaN."""
    before, after = len(earlier.get("loss", ())), len(history.get("loss", ()))
    return {
        name: earlier.get(name, [np.nan] * before) + history.get(name, [np.nan] * after)
        for name in {**earlier, **history}
    }
