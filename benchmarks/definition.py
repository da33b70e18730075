"""What a benchmark is: contenders, goals, and a check that they did the same work."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median, variance
from typing import Any, Protocol

from benchmarks.figures import short, spread

OURS = "skembed"

Figures = dict[str, float]
Measured = dict[str, list[Figures]]
"""For each contender the figures of each round; "seconds" and "peak_mb" are always there."""


@dataclass(frozen=True)
class Contender:
    """One way to do the work.

    Attributes
    ----------
    prepare : callable
        Takes the `Settings`, returns the data. Not timed.
    run : callable
        Takes the data, returns the result. Timed.
    report : callable, default=no further figures
        Takes data and result; returns what the check compares, which is
        pickled, and further figures. Not timed. A figure named "seconds" takes the place of the
        time of `run`.
    requires : str or None, default=None
        Module without which the contender is left out.
    """

    prepare: Callable[[Any], Any]
    run: Callable[[Any], Any]
    report: Callable[[Any, Any], tuple[Any, Figures]] = lambda data, result: (result, {})
    requires: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A goal, what was measured, and whether that reaches it."""

    goal: str
    measured: str
    reached: bool


class Goal(Protocol):
    """Something that figures can reach or miss."""

    def judge(self, measured: Measured) -> Verdict | None:
        """Return None if a contender was not measured."""


def ratios(above: list[Figures], below: list[Figures], figure: str = "seconds") -> list[float]:
    """Divide the figures of one contender by those of another, round by round."""
    return [a[figure] / b[figure] for a, b in zip(above, below, strict=True)]


@dataclass(frozen=True)
class Faster:
    """The peer takes at least so many times as long, by the median of the rounds' ratios."""

    peer: str
    times: float
    ours: str = OURS
    figure: str = "seconds"

    def judge(self, measured: Measured) -> Verdict | None:
        if not {self.peer, self.ours} <= measured.keys():
            return None
        return self._judge(measured[self.ours], measured[self.peer])

    def _judge(self, ours: list[Figures], peer: list[Figures]) -> Verdict:
        values = ratios(peer, ours, self.figure)
        goal = f"{self.ours}: {short(self.times)} times as fast as {self.peer}"
        return Verdict(goal, f"{spread(values)} times", median(values) >= self.times)


class NotSlower(Faster):
    """Ours takes at most so many times as long as the peer."""

    def _judge(self, ours: list[Figures], peer: list[Figures]) -> Verdict:
        values = ratios(ours, peer, self.figure)
        goal = f"{self.ours}: at most {short(self.times)} times as long as {self.peer}"
        return Verdict(goal, f"{spread(values)} times", median(values) <= self.times)


@dataclass(frozen=True)
class AtMost:
    """A figure of one contender is at most so large, by the median of the rounds."""

    figure: str
    limit: float
    unit: str
    ours: str = OURS

    def judge(self, measured: Measured) -> Verdict | None:
        if self.ours not in measured:
            return None
        values = [figures[self.figure] for figures in measured[self.ours]]
        name = self.figure.replace("_", " ")
        goal = f"{self.ours}: {name} at most {short(self.limit)} {self.unit}".strip()
        reached = median(values) <= self.limit
        return Verdict(goal, f"{spread(values)} {self.unit}".strip(), reached)


@dataclass(frozen=True)
class AsAccurate:
    """The mean accuracy is not below the peer's by more than one standard error.

    Rounds are seeds, and the error is that of the difference of the two means.
    """

    peer: str
    ours: str = OURS

    def judge(self, measured: Measured) -> Verdict | None:
        if not {self.peer, self.ours} <= measured.keys():
            return None
        mine, theirs = (
            [figures["accuracy"] for figures in measured[name]] for name in (self.ours, self.peer)
        )
        error = sum(variance(x) / len(x) for x in (mine, theirs)) ** 0.5 if len(mine) > 1 else 0.0
        text = f"{mean(mine):.3f} against {mean(theirs):.3f}, standard error {error:.3f}"
        goal = f"{self.ours}: as accurate as {self.peer} after as many epochs"
        return Verdict(goal, text, mean(mine) - mean(theirs) >= -error)


@dataclass(frozen=True)
class Benchmark:
    """A piece of work done in several ways.

    Attributes
    ----------
    title : str
        What is done, on what.
    contenders : dict of str to Contender
        In the order of each round.
    check : callable
        Takes the results of one round by contender; raises `Mismatch` if they
        differ, else says in words what was compared.
    goals : sequence of Goal, default=()
        What was aimed at.
    rounds : int, default=3
        How often each contender runs, each time in a process of its own.
    note : str, default=""
        What a reader has to know.
    """

    title: str
    contenders: dict[str, Contender]
    check: Callable[[dict[str, Any]], str]
    goals: Sequence[Goal] = ()
    rounds: int = 3
    note: str = ""


class Mismatch(Exception):
    """Two contenders did not compute the same."""


def demand(condition: bool, message: str) -> None:
    """Raise `Mismatch` unless the condition holds."""
    if not condition:
        raise Mismatch(message)


def all_equal(said: str) -> Callable[[dict[str, Any]], str]:
    """Return a check that all contenders gave the same, which says so in these words."""

    def check(results: dict[str, Any]) -> str:
        import numpy as np  # here, because a contender may measure how long imports take

        first = next(iter(results.values()))
        for name, result in results.items():
            demand(bool(np.all(result == first)), f"{name} gives other results: {results}")
        return said

    return check


def timed(call: Callable[[], Any], n: int) -> tuple[Any, list[float]]:
    """Call again and again; return the last answer, and the seconds that each call took."""
    seconds = []
    for _ in range(n):
        start = time.perf_counter()
        answer = call()
        seconds.append(time.perf_counter() - start)
    return answer, seconds
