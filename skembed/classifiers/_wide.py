"""A network and the linear model beside it: both read the same documents, and are added."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import numpy as np

from skembed._bar import print_line, show_bar
from skembed._caller import warn_caller
from skembed.classifiers._task import Task
from skembed.linear import BagModel, Floats, calibration_rows
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


FitBeside: TypeAlias = Callable[[], BagModel]
"""Waits until the linear model of a fit is fitted, and returns it."""


MANY_TOKENS = 1 << 24
"""Tokens of the training documents up to which ``wide="auto"`` adds a linear model.

This bounds memory. It was chosen, not tuned: the bags of as many tokens take one to two gigabytes,
and LIBLINEAR copies them.
"""


def is_too_large(data: AnyData) -> bool:
    """Return whether there are too many documents for ``wide="auto"``, and warn."""
    n_tokens = int(data.offsets[-1])
    if n_tokens <= MANY_TOKENS:
        return False
    warn_caller(
        f"The training documents have {n_tokens:,} tokens, and a linear model beside the network "
        f"is fitted in memory. With wide='auto' it is left out above {MANY_TOKENS:,} tokens. Set "
        "wide=True to fit it, or wide=False to train the network alone."
    )
    return True


SECONDS_BETWEEN_LINES = 10.0
"""Seconds between the lines of ``verbose=1`` that say that the linear model is not fitted yet."""


@contextmanager
def beside(fit: FitBeside | None, *, verbose: bool) -> Iterator[FitBeside | None]:
    """Fit a linear model in a thread while a network is trained.

    LIBLINEAR works outside Python's lock, and a network's training leaves a part of two cores idle.
    `verbose` prints lines while the linear model is fitted, and one when it is.
    """
    if fit is None:
        yield None
        return
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="skembed-linear") as threads:
        fitting = threads.submit(fit)
        if verbose:
            threads.submit(_say_how_long, fitting, time.perf_counter())
        yield partial(_wait_for, fitting)


def _wait_for(fitting: Future[BagModel]) -> BagModel:
    """Return a linear model when it is fitted."""
    with show_bar("Fitting the linear model"):
        return fitting.result()


def _say_how_long(fitting: Future[BagModel], start: float) -> None:
    """Print lines while a linear model is fitted, and one when it is."""
    while not wait([fitting], SECONDS_BETWEEN_LINES).done:
        print_line(f"Linear model: fitting for {time.perf_counter() - start:.0f} s")
    if fitting.exception() is None:
        print_line(f"Linear model: fitted in {time.perf_counter() - start:.1f} s")


def calibrated(
    linear: BagModel, state: NetworkState, examples: Examples, *, anew: bool
) -> BagModel:
    """Measure a network on some of its training documents, with or without earlier ones."""
    rows = calibration_rows(len(examples.data))
    logits = []
    for block, data in examples.data.blocks():
        inside = rows[(rows >= block.start) & (rows < block.stop)] - block.start
        some = TokenSequences(data.steps, data.offsets)[inside]
        numbers = None if data.numbers is None else data.numbers[inside]
        logits.append(predict_logits(state, NetworkData(some.ids, some.offsets, numbers)))
    answers = examples.targets[rows], examples.weights[rows]
    return linear.calibrated_on(np.concatenate(logits), *answers, anew=anew)


@dataclass
class JointFigures:
    """Measures a network together with its linear model on validation documents.

    Attributes
    ----------
    task : Task
        The kind of prediction.
    beside : callable
        Returns the linear model.
    examples : Examples
        Training documents, which determine how both are added.
    """

    task: Task
    beside: FitBeside
    examples: Examples
    margins: Floats | None = field(default=None, init=False)

    def __call__(self, state: NetworkState, validating: Examples) -> dict[str, float]:
        """Return the mean score of validation documents, which are the same at each call."""
        assert self.task.linear is not None
        linear = self.beside()
        if self.margins is None:
            data = validating.data
            self.margins = linear.margins(SequenceBlocks(data), data.numbers)
        joint = calibrated(linear, state, self.examples, anew=True).joint
        logits = joint.join(predict_logits(state, validating.data), self.margins)
        scores = self.task.linear.score(logits, validating.targets)
        return {f"val_joint_{self.task.output.metric}": float(scores.mean())}


def layer_of(linear: BagModel) -> LinearLayer:
    """Return a linear model as a layer, whose output is added to the network's log-odds."""
    joint = linear.joint
    kernel = joint.of_margins(linear.coef)
    return LinearLayer(kernel, linear.joint_intercept, joint.network_factor)
