"""One epoch of a training, and the validation at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skembed.networks._callbacks import CallbackRunner
from skembed.networks._data import Part, shuffled_batches
from skembed.networks._in_parts import Reading, train_in_parts
from skembed.networks._plan import Examples, TrainingPlan
from skembed.networks._pool import borrow_engine
from skembed.networks._progress import Checkpointer, EpochProgress, Progress
from skembed.networks._state import NetworkState, generator

if TYPE_CHECKING:
    from skembed.networks._engine import Engine

Logs = dict[str, float]


@dataclass
class Epoch:
    """What stays the same from one epoch of a training to the next."""

    examples: Examples
    validation: Examples | None
    plan: TrainingPlan
    callbacks: CallbackRunner
    checkpointer: Checkpointer | None

    def run(self, now: Progress) -> tuple[Progress, Logs]:
        """Train one epoch, or what is left of it; return where it led, and its figures."""
        self.learning_rate, state = now.learning_rate, now.state
        begun = now.begun or EpochProgress()
        started = time.perf_counter() - begun.seconds
        rng = generator(state)
        parts = self.examples.data.parts(rng)
        n_batches = self.count_batches(state)
        with (
            borrow_engine(state.spec, state.objective, training=True) as engine,
            self.callbacks.follow(engine, state),
        ):
            engine.load(state)
            # Between two epochs the engine may have served somebody else.
            engine.optimizer.learning_rate.assign(now.learning_rate)
            engine.forget_holder()
            self.callbacks.begin_epoch(state.n_epochs)

            def keep(begun: EpochProgress) -> Progress:
                """Save the numbers in the middle of the epoch."""
                middle = engine.save(state)
                engine.forget_holder()
                seconds = time.perf_counter() - started
                return replace(now, state=middle, begun=replace(begun, seconds=seconds))

            logs = self._train(
                engine, self._draw(parts, rng, begun.n_batches), begun, n_batches, keep
            )
            if self.validation is not None:
                logs |= _evaluate(engine, self.validation, self.callbacks)
                self._check_finite(logs["val_loss"], "validation loss", "the epoch")
            logs["seconds"] = time.perf_counter() - started
            stop = self.callbacks.end_epoch(state.n_epochs, logs)
            learning_rate = float(engine.optimizer.learning_rate.value)
            drawn = dict(rng.bit_generator.state)
            state = engine.save(state, n_epochs=state.n_epochs + 1, rng=drawn)
        self._check_weights(state)
        history = {name: [*now.history.get(name, []), value] for name, value in logs.items()}
        return Progress(state, now.best, history, learning_rate, stop), logs

    def count_batches(self, state: NetworkState) -> int:
        """Count the batches of the next epoch."""
        parts = self.examples.data.parts(generator(state))
        return sum(-(-len(part) // self.plan.batch_size) for part in parts)

    def _draw(
        self, parts: list[Part], rng: np.random.Generator, n_done: int
    ) -> Iterator[tuple[NDArray[np.int64], list[Reading]]]:
        """Yield the rows of each batch of the epoch that is not done, and what reads its parts."""
        for part in parts:
            batches = shuffled_batches(part.lengths, self.plan.batch_size, rng)
            left = batches[n_done:]
            n_done = max(n_done - len(batches), 0)
            if left:
                all_rows, data = part.rows, part.read()
                for rows in left:
                    parts_of_it = [rows] if self.plan.data_parallel else data.batch_parts(rows)
                    yield all_rows[rows], [partial(data.batch, some) for some in parts_of_it]
                del data  # before the next part is read

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
        for i, (rows, parts) in enumerate(batches, begun.n_batches):
            self.callbacks.begin_batch(i)
            answers = examples.targets[rows], examples.weights[rows]
            if len(parts) == 1:
                loss, score = engine.train_on(parts[0](), *answers)
            else:
                loss, score = train_in_parts(engine, parts, *answers)
            self._check_finite(loss, "training loss", f"batch {i + 1} of {n_batches}")
            begun, n_seen = begun.after(loss * len(rows), score), n_seen + len(rows)
            if self.callbacks.end_batch(i, begun.figures(n_seen, metric)):
                return begun.figures(n_seen, metric)
            if self.checkpointer is not None:
                self.checkpointer.batch_ended(partial(keep, begun))
        return begun.figures(n_samples, metric)

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


def _evaluate(engine: Engine, validation: Examples, callbacks: CallbackRunner) -> Logs:
    found, n_seen, metric = EpochProgress(), 0, engine.objective.output.metric
    callbacks.begin_test()
    for part in validation.data.parts():
        all_rows, data = part.rows, part.read()
        for some in data.batches():
            rows = all_rows[some]
            callbacks.begin_test_batch(found.n_batches)
            found = found.after(
                *engine.test_on(
                    data.batch(some), validation.targets[rows], validation.weights[rows]
                )
            )
            n_seen += len(rows)
            callbacks.end_test_batch(found.n_batches - 1, found.figures(n_seen, metric))
    figures = found.figures(n_seen, metric)
    callbacks.end_test(figures)
    return {f"val_{name}": value for name, value in figures.items()}
