"""One epoch of a training, and the validation at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skembed.networks._callbacks import CallbackRunner
from skembed.networks._data import Buffer, Examples, shuffled_batches
from skembed.networks._engines import borrow_engine
from skembed.networks._progress import Checkpointer, EpochProgress, Progress
from skembed.networks._spec import TrainingPlan
from skembed.networks._state import NetworkState, generator
from skembed.networks._types import Batch, Floats, Numbers, steps_of

if TYPE_CHECKING:
    from skembed.networks._engine import Engine

Logs = dict[str, float]

Reading = Callable[[], Batch]
"""Returns padded documents."""

Judge = Callable[[NetworkState, Examples], Logs]
"""Measures network and linear model together on documents, and names the figures."""


@dataclass
class Epoch:
    """The parts of a training that stay the same in all epochs."""

    examples: Examples
    validation: Examples | None
    plan: TrainingPlan
    callbacks: CallbackRunner
    checkpointer: Checkpointer | None
    judge: Judge | None
    advance: Callable[[int], None]

    def run(self, now: Progress) -> tuple[Progress, Logs]:
        """Train one epoch, or the rest of one; return the new state and the figures."""
        self.learning_rate, state = now.learning_rate, now.state
        begun = now.begun or EpochProgress()
        started = time.perf_counter() - begun.seconds
        rng = generator(state)
        buffers = self.examples.data.buffers(rng)
        n_batches = self.count_batches(state)
        with (
            borrow_engine(state.spec, state.objective, training=True) as engine,
            self.callbacks.follow(engine, state),
        ):
            engine.load(state)
            # Between two epochs another user may have had the engine.
            engine.optimizer.learning_rate.assign(now.learning_rate)
            engine.forget_holder()
            self.callbacks.tell("epoch_begin", state.n_epochs)
            keep = partial(_keep, engine, now, started)
            logs = self._train(
                engine, self._draw(buffers, rng, begun.n_batches), begun, n_batches, keep
            )
            logs |= self._validate(engine, state)
            logs["seconds"] = time.perf_counter() - started
            stop = self.callbacks.tell("epoch_end", state.n_epochs, dict(logs))
            learning_rate = float(engine.optimizer.learning_rate.value)
            drawn = dict(rng.bit_generator.state)
            state = engine.save(state, n_epochs=state.n_epochs + 1, rng=drawn)
        self._check_weights(state)
        history = {name: [*now.history.get(name, []), value] for name, value in logs.items()}
        return Progress(state, now.best, history, learning_rate, stop), logs

    def count_batches(self, state: NetworkState) -> int:
        """Count the batches of the next epoch."""
        buffers = self.examples.data.buffers(generator(state))
        return sum(-(-len(buffer) // self.plan.batch_size) for buffer in buffers)

    def _draw(
        self, buffers: list[Buffer], rng: np.random.Generator, n_done: int
    ) -> Iterator[tuple[NDArray[np.int64], list[Reading]]]:
        """Yield the rows of each remaining batch, and a function that reads its micro-batches."""
        for buffer in buffers:
            batches = shuffled_batches(buffer.lengths, self.plan.batch_size, rng)
            left = batches[n_done:]
            n_done = max(n_done - len(batches), 0)
            if left:
                all_rows, data = buffer.rows, buffer.read()
                for rows in left:
                    micro_batches = [rows] if self.plan.data_parallel else data.micro_batches(rows)
                    yield all_rows[rows], [partial(data.batch, some) for some in micro_batches]
                del data  # before the next buffer is read

    def _train(
        self,
        engine: Engine,
        batches: Iterator[tuple[NDArray[np.int64], list[Reading]]],
        begun: EpochProgress,
        n_batches: int,
        keep: Callable[[EpochProgress], Progress],
    ) -> Logs:
        examples, n_seen, n_samples = self.examples, 0, len(self.examples.data)
        metric = engine.objective.output.metric
        engine.use_all_devices(self.plan.data_parallel)
        engine.mean_steps = float(examples.data.offsets[-1] / n_samples)
        for i, (rows, micro_batches) in enumerate(batches, begun.n_batches):
            self.callbacks.tell("train_batch_begin", i)
            answers = examples.targets[rows], examples.weights[rows]
            if len(micro_batches) == 1:
                loss, score = engine.train_on(micro_batches[0](), *answers)
            else:
                loss, score = train_in_micro_batches(engine, micro_batches, *answers)
            self._check_finite(loss, "training loss", f"batch {i + 1} of {n_batches}")
            begun, n_seen = begun.after(loss * len(rows), score), n_seen + len(rows)
            self.advance(len(rows))
            if self.callbacks.tell("train_batch_end", i, begun.figures(n_seen, metric)):
                return begun.figures(n_seen, metric)
            if self.checkpointer is not None:
                self.checkpointer.batch_ended(partial(keep, begun))
        return begun.figures(n_samples, metric)

    def _validate(self, engine: Engine, state: NetworkState) -> Logs:
        """Measure the network on documents that it was not trained on."""
        if self.validation is None:
            return {}
        logs = _evaluate(engine, self.validation, self.callbacks)
        self._check_finite(logs["val_loss"], "validation loss", "the epoch")
        if self.judge is not None:
            logs |= self.judge(engine.save(state), self.validation)
            engine.forget_holder()
        return logs

    def _check_weights(self, state: NetworkState) -> None:
        """Check the weights after the last step, which no loss has measured yet."""
        for name, weight in state.weights.items():
            odd = weight.flat[np.argmin(np.isfinite(weight))]
            self._check_finite(float(odd), f"weights {name}", "the epoch")

    def _check_finite(self, value: float, what: str, where: str) -> None:
        if not np.isfinite(value):
            raise FloatingPointError(
                f"The {what} became {value} in {where}. Lower learning_rate (it is "
                f"{self.learning_rate:g}) or set clipnorm, for example to 1.0."
            )


def _keep(engine: Engine, now: Progress, started: float, begun: EpochProgress) -> Progress:
    """Save the numbers in the middle of an epoch."""
    middle = engine.save(now.state)
    engine.forget_holder()
    seconds = time.perf_counter() - started
    return replace(now, state=middle, begun=replace(begun, seconds=seconds))


def _evaluate(engine: Engine, validation: Examples, callbacks: CallbackRunner) -> Logs:
    found, n_seen, metric = EpochProgress(), 0, engine.objective.output.metric
    callbacks.tell("test_begin")
    for buffer in validation.data.buffers():
        all_rows, data = buffer.rows, buffer.read()
        for some in data.batches():
            rows = all_rows[some]
            callbacks.tell("test_batch_begin", found.n_batches)
            found = found.after(
                *engine.test_on(
                    data.batch(some), validation.targets[rows], validation.weights[rows]
                )
            )
            n_seen += len(rows)
            callbacks.tell("test_batch_end", found.n_batches - 1, found.figures(n_seen, metric))
    figures = found.figures(n_seen, metric)
    callbacks.tell("test_end", figures)
    return {f"val_{name}": value for name, value in figures.items()}


def train_in_micro_batches(
    engine: Engine,
    micro_batches: Sequence[Reading],
    targets: Numbers,
    weights: Floats,
) -> tuple[float, float]:
    """Take one step of the optimizer; return the batch's loss and the sum of its scores.

    First the documents are encoded one micro-batch at a time, without keeping values for gradients.
    The head sees all of them, so its statistics and its loss are those of the batch. Then each
    micro-batch is encoded again, with the same dropout, and its gradients are added up.
    """
    documents, seeds, ids = [], [], []
    for read in micro_batches:
        batch = read()
        moves = engine.spec.trainable_embedding
        ids.append(np.unique(steps_of(batch)) if moves else np.empty(0, np.int32))
        seeds.append(engine.seeds)
        documents.append(engine.encode(batch))
    loss, score, pull, total = engine.differentiate_head(
        np.concatenate(documents), targets, weights
    )
    seeds_behind, stop = engine.seeds, 0
    for read, before, some in zip(micro_batches, seeds, documents, strict=True):
        engine.seeds = before
        start, stop = stop, stop + len(some)
        for name, gradient in engine.differentiate_encoder(read(), pull[start:stop]).items():
            total[name] = engine.add(total[name], gradient) if name in total else gradient
    engine.seeds = seeds_behind
    engine.move(total, np.concatenate(ids))
    return loss, score
