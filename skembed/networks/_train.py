"""Network, documents and targets to weights and history."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skembed.networks._callbacks import Followers
from skembed.networks._data import Part, shuffled_batches
from skembed.networks._pool import borrow_engine
from skembed.networks._progress import Begun, History, Keeper, Progress
from skembed.networks._spec import PlainNumbers
from skembed.networks._spool import AnyData
from skembed.networks._state import NetworkState, generator, with_trainable_embedding

if TYPE_CHECKING:
    from skembed.networks._engine import Engine

Logs = dict[str, float]


@dataclass(frozen=True)
class Examples:
    """Documents with what the network shall answer.

    Attributes
    ----------
    data : NetworkData or SpooledData of length n_samples
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


def train(
    state: NetworkState,
    examples: Examples,
    plan: TrainingPlan,
    *,
    validation: Examples | None = None,
    callbacks: Sequence[Any] = (),
    on_epoch_begin: Callable[[NetworkState, History], None] | None = None,
    on_epoch_end: Callable[[NetworkState, History], bool] | None = None,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
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
    progress : Progress, default=None
        Where an interrupted training from the same beginning goes on. None begins.
    keeper : Keeper, default=None
        Is shown the progress after each batch and each epoch.

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
    last = state.n_epochs + plan.epochs
    followers = Followers(callbacks, last)
    epoch = _Epoch(examples, validation, plan, followers, keeper)
    best = None if plan.patience is None else state
    now = progress or Progress(state, best, {}, plan.learning_rate)
    logs: Logs = {}
    while now.state.n_epochs < last and not now.stop:
        if plan.release_epoch is not None:
            released = now.state.n_epochs >= plan.release_epoch
            now = replace(now, state=with_trainable_embedding(now.state, released))
        if on_epoch_begin is not None:
            on_epoch_begin(now.state, now.history)
        now, logs = epoch.run(now)
        if plan.verbose:
            _print_epoch(now.state.n_epochs, last, logs)
        if plan.patience is not None:
            now = _compare_with_best(now, plan.patience)
        if on_epoch_end is not None:
            now = replace(now, stop=on_epoch_end(now.state, now.history) or now.stop)
        if keeper is not None:
            keeper.epoch_ended(now)
    state = followers.end_training(now.state, logs)
    return now.best or state, now.history


def _compare_with_best(now: Progress, patience: int) -> Progress:
    """Note the best epoch, and whether it is long ago."""
    losses = now.history["val_loss"]
    best = now.state if losses[-1] < min(losses[:-1], default=np.inf) else now.best
    assert best is not None
    stop = now.stop or now.state.n_epochs - best.n_epochs >= patience
    return replace(now, best=best, stop=stop)


@dataclass
class _Epoch:
    """What stays the same from one epoch of a training to the next."""

    examples: Examples
    validation: Examples | None
    plan: TrainingPlan
    followers: Followers
    keeper: Keeper | None

    def run(self, now: Progress) -> tuple[Progress, Logs]:
        """Train one epoch, or what is left of it; return where it led, and its figures."""
        self.learning_rate, state, begun = now.learning_rate, now.state, now.begun or Begun()
        started = time.perf_counter() - begun.seconds
        rng = generator(state)
        parts = self.examples.data.parts(rng)
        n_batches = sum(-(-len(part) // self.plan.batch_size) for part in parts)
        with borrow_engine(state.spec, state.objective, training=True) as engine:
            engine.load(state)
            # Between two epochs the engine may have served somebody else.
            engine.optimizer.learning_rate.assign(now.learning_rate)
            engine.forget_holder()
            self.followers.begin_epoch(engine, state.n_epochs, n_batches)

            def keep(begun: Begun) -> Progress:
                """Save the numbers in the middle of the epoch."""
                middle = engine.save(state)
                engine.forget_holder()
                seconds = time.perf_counter() - started
                return replace(now, state=middle, begun=replace(begun, seconds=seconds))

            logs = self._train(
                engine, self._draw(parts, rng, begun.n_batches), begun, n_batches, keep
            )
            if self.validation is not None:
                logs |= _evaluate(engine, self.validation)
                self._check_finite(logs["val_loss"], "validation loss", "the epoch")
            logs["seconds"] = time.perf_counter() - started
            stop = self.followers.end_epoch(state.n_epochs, logs)
            learning_rate = float(engine.optimizer.learning_rate.value)
            drawn = dict(rng.bit_generator.state)
            state = engine.save(state, n_epochs=state.n_epochs + 1, rng=drawn)
        self._check_weights(state)
        history = {name: [*now.history.get(name, []), value] for name, value in logs.items()}
        return Progress(state, now.best, history, learning_rate, stop), logs

    def _draw(
        self, parts: list[Part], rng: np.random.Generator, n_done: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.generic]]]:
        """Yield the rows and steps of each batch of the epoch that is not done."""
        for part in parts:
            batches = shuffled_batches(part.lengths, self.plan.batch_size, rng)
            left = batches[n_done:]
            n_done = max(n_done - len(batches), 0)
            if left:
                all_rows, data = part.rows, part.read()
                for rows in left:
                    yield all_rows[rows], data.batch(rows)
                del data  # before the next part is read

    def _train(
        self,
        engine: Engine,
        batches: Iterator[tuple[NDArray[np.int64], NDArray[np.generic]]],
        begun: Begun,
        n_batches: int,
        keep: Callable[[Begun], Progress],
    ) -> Logs:
        examples, n_samples = self.examples, len(self.examples.data)
        engine.spread(self.plan.data_parallel)
        engine.mean_steps = float(examples.data.offsets[-1] / n_samples)
        for i, (rows, batch) in enumerate(batches, begun.n_batches):
            self.followers.begin_batch(i)
            loss, n_right = engine.train_on(batch, examples.targets[rows], examples.weights[rows])
            self._check_finite(loss, "training loss", f"batch {i + 1} of {n_batches}")
            begun = Begun(i + 1, begun.loss + loss * len(rows), begun.n_right + n_right)
            self.followers.end_batch(i, {"loss": loss, "accuracy": n_right / len(rows)})
            if self.keeper is not None:
                self.keeper.batch_ended(partial(keep, begun))
        return {"loss": begun.loss / n_samples, "accuracy": begun.n_right / n_samples}

    def _check_weights(self, state: NetworkState) -> None:
        """Check what came of the last step, which is in no loss yet."""
        for name, weight in state.weights.items():
            odd = weight.flat[np.argmin(np.isfinite(weight))]
            self._check_finite(float(odd), f"weights {name}", "the epoch")

    def _check_finite(self, value: float, what: str, where: str) -> None:
        if not np.isfinite(value):
            raise FloatingPointError(
                f"The {what} became {value} in {where}. Lower learning_rate (it is "
                f"{self.learning_rate:g}) or set clipnorm, for example to 1.0."
            )


def _evaluate(engine: Engine, validation: Examples) -> Logs:
    total, right = 0.0, 0
    for part in validation.data.parts():
        all_rows, data = part.rows, part.read()
        for some in data.batches():
            rows = all_rows[some]
            loss, n_right = engine.test_on(
                data.batch(some), validation.targets[rows], validation.weights[rows]
            )
            total += loss
            right += n_right
    n_samples = len(validation.data)
    return {"val_loss": total / n_samples, "val_accuracy": right / n_samples}


def _print_epoch(epoch: int, last: int, logs: Logs) -> None:
    figures = ", ".join(f"{name} {value:.4f}" for name, value in logs.items() if name != "seconds")
    if not getattr(sys.stdout, "closed", False):
        print(f"Epoch {epoch}/{last}: {figures}, {logs['seconds']:.1f} s", flush=True)
