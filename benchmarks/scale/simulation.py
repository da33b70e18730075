"""A search on many workers, simulated event by event: what waits for what, and what is lost."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy


@dataclass(frozen=True)
class Conditions:
    """What a search meets. All times are seconds, all sizes bytes.

    Attributes
    ----------
    n_workers : int
        Workers, each of which fits one candidate at a time.
    client_s : float
        What the client computes for each task, one task after the other.
    scheduler_s : float
        What the scheduler computes for each task, one after the other.
    handover_s : float
        From the end of a fit to the start of the next one on the same worker.
    start_s : float
        What the first fit of a process takes longer: imports, documents, tracing.
    documents_bytes : float
        Documents and labels, which each process gets once, over one link that all share.
    task_bytes : float
        What goes over this link with each task, results included.
    bandwidth : float
        Speed of that link, in bytes per second.
    restart_s : float
        From the death of a process until its successor asks for work.
    unnoticed_s : float
        From the death of a process until its task is given to another: nothing where the connection
        breaks, the scheduler's patience where the machine is gone.
    mean_life_s : float
        Mean time between deaths of a worker; every moment is equally likely.
    deaths : tuple of float
        Moments at which the first worker dies in any case.
    slow_share : float
        Share of the workers that are slow.
    slow_factor : float
        How many times as long a slow worker takes.
    """

    n_workers: int
    client_s: float = 0.0
    scheduler_s: float = 0.0
    handover_s: float = 0.0
    start_s: float = 0.0
    documents_bytes: float = 0.0
    task_bytes: float = 0.0
    bandwidth: float = float("inf")
    restart_s: float = 0.0
    unnoticed_s: float = 0.0
    mean_life_s: float = float("inf")
    deaths: tuple[float, ...] = ()
    slow_share: float = 0.0
    slow_factor: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """How a simulated search went.

    Attributes
    ----------
    seconds : float
        Until the last result was there.
    n_started : int
        Fits that were begun, those that died included.
    efficiency : float
        The fits' own time, divided by all workers' time until the end.
    """

    seconds: float
    n_started: int
    efficiency: float


def simulate(fits: Sequence[float], conditions: Conditions, seed: int = 0) -> Outcome:
    """Run a search.

    Parameters
    ----------
    fits : sequence of float
        What each fit takes by itself, in seconds, in the order in which they are asked for.
    conditions : Conditions
        What it meets.
    seed : int, default=0
        Fixes which workers are slow and when they die.

    Returns
    -------
    outcome : Outcome
        How it went.

    Examples
    --------
    Of three fits, two begin at once, and the third when the shorter one has ended.

    >>> simulate([4, 2, 3], Conditions(n_workers=2)).seconds
    5.0

    The first worker dies after 3 seconds, and is back at once: the fit of 4 seconds begins again.

    >>> simulate([4, 2, 3], Conditions(n_workers=2, deaths=(3.0,)))
    Outcome(seconds=7.0, n_started=4, efficiency=0.6428571428571429)
    """
    return _Search(fits, conditions, seed).run()


class _Search:
    """The state of one simulated search."""

    def __init__(self, fits: Sequence[float], conditions: Conditions, seed: int) -> None:
        self.fits = fits
        self.at = conditions
        self.rng = np.random.default_rng(seed)
        self.environment = simpy.Environment()
        self.client, self.scheduler, self.link = (
            simpy.Resource(self.environment) for _ in range(3)
        )
        self.room = simpy.Container(self.environment, init=2 * conditions.n_workers)
        self.ready = simpy.PriorityStore(self.environment)  # of fits' numbers, lowest first
        self.done = self.environment.event()
        self.n_started = self.n_done = 0

    def run(self) -> Outcome:
        at = self.at
        slow = np.zeros(at.n_workers, dtype=bool)
        slow[: round(at.slow_share * at.n_workers)] = True
        self.rng.shuffle(slow)
        self.environment.process(self._ask())
        for i, is_slow in enumerate(slow):
            worker = _Worker(self, at.slow_factor if is_slow else 1.0)
            self.environment.process(worker.live(at.deaths if i == 0 else ()))
        self.environment.run(until=self.done)
        seconds = float(self.environment.now)
        return Outcome(seconds, self.n_started, float(sum(self.fits)) / (at.n_workers * seconds))

    def _ask(self) -> Any:
        """Hand out fits as scikit-learn does: two for each worker, then one for each done."""
        for number in range(len(self.fits)):
            yield self.room.get(1)
            yield from self.use(self.client, self.at.client_s)
            self.environment.process(self.offer(number))

    def offer(self, number: int) -> Any:
        """Let the scheduler give a fit to the first worker that requests one."""
        yield from self.use(self.scheduler, self.at.scheduler_s)
        yield self.ready.put(number)

    def use(self, resource: simpy.Resource, seconds: float) -> Any:
        """Keep something busy that serves one after the other."""
        with resource.request() as turn:
            yield turn
            yield self.environment.timeout(seconds)

    def end(self) -> None:
        """Note that a fit is done."""
        self.n_done += 1
        self.room.put(1)
        if self.n_done == len(self.fits):
            self.done.succeed()


class _Worker:
    """A place where one process after the other fits."""

    def __init__(self, search: _Search, factor: float) -> None:
        self.search = search
        self.factor = factor
        self.environment = search.environment

    def live(self, deaths: Sequence[float]) -> Any:
        """Work, die at given moments and at random ones, come back."""
        given = deque(deaths)
        while True:
            process = self.environment.process(self._work())
            life = self._life()
            if given:
                life = min(life, given[0] - self.environment.now)
            if life == float("inf"):
                return
            yield self.environment.timeout(life)
            if given and self.environment.now >= given[0]:
                given.popleft()
            process.interrupt()
            yield self.environment.timeout(self.search.at.restart_s)

    def _life(self) -> float:
        mean = self.search.at.mean_life_s
        return float("inf") if mean == float("inf") else self.search.rng.exponential(mean)

    def _work(self) -> Any:
        """Fit one candidate after the other until the process dies."""
        search, at = self.search, self.search.at
        started, number = False, None
        asked = search.ready.get()
        try:
            while True:
                number = yield asked
                search.n_started += 1
                traffic = at.task_bytes + (0 if started else at.documents_bytes)
                yield from search.use(search.link, traffic / at.bandwidth)
                before = at.handover_s if started else at.start_s
                yield self.environment.timeout(self.factor * (before + search.fits[number]))
                started = True
                search.end()
                asked, number = search.ready.get(), None
        except simpy.Interrupt:
            if number is None and not asked.triggered:
                asked.cancel()
                return
            yield self.environment.timeout(at.unnoticed_s)
            yield from search.offer(asked.value)


def spread_of(fits: Sequence[float], conditions: Conditions, n_runs: int) -> dict[str, float]:
    """Simulate again and again with other seeds; return medians, and where 5 % and 95 % are.

    Where nothing is random, once.
    """
    random = conditions.slow_share or conditions.mean_life_s < float("inf")
    outcomes = [simulate(fits, conditions, seed) for seed in range(n_runs if random else 1)]
    seconds = np.array([outcome.seconds for outcome in outcomes])
    return {
        "seconds": float(np.median(seconds)),
        "low": float(np.quantile(seconds, 0.05)),
        "high": float(np.quantile(seconds, 0.95)),
        "efficiency": float(np.median([outcome.efficiency for outcome in outcomes])),
        "n_started": float(np.mean([outcome.n_started for outcome in outcomes])),
    }
