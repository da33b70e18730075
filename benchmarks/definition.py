"""What a benchmark is: contenders, goals, and a check that they did the same work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median, variance
from typing import Any, Protocol

OURS = "skembed"

Figures = dict[str, float]
Measured = dict[str, list[Figures]]
"""For each contender the figures of each round; "seconds" and "peak_mb" are always there."""


def nothing(data: Any, result: Any) -> tuple[Any, Figures]:
    """Add no figures to a result: what a contender does when it has no `report`."""
    return result, {}


@dataclass(frozen=True)
class Contender:
    """One way to do the work.

    Attributes
    ----------
    prepare : callable
        Takes the `Settings`, returns the data. Not timed.
    run : callable
        Takes the data, returns the result. Timed.
    report : callable
        Takes data and result; returns what the check compares, which is
        pickled, and further figures. Not timed. A figure named "seconds" takes the place of the
        time of `run`.
    requires : str or None
        Module without which the contender is left out.
    """

    prepare: Callable[[Any], Any]
    run: Callable[[Any], Any]
    report: Callable[[Any, Any], tuple[Any, Figures]] = nothing
    requires: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A goal, what was measured, and whether that reaches it."""

    goal: str
    measured: str
    value: float
    reached: bool


class Goal(Protocol):
    """Something that figures can reach or miss."""

    def judge(self, measured: Measured) -> Verdict | None:
        """Return None if a contender was not measured."""


def ratios(above: list[Figures], below: list[Figures], figure: str) -> list[float]:
    """Divide the figures of one contender by those of another, round by round."""
    return [a[figure] / b[figure] for a, b in zip(above, below, strict=True)]


def spread(values: Sequence[float], unit: str = "") -> str:
    """Write a median with the smallest and the largest value."""
    return f"{short(median(values))}{unit} ({short(min(values))}–{short(max(values))})"


def short(value: float) -> str:
    """Write a number with three digits that mean something."""
    if value and abs(value) < 0.001:
        return f"{value:.1e}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


@dataclass(frozen=True)
class Faster:
    """The peer takes at least so many times as long."""

    peer: str
    times: float
    ours: str = OURS
    figure: str = "seconds"

    def judge(self, measured: Measured) -> Verdict | None:
        """Compare the medians of the rounds' ratios."""
        if self.peer not in measured or self.ours not in measured:
            return None
        values = ratios(measured[self.peer], measured[self.ours], self.figure)
        goal = f"{self.ours}: {short(self.times)} times as fast as {self.peer}"
        value = median(values)
        return Verdict(goal, f"{spread(values)} times", value, value >= self.times)


@dataclass(frozen=True)
class NotSlower:
    """Ours takes at most so many times as long as the peer."""

    peer: str
    times: float
    ours: str = OURS

    def judge(self, measured: Measured) -> Verdict | None:
        """Compare the medians of the rounds' ratios."""
        if self.peer not in measured or self.ours not in measured:
            return None
        values = ratios(measured[self.ours], measured[self.peer], "seconds")
        goal = f"{self.ours}: at most {short(self.times)} times as long as {self.peer}"
        value = median(values)
        return Verdict(goal, f"{spread(values)} times", value, value <= self.times)


@dataclass(frozen=True)
class AtMost:
    """A figure of one contender is at most so large."""

    figure: str
    limit: float
    unit: str
    ours: str = OURS

    def judge(self, measured: Measured) -> Verdict | None:
        """Compare the median of the rounds."""
        if self.ours not in measured:
            return None
        values = [figures[self.figure] for figures in measured[self.ours]]
        name = self.figure.replace("_", " ")
        goal = f"{self.ours}: {name} at most {short(self.limit)} {self.unit}".strip()
        value = median(values)
        return Verdict(goal, f"{spread(values)} {self.unit}".strip(), value, value <= self.limit)


@dataclass(frozen=True)
class AsAccurate:
    """The mean accuracy is not below the peer's by more than one standard error.

    Rounds are seeds, and the error is that of the difference of the two means.
    """

    peer: str
    ours: str = OURS

    def judge(self, measured: Measured) -> Verdict | None:
        """Compare the means over the rounds."""
        if self.peer not in measured or self.ours not in measured:
            return None
        mine, theirs = (
            [figures["accuracy"] for figures in measured[name]] for name in (self.ours, self.peer)
        )
        error = sum(variance(x) / len(x) for x in (mine, theirs)) ** 0.5 if len(mine) > 1 else 0.0
        difference = mean(mine) - mean(theirs)
        text = f"{mean(mine):.3f} against {mean(theirs):.3f}, standard error {error:.3f}"
        goal = f"{self.ours}: as accurate as {self.peer} after as many epochs"
        return Verdict(goal, text, difference, difference >= -error)


@dataclass(frozen=True)
class Benchmark:
    """A piece of work done in several ways.

    Attributes
    ----------
    number : int
        Orders the page.
    title : str
        What is done, on what.
    contenders : dict of str to Contender
        In the order of each round.
    goals : sequence of Goal
        What was aimed at.
    check : callable
        Takes the results of one round by contender; raises `Mismatch` if they
        differ, else says in words what was compared.
    rounds : int
        How often each contender runs, each time in a process of its own.
    note : str
        What a reader has to know.
    """

    number: int
    title: str
    contenders: dict[str, Contender]
    goals: Sequence[Goal]
    check: Callable[[dict[str, Any]], str]
    rounds: int = 3
    note: str = ""


class Mismatch(Exception):
    """Two contenders did not compute the same."""


def demand(condition: bool, message: str) -> None:
    """Raise `Mismatch` unless the condition holds."""
    if not condition:
        raise Mismatch(message)
