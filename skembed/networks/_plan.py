"""What to train on, and how."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.networks._plain import PlainNumbers
from skembed.networks._ragged_file import AnyData


@dataclass(frozen=True)
class Examples:
    """Documents with what the network shall answer.

    Attributes
    ----------
    data : NetworkData or RaggedFile of length n_samples
        The documents.
    targets : ndarray of shape (n_samples,), int32, or (n_samples, n_outputs), float32
        Class numbers, or for multi-label targets 0 and 1.
    weights : ndarray of the same shape, float32
        Weights of the losses; of a whole fit with mean 1.
    """

    data: AnyData
    targets: NDArray[Any]
    weights: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class TrainingPlan(PlainNumbers):
    """How to train, apart from the objective.

    Attributes
    ----------
    epochs : int
        Epochs to train from now on.
    batch_size : int
        Documents in a batch.
    learning_rate : float
        Step size of the optimizer.
    release_epoch : int or None
        Epoch, counted from the first of all, at which the embedding becomes
        trainable. None leaves it as it is.
    patience : int or None
        Epochs without a smaller validation loss after which training stops and
        the best epoch's weights come back. None trains all epochs.
    verbose : int
        1 prints a line for each epoch.
    data_parallel : bool
        Divide each batch among all devices of the backend.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    release_epoch: int | None = None
    patience: int | None = None
    verbose: int = 0
    data_parallel: bool = False
