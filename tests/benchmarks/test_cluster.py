"""Real searches on local clusters: that fits, kills and overheads are seen."""

import numpy as np
import pytest

from benchmarks.child import Settings
from benchmarks.scale import cluster, scenarios
from benchmarks.scale.simulation import simulate

pytest.importorskip("distributed")
pytestmark = pytest.mark.cluster

SETTINGS = Settings(None, quick=True, seed=0)


@pytest.fixture
def small(monkeypatch):
    texts = np.array(["sun and sea", "rain and wind"] * 60, dtype=object)
    monkeypatch.setattr(cluster, "documents_of", lambda settings: (texts, [0, 1] * 60))


def test_a_killed_worker_is_seen_and_changes_no_score(small):
    alone = cluster.search_alone(SETTINGS)
    killed = cluster.search(SETTINGS, kill=True)
    assert killed["scores"] == alone["scores"]
    assert len(alone["fits"]) == len(killed["fits"]) == 36
    assert len({fit["worker"] for fit in killed["fits"]}) == 3
    assert 0 < killed["killed"] < killed["joined"] < killed["seconds"]
    assert killed["sent_bytes"] > killed["document_bytes"] > 0
    assert max(fit["stop"] for fit in killed["fits"]) <= killed["seconds"]


def test_tasks_that_do_nothing_cost_something(small):
    found = cluster.overheads(SETTINGS)
    assert 0 < found["client_s"] < found["seconds"]
    assert 0 < found["scheduler_s"] < found["seconds"]
    assert 1_000 < found["sent_bytes"] < 1_000_000


def test_the_simulation_repeats_a_run_from_its_own_fits(small):
    """What it is told is how long fits take, and pauses: it finds the same end, within a tenth."""
    two = cluster.search(SETTINGS)
    idle = {"client_s": 0.0, "scheduler_s": 0.0, "sent_bytes": 0.0, "seconds": 0.0}
    outcome = simulate(scenarios.durations(two), scenarios.conditions(two, idle))
    assert outcome.seconds == pytest.approx(max(fit["stop"] for fit in two["fits"]), rel=0.1)
