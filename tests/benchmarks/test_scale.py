"""The page: figures worked out by hand, and that docs/scale.md is what the results give."""

import re

import pytest

from benchmarks.scale import page, scenarios, tables
from benchmarks.scale.stations import SIZES, name_of

SECONDS = {
    "read texts and labels": 1.0,
    "find the labels": 0.5,
    "count words": 4.0,
    "write ids": 2.5,
}


@pytest.fixture
def stations():
    """Stations that take so many seconds for a million documents; others take 36."""
    measured = {}
    for name, (small, large) in SIZES.items():
        for n, factor in ((small, 2.0), (large, 1.0)):
            seconds = SECONDS.get(name, 36.0) * factor * n / 1e6
            one = {"documents": n, "seconds": seconds, "memory_bytes": 4.0 * n, "tokens": 30.0 * n}
            measured[name_of(name, n)] = [one | {"seconds": seconds * k} for k in (0.5, 1.0, 9.0)]
    return tables.Stations(measured)


def test_the_median_for_a_million_documents(stations):
    assert stations.per_million("count words") == pytest.approx(4.0)
    assert stations.per_million("count words", small=True) == pytest.approx(8.0)
    assert stations.per_million("count words", "tokens") == pytest.approx(30e6)


def test_before_the_first_epoch_texts_are_read_once(stations):
    assert stations.serial() == pytest.approx(0.5 + (4.0 + 1.0) + 2.5)


def test_a_billion_is_a_thousand_millions(stations):
    lines = tables.billion(stations).splitlines()
    assert "| count words, reading included | 1.39 |" in lines  # 5,000 s
    assert "| write ids | 0.694 |" in lines  # 2,500 s
    assert "| one epoch, LSTM | 10.0 |" in lines


def test_devices_divide_the_epoch_alone(stations):
    assert tables.devices(stations).splitlines()[2:4] == [
        "| 1 | 2.22 | 10.0 |",  # 8,000 s
        "| 4 | 2.22 | 2.50 |",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(950, "950"), (1_500, "1.50 k"), (2.5e6, "2.50 M"), (3.1e10, "31.0 G"), (4e14, "400 T")],
)
def test_large_numbers(value, shown):
    assert tables.scaled(value) == shown


def test_the_page_is_what_the_results_give():
    assert page.PAGE.read_text(encoding="utf-8") == page.render()


def test_simulations_are_those_of_the_runs_on_record():
    measured, simulated = (page.read(name)["found"] for name in ("cluster", "simulation"))
    found = scenarios.repeat_measured(measured["runs"], measured["overheads"])
    assert found == simulated["repeated"]


def test_places_that_nothing_fills_are_told(monkeypatch, tmp_path):
    template = page.TEMPLATE.read_text(encoding="utf-8")
    monkeypatch.setattr(page, "TEMPLATE", tmp_path / "scale.md")
    page.TEMPLATE.write_text(template + "{{nobody}}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"has a place that nothing fills: nobody"):
        page.render()
    page.TEMPLATE.write_text(re.sub("{{mean_fit_s}}", "", template), encoding="utf-8")
    with pytest.raises(ValueError, match=r"has no place for mean_fit_s\."):
        page.render()
