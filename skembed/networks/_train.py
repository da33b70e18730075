"""Network, documents and targets to weights and history."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed.networks._callbacks import Followers
from skembed.networks._data import NetworkData, shuffled_batches
from skembed.networks._pool import borrow_engine
from skembed.networks._state import NetworkState, generator, with_trainable_embedding

if TYPE_CHECKING:
    from skembed.networks._engine import Engine

Logs = dict[str, float]
History = dict[str, list[float]]


@dataclass(frozen=True)
class Examples:
    """Documents with what the network shall answer.

    Attributes
    ----------
    data : NetworkData of length n_samples
        The documents.
    targets : ndarray of shape (n_samples,), int32, or (n_samples, n_outputs), float32
        Class numbers, or for multi-label targets 0 and 1.
    weights : ndarray of the same shape, float32
        Weights of the losses; of a whole fit with mean 1.
    """

    data: NetworkData
    targets: NDArray[Any]
    weights: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
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
    """

    epochs: int
    batch_size: int
    learning_rate: float
    release_epoch: int | None = None
    patience: int | None = None
    verbose: int = 0


def train(
    state: NetworkState,
    examples: Examples,
    plan: TrainingPlan,
    *,
    validation: Examples | None = None,
    callbacks: Sequence[Any] = (),
    on_epoch_begin: Callable[[NetworkState, History], None] | None = None,
    on_epoch_end: Callable[[NetworkState, History], bool] | None = None,
) -> tuple[NetworkState, History]:
    """Train a network for some epochs.

    Parameters
    ----------
    state : NetworkState
        Where to begin.
    examples : Examples
        Training documents.
    plan : TrainingPlan
        How to train.
    validation : Examples, default=None
        Documents to measure the loss on after each epoch.
    callbacks : sequence of keras.callbacks.Callback, default=()
        Copied for this training.
    on_epoch_begin : callable, default=None
        Called before each epoch with the network's state and the history so far.
    on_epoch_end : callable, default=None
        Called after each epoch with the network's state and the history so
        far; training stops when it returns True.

    Returns
    -------
    state : NetworkState
        Where training ended, or its best epoch if the plan has patience.
    history : dict of str to list of float
        ``loss`` and ``accuracy`` of each epoch, with ``val_`` before them those
        of the validation, and the ``seconds`` it took.

    Raises
    ------
    FloatingPointError
        If the loss is not finite any more.
    """
    history: History = {}
    followers = Followers(callbacks, state.n_epochs + plan.epochs)
    epoch = _Epoch(examples, validation, plan, followers)
    best = state
    last = state.n_epochs + plan.epochs
    stop = False
    while state.n_epochs < last and not stop:
        if plan.release_epoch is not None:
            state = with_trainable_embedding(state, state.n_epochs >= plan.release_epoch)
        if on_epoch_begin is not None:
            on_epoch_begin(state, history)
        state, logs, stop = epoch.run(state)
        for name, value in logs.items():
            history.setdefault(name, []).append(value)
        if plan.verbose:
            _print_epoch(state.n_epochs, last, logs)
        if plan.patience is not None:
            if logs["val_loss"] < min(history["val_loss"][:-1], default=np.inf):
                best = state
            stop = stop or state.n_epochs - best.n_epochs >= plan.patience
        if on_epoch_end is not None:
            stop = on_epoch_end(state, history) or stop
    state = followers.end_training(state, logs)
    return (state if plan.patience is None else best), history


@dataclass
class _Epoch:
    """What stays the same from one epoch of a training to the next, and the learning rate."""

    examples: Examples
    validation: Examples | None
    plan: TrainingPlan
    followers: Followers

    def __post_init__(self) -> None:
        self.learning_rate = self.plan.learning_rate

    def run(self, state: NetworkState) -> tuple[NetworkState, Logs, bool]:
        """Train one epoch; return the new state, its figures, and whether to stop."""
        started = time.perf_counter()
        rng = generator(state)
        batches = shuffled_batches(self.examples.data.lengths, self.plan.batch_size, rng)
        with borrow_engine(state.spec, state.objective, training=True) as engine:
            engine.load(state)
            # Between two epochs the engine may have served somebody else.
            engine.optimizer.learning_rate.assign(self.learning_rate)
            engine.forget_holder()
            self.followers.begin_epoch(engine, state.n_epochs, len(batches))
            logs = self._train(engine, batches)
            if self.validation is not None:
                logs |= _evaluate(engine, self.validation)
                self._check_finite(logs["val_loss"], "validation loss", "the epoch")
            logs["seconds"] = time.perf_counter() - started
            stop = self.followers.end_epoch(state.n_epochs, logs)
            self.learning_rate = float(engine.optimizer.learning_rate.value)
            rng_state = dict(rng.bit_generator.state)
            state = engine.save(state, n_epochs=state.n_epochs + 1, rng=rng_state)
        for name, weight in state.weights.items():
            # The last step is in no loss yet.
            odd = weight.flat[np.argmin(np.isfinite(weight))]
            self._check_finite(float(odd), f"weights {name}", "the epoch")
        return state, logs, stop

    def _train(self, engine: Engine, batches: list[NDArray[np.int64]]) -> Logs:
        examples, total, right = self.examples, 0.0, 0
        engine.mean_steps = float(examples.data.lengths.mean())
        for i, rows in enumerate(batches):
            self.followers.begin_batch(i)
            loss, n_right = engine.train_on(
                examples.data.batch(rows), examples.targets[rows], examples.weights[rows]
            )
            self._check_finite(loss, "training loss", f"batch {i + 1} of {len(batches)}")
            total += loss * len(rows)
            right += n_right
            self.followers.end_batch(i, {"loss": loss, "accuracy": n_right / len(rows)})
        n_samples = len(examples.data)
        return {"loss": total / n_samples, "accuracy": right / n_samples}

    def _check_finite(self, value: float, what: str, where: str) -> None:
        if not np.isfinite(value):
            raise FloatingPointError(
                f"The {what} became {value} in {where}. Lower learning_rate (it is "
                f"{self.learning_rate:g}) or set clipnorm, for example to 1.0."
            )


def _evaluate(engine: Engine, validation: Examples) -> Logs:
    total, right = 0.0, 0
    for rows in validation.data.batches():
        loss, n_right = engine.test_on(
            validation.data.batch(rows), validation.targets[rows], validation.weights[rows]
        )
        total += loss
        right += n_right
    n_samples = len(validation.data)
    return {"val_loss": total / n_samples, "val_accuracy": right / n_samples}


def _print_epoch(epoch: int, last: int, logs: Logs) -> None:
    figures = ", ".join(f"{name} {value:.4f}" for name, value in logs.items() if name != "seconds")
    print(f"Epoch {epoch}/{last}: {figures}, {logs['seconds']:.1f} s", flush=True)
