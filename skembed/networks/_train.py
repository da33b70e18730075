"""Network, documents and targets to weights and history."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from skembed._bar import print_line, show_bar
from skembed.networks._callbacks import CallbackRunner
from skembed.networks._data import Examples
from skembed.networks._epoch import Epoch, Judge, Logs
from skembed.networks._progress import Checkpointer, History, Progress
from skembed.networks._spec import TrainingPlan
from skembed.networks._startup import load_engine
from skembed.networks._state import NetworkState, with_trainable_embedding

JOINT = "joint_"
"""Part of the names of figures that measure network and linear model together."""


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
    checkpointer: Checkpointer | None = None,
    judge: Judge | None = None,
) -> tuple[NetworkState, History]:
    """Train a network for some epochs; return its last state and the figures of each epoch.

    If the plan has patience, the state is that of the best epoch. The figures are ``loss`` and
    ``accuracy``, the same of the validation with ``val_`` before their names, those that `judge`
    finds on its documents, and ``seconds``. `on_epoch_begin` and `on_epoch_end` are called with the
    network's state and the history so far. Training stops when `on_epoch_end` returns True.
    `progress` resumes an interrupted training that began in the same way.
    """
    last, n_documents = state.n_epochs + plan.epochs, len(examples.data)
    runner = CallbackRunner(callbacks, last, plan.verbose)
    now = progress or Progress(
        state, None if plan.patience is None else state, {}, plan.learning_rate
    )
    logs: Logs = {}
    load_engine()  # which may take longer than the training
    with show_bar("Training", plan.epochs * n_documents, " documents") as bar:
        epoch = Epoch(examples, validation, plan, runner, checkpointer, judge, bar.advance)
        now = runner.begin_training(_released(now, plan), epoch.count_batches(now.state))
        bar.advance((now.state.n_epochs - state.n_epochs) * n_documents)
        while now.state.n_epochs < last and not now.stop:
            now = _released(now, plan)
            bar.advance(0, f"Epoch {now.state.n_epochs + 1}/{last}")
            if on_epoch_begin is not None:
                on_epoch_begin(now.state, now.history)
            now, logs = epoch.run(now)
            if plan.verbose:
                _print_epoch(now.state.n_epochs, last, logs, is_alone=judge is None)
            now = _compare_with_best(now, plan)
            if on_epoch_end is not None:
                now = replace(now, stop=on_epoch_end(now.state, now.history) or now.stop)
            if checkpointer is not None:
                checkpointer.epoch_ended(now)
    state = runner.end_training(now, logs)
    return now.best or state, now.history


def _released(now: Progress, plan: TrainingPlan) -> Progress:
    """Let the embedding be trained from its epoch on."""
    if plan.release_epoch is None:
        return now
    trainable = now.state.n_epochs >= plan.release_epoch
    return replace(now, state=with_trainable_embedding(now.state, trainable))


def _compare_with_best(now: Progress, plan: TrainingPlan) -> Progress:
    """Note the best epoch, and whether it is long ago."""
    if plan.patience is None:
        return now
    sign = 1 if plan.watched.endswith("loss") else -1
    *earlier, last = (sign * value for value in now.history[plan.watched])
    best = now.state if last < min(earlier, default=np.inf) else now.best
    assert best is not None
    stop = now.stop or now.state.n_epochs - best.n_epochs >= plan.patience
    return replace(now, best=best, stop=stop)


def _print_epoch(epoch: int, last: int, logs: Logs, *, is_alone: bool) -> None:
    """Print the figures; if there is a linear model, say which are those of the network alone."""
    figures = {name: f"{name} {value:.4f}" for name, value in logs.items() if name != "seconds"}
    alone = ", ".join(text for name, text in figures.items() if JOINT not in name)
    joint = "".join(f"; {text}" for name, text in figures.items() if JOINT in name)
    label = "" if is_alone else " network alone:"
    print_line(f"Epoch {epoch}/{last}:{label} {alone}{joint}, {logs['seconds']:.1f} s")
