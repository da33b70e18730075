"""What to train on, and how."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.networks._plain import PlainNumbers
from skembed.networks._ragged_file import AnyData


@dataclass(frozen=True)
class Examples:
    """Documents with what the network shall answer."""

    data: AnyData
    targets: NDArray[Any]  # (n_samples,), int32: classes; or (n_samples, n_outputs), float32
    weights: NDArray[np.float32]  # of their shape; of a whole fit with mean 1


@dataclass(frozen=True, kw_only=True)
class TrainingPlan(PlainNumbers):
    """How to train, apart from the objective."""

    epochs: int  # from now on
    batch_size: int
    learning_rate: float
    release_epoch: int | None = None  # of all, from which on the embedding is trained
    # Epochs without a smaller validation loss after which the best epoch's weights come back.
    patience: int | None = None
    verbose: int = 0
    data_parallel: bool = False
