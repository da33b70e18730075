"""The simulated search: cases worked out by hand, and an independent way to schedule."""

import heapq

import numpy as np
import pytest

from benchmarks.scale.simulation import Conditions, simulate, spread_of


def greedy(fits, n_workers):
    """Give each fit to the worker that is free first; return when the last one ends."""
    free = [0.0] * n_workers
    for seconds in fits:
        heapq.heappush(free, heapq.heappop(free) + seconds)
    return max(free)


@pytest.mark.parametrize("n_workers", [1, 2, 7, 40])
def test_with_nothing_else_it_is_a_greedy_schedule(n_workers):
    fits = np.random.default_rng(n_workers).exponential(10, 100).tolist()
    outcome = simulate(fits, Conditions(n_workers))
    assert outcome.seconds == pytest.approx(greedy(fits, n_workers))
    assert outcome.n_started == 100
    assert outcome.efficiency == pytest.approx(sum(fits) / n_workers / outcome.seconds)


@pytest.mark.parametrize(
    ("conditions", "seconds"),
    [
        # Two fits of 4 seconds for each of two workers.
        ({}, 8),
        ({"start_s": 3}, 3 + 8),
        ({"handover_s": 1}, 4 + 1 + 4),
        # The fourth fit has been handed out after 4 * 3 seconds.
        ({"client_s": 3}, 12 + 4),
        # The client and the scheduler work at the same time: the last one leaves the client after
        # 4, the scheduler, which then has 2 of 3 behind it, after 1 + 4 * 3.
        ({"client_s": 1, "scheduler_s": 3}, 13 + 4),
        # One link: the second worker's first fit begins after two transfers.
        ({"documents_bytes": 10, "bandwidth": 5}, 2 + 2 + 8),
        # From then on the workers take turns, and the link is free when they ask.
        ({"task_bytes": 5, "bandwidth": 5}, 1 + 1 + 4 + 1 + 4),
        # One worker of two needs 10 seconds for one fit, while the other has three.
        ({"slow_share": 0.5, "slow_factor": 2.5}, 12),
    ],
)
def test_what_takes_time_adds_up(conditions, seconds):
    assert simulate([4, 4, 4, 4], Conditions(2, **conditions)).seconds == seconds


@pytest.mark.parametrize(
    ("conditions", "outcome"),
    [
        # Dies after 1 of 4 seconds; begins anew at 1, then has the other fit from 5 to 9.
        ({}, (9, 3)),
        ({"restart_s": 2}, (11, 3)),
        # Its successor takes the second fit at once, from 1 to 5, and hears of the lost one at 6.
        ({"unnoticed_s": 5}, (10, 3)),
        # The successor has to start as its predecessor had; the first has died while starting.
        ({"start_s": 3}, (1 + 3 + 8, 3)),
    ],
)
def test_a_worker_dies(conditions, outcome):
    found = simulate([4, 4], Conditions(1, deaths=(1.0,), **conditions))
    assert (found.seconds, found.n_started) == outcome


def test_a_lost_fit_comes_before_those_not_begun():
    """Fits of 5, 1 and 10: lost at 2 and begun anew at 2, the first ends at 7, the last at 17."""
    outcome = simulate([5, 1, 10], Conditions(1, deaths=(2.0,)))
    assert (outcome.seconds, outcome.n_started) == (2 + 5 + 1 + 10, 4)


def test_a_worker_that_waits_may_die_without_loss():
    """The first worker has had its fit of one second when it dies; the other has that of six."""
    outcome = simulate([1, 6], Conditions(2, deaths=(3.0,)))
    assert (outcome.seconds, outcome.n_started) == (6, 2)


def test_no_more_than_two_fits_a_worker_are_ahead():
    """The client may begin with the third fit when the first is done: after 4 seconds, or 8."""
    quick = simulate([3, 3, 3], Conditions(1, client_s=1))
    assert quick.seconds == 1 + 3 + 3 + 3
    slow = simulate([3, 3, 3], Conditions(1, client_s=5))
    assert slow.seconds == 5 + 5 + 5 + 3
    held = simulate([3, 3, 3], Conditions(1, client_s=2.5))
    assert held.seconds == 2.5 + 3 + 3 + 3  # the third from 5.5 to 8, while the second is fitted


def test_random_deaths_lose_no_fit_and_depend_on_the_seed():
    fits = [10.0] * 60
    calm = simulate(fits, Conditions(5))
    deadly = Conditions(5, mean_life_s=40, restart_s=1)
    first, again, other = (simulate(fits, deadly, seed) for seed in (0, 0, 1))
    assert first == again != other
    assert first.n_started > 60
    assert first.seconds > calm.seconds


def test_lives_are_as_long_as_they_should_be():
    """A fit of 1 s with a death a second on average takes e - 1 s: that of a geometric series.

    The time to an uninterrupted second is (exp(rate) - 1) / rate.
    """
    runs = spread_of([1.0] * 400, Conditions(1, mean_life_s=1.0), 20)
    assert runs["seconds"] == pytest.approx(400 * (np.e - 1), rel=0.05)
    assert runs["n_started"] == pytest.approx(400 * np.e, rel=0.05)


def test_the_spread_of_what_is_not_random_is_nothing():
    found = spread_of([4, 2, 3], Conditions(2), 50)
    assert found == {
        "seconds": 5.0, "low": 5.0, "high": 5.0, "efficiency": 0.9, "n_started": 3.0
    }  # fmt: skip
