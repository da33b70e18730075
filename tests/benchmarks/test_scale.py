"""What is computed from stages: figures worked out by hand."""

import pytest

from benchmarks.record import read
from benchmarks.scale import scenarios, tables
from benchmarks.scale.stages import SIZES, name_of

SECONDS = {
    "read texts and labels": 1.0,
    "find the labels": 0.5,
    "count words": 4.0,
    "write ids": 2.5,
}


@pytest.fixture
def stages():
    """Stages that take so many seconds for a million documents; others take 36."""
    measured = {}
    for name, (small, large) in SIZES.items():
        for n, factor in ((small, 2.0), (large, 1.0)):
            seconds = SECONDS.get(name, 36.0) * factor * n / 1e6
            one = {"documents": n, "seconds": seconds, "memory_bytes": 4.0 * n, "tokens": 30.0 * n}
            measured[name_of(name, n)] = [one | {"seconds": seconds * k} for k in (0.5, 1.0, 9.0)]
    return tables.Stages(measured)


def test_the_median_for_a_million_documents(stages):
    assert stages.per_million("count words") == pytest.approx(4.0)
    assert stages.per_million("count words", small=True) == pytest.approx(8.0)
    assert stages.per_million("count words", "tokens") == pytest.approx(30e6)


def test_before_the_first_epoch_texts_are_read_once(stages):
    assert stages.serial() == pytest.approx(0.5 + (4.0 + 1.0) + 2.5)


def test_a_billion_is_a_thousand_millions(stages):
    lines = tables.billion(stages).splitlines()
    assert "| count words, reading included | 1.39 |" in lines  # 5,000 s
    assert "| write ids | 0.694 |" in lines  # 2,500 s
    assert "| one epoch, LSTM | 10.0 |" in lines


def test_devices_divide_the_epoch_alone(stages):
    assert tables.devices(stages).splitlines()[2:4] == [
        "| 1 | 2.22 | 10.0 |",  # 8,000 s
        "| 4 | 2.22 | 2.50 |",
    ]


def test_simulations_are_those_of_the_runs_on_record():
    measured, simulated = (read("scale", name).found for name in ("cluster", "simulation"))
    found = scenarios.repeat_measured(measured["runs"], measured["overheads"])
    assert found == simulated["repeated"]
