"""What is taken from measured runs: times and pauses worked out by hand."""

import pytest

from benchmarks.scale import scenarios
from benchmarks.scale.simulation import Conditions

A, B, C = "tcp://a", "tcp://b", "tcp://c"


def run_of(*fits, **more):
    return {
        "fits": [dict(zip(("worker", "start", "stop"), fit, strict=True)) for fit in fits]
    } | more


TWO = run_of(
    (A, 1.0, 6.0), (B, 1.0, 7.0), (A, 6.5, 8.5), (B, 7.5, 9.0),  # one epoch: the usual fit is 3.5
    (A, 9.0, 13.0), (B, 9.5, 13.5), (A, 13.5, 17.5), (B, 14.0, 18.0),
    (A, 18.0, 24.0), (B, 18.5, 24.5), (A, 24.5, 30.5), (B, 25.0, 31.0),
    seconds=31.5, document_bytes=1_000,
)  # fmt: skip
KILLED = run_of(
    (A, 1.0, 6.0), (B, 1.0, 7.0), (C, 12.0, 14.0), seconds=40.0, killed=8.0, joined=10.0
)
OVERHEADS = {"client_s": 0.25, "scheduler_s": 0.125, "sent_bytes": 500.0, "seconds": 1.0}


def test_fits_without_the_start_of_their_process():
    """The first of each worker stands for a usual one with as many epochs."""
    expected = [3.5, 3.5, 2.0, 1.5, 4.0, 4.0, 4.0, 4.0, 6.0, 6.0, 6.0, 6.0]
    assert scenarios.durations(TWO) == expected


def test_conditions_are_those_of_the_run():
    """First fits end at 6 and 7, of which 3.5 each are a fit; pauses are a half, once 1/4 more."""
    assert scenarios.conditions(TWO, OVERHEADS) == Conditions(
        2, client_s=0.25, scheduler_s=0.125, handover_s=0.5, start_s=3.0
    )


def test_other_machines_have_the_network_assumed():
    found = scenarios.on_machines({"one": run_of(), "two": TWO, "killed": KILLED}, OVERHEADS)
    assert found == Conditions(
        100, 0.25, 0.125, 0.5, 3.0, documents_bytes=1_000, task_bytes=500.0, bandwidth=125e6,
        restart_s=2.0,
    )  # fmt: skip


def test_measured_runs_are_simulated_from_others():
    alone = run_of(*(("", 3.0 * i, 3.0 * (i + 1)) for i in range(12)), seconds=36.0)
    runs = {"one process": alone, "two workers": TWO, "two workers, one killed": KILLED}
    free = OVERHEADS | {"client_s": 0.0, "scheduler_s": 0.0}
    from_one, from_two, killed = scenarios.repeat_measured(runs, free)
    # Six fits of 3 for each worker, five pauses, one start; no fit is lost.
    assert from_one == {
        "run": "two workers", "fits_of": "one process", "measured": 31.5,
        "simulated": 3.0 + 6 * 3.0 + 5 * 0.5, "started": 12,
    }  # fmt: skip
    assert from_two["simulated"] == pytest.approx(31.0)
    assert killed["measured"] == 40.0
    assert killed["started"] == 13


def test_what_is_random_is_told_from_what_is_not():
    calm = Conditions(100)
    troubles = scenarios.troubles(calm)
    assert list(troubles)[:2] == ["nothing goes wrong", "5% of the workers take 3 times as long"]
    assert troubles["nothing goes wrong"] == calm
    last = troubles["slow ones, and deaths noticed late"]
    assert (last.slow_share, last.mean_life_s, last.unnoticed_s) == (0.05, 3600.0, 300.0)


def test_a_sweep_has_a_point_for_each_number_of_workers(monkeypatch):
    monkeypatch.setattr(scenarios, "WORKERS", (1, 2))
    assert scenarios.sweep([1.0], Conditions(7, start_s=10.0)) == [0.5, 0.5]  # ten fits, one start
