"""What is simulated: the measured runs again, then a hundred workers that are slow or die."""

from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from benchmarks.scale.cluster import GRID
from benchmarks.scale.simulation import Conditions, simulate, spread_of

BANDWIDTH = 125e6
"""Bytes per second of a network of 1 Gbit/s: assumed."""

SLOW_SHARE, SLOW_FACTOR = 0.05, 3.0
MEAN_LIFE_S = 3600.0
UNNOTICED_S = 300.0
"""Dask's ``distributed.scheduler.worker-ttl``: how long it waits for a silent machine."""

N_WORKERS, N_FITS = 100, 1_000
LONGER = 10
"""How many times as many documents, for fits that are as many times as long."""

WORKERS = 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000
FITS_PER_WORKER = 10
N_RUNS = 200
N_SWEPT = 20
MOST_SWEPT = 2_000
"""Workers whose lives are simulated for a point of the sweep, in several runs, at most."""


def durations(run: dict[str, Any]) -> list[float]:
    """Return what the fits of a measured run took, the first of each process without its start.

    Such a fit counts as the median of those with as many epochs.
    """
    fits, seen, found = run["fits"], set(), []
    per_epochs = len(fits) // len(GRID["epochs"])
    for i, fit in enumerate(fits):
        block = i // per_epochs
        same = fits[block * per_epochs : (block + 1) * per_epochs]
        usual = median(each["stop"] - each["start"] for each in same)
        found.append(fit["stop"] - fit["start"] if fit["worker"] in seen else usual)
        seen.add(fit["worker"])
    return found


def conditions(run: dict[str, Any], overheads: dict[str, float]) -> Conditions:
    """Return what a search on two workers met."""
    fits, took = run["fits"], durations(run)
    firsts = {fit["worker"]: i for i, fit in reversed(list(enumerate(fits)))}
    by_worker = [[fit for fit in fits if fit["worker"] == worker] for worker in firsts]
    pauses = [
        later["start"] - earlier["stop"] for own in by_worker for earlier, later in pairwise(own)
    ]
    return Conditions(
        n_workers=2,
        client_s=overheads["client_s"],
        scheduler_s=overheads["scheduler_s"],
        handover_s=median(pauses),
        start_s=median(fits[i]["stop"] - took[i] for i in firsts.values()),
    )


def restart_of(killed: dict[str, Any]) -> float:
    """Return how long a killed worker was missed."""
    return float(killed["joined"] - killed["killed"])


def repeat_measured(runs: dict[str, Any], overheads: dict[str, float]) -> list[dict[str, Any]]:
    """Simulate what was measured, each run from another one's fits."""
    _, two, killed = runs.values()
    calm = conditions(two, overheads)
    dies = replace(calm, deaths=(killed["killed"],), restart_s=restart_of(killed))
    found = []
    for name, taken, met in (
        ("two workers", "one process", calm),
        ("two workers", "two workers", calm),
        ("two workers, one killed", "two workers", dies),
    ):
        outcome = simulate(durations(runs[taken]), met)
        found.append(
            {
                "run": name,
                "fits_of": taken,
                "measured": runs[name]["seconds"],
                "simulated": outcome.seconds,
                "started": outcome.n_started,
            }
        )
    return found


def on_machines(runs: dict[str, Any], overheads: dict[str, float]) -> Conditions:
    """Return what a search on many machines would meet, had they the network assumed."""
    _, two, killed = runs.values()
    return replace(
        conditions(two, overheads),
        n_workers=N_WORKERS,
        documents_bytes=two["document_bytes"],
        task_bytes=overheads["sent_bytes"],
        bandwidth=BANDWIDTH,
        restart_s=restart_of(killed),
    )


def troubles(calm: Conditions) -> dict[str, Conditions]:
    """Return what may happen to a search."""
    slow = {"slow_share": SLOW_SHARE, "slow_factor": SLOW_FACTOR}
    deadly = {"mean_life_s": MEAN_LIFE_S}
    gone = deadly | {"unnoticed_s": UNNOTICED_S}
    return {
        "nothing goes wrong": calm,
        f"{SLOW_SHARE:.0%} of the workers take {SLOW_FACTOR:.0f} times as long": (
            replace(calm, **slow)
        ),
        "each worker dies once an hour, its connection with it": replace(calm, **deadly),
        f"the same, noticed after {UNNOTICED_S:.0f} s": replace(calm, **gone),
        "slow ones, and deaths noticed late": replace(calm, **slow, **gone),
    }


def drawn(fits: list[float], n: int) -> list[float]:
    """Draw so many fits from those measured."""
    found: list[float] = np.random.default_rng(0).choice(fits, n).tolist()
    return found


def sweep(fits: list[float], trouble: Conditions) -> list[float]:
    """Return the share of the workers' time in fits, for more and more workers."""
    return [
        spread_of(
            drawn(fits, FITS_PER_WORKER * n),
            replace(trouble, n_workers=n),
            max(1, min(N_SWEPT, MOST_SWEPT // n)),
        )["efficiency"]
        for n in WORKERS
    ]


def run(measured: dict[str, Any]) -> dict[str, Any]:
    """Simulate all of it."""
    runs, overheads = measured["runs"], measured["overheads"]
    calm, fits = on_machines(runs, overheads), durations(runs["two workers"])
    hundred, swept = {}, {}
    for times in (1, LONGER):
        longer = [times * seconds for seconds in fits]
        met = troubles(replace(calm, documents_bytes=times * calm.documents_bytes))
        hundred[str(times)] = {
            name: spread_of(drawn(longer, N_FITS), trouble, N_RUNS) for name, trouble in met.items()
        }
        for name in (next(iter(met)), list(met)[-1]):  # nothing, and all together
            swept[f"{times}: {name}"] = sweep(longer, met[name])
    return {
        "repeated": repeat_measured(runs, overheads),
        "hundred": hundred,
        "swept": swept,
        "mean_fit_s": float(np.mean(fits)),
        "start_s": calm.start_s,
        "handover_s": calm.handover_s,
        "restart_s": calm.restart_s,
    }
