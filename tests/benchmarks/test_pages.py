"""Records, the command, and the pages: written by nobody but by what was measured."""

import importlib
import os
import re

import pytest

from benchmarks import __main__ as command
from benchmarks import page, record
from benchmarks.definition import Benchmark, Faster, Mismatch
from benchmarks.figures import scaled, short, with_error
from benchmarks.record import Record, keep, read
from benchmarks.speed import subject as speed
from benchmarks.subject import Subject


def subject_of(name):
    return importlib.import_module(f"benchmarks.{name}.subject").SUBJECT


@pytest.mark.parametrize("name", command.SUBJECTS)
def test_the_pages_are_what_the_records_give(name):
    subject = subject_of(name)
    for written, places in subject.pages.items():
        text = (page.DOCS / written).read_text(encoding="utf-8")
        assert text == page.fill(written, places())
        for picture in re.findall(r"images/(\S+?)\)", text):
            assert picture in subject.pictures
            assert (page.DOCS / "images" / picture).exists()


@pytest.mark.parametrize("name", command.SUBJECTS)
def test_every_record_is_of_something_that_can_be_measured(name):
    there = {path.stem for path in (record.RESULTS / name).iterdir()}
    assert there == set(subject_of(name).names)


@pytest.mark.parametrize(
    "found", [{"a": [1, 2.5, None]}, [{"name": "größer"}, ["x", 1]], 137.25, []]
)
def test_a_record_is_read_as_it_was_kept(found, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    kept = Record({"date": "2026-01-31", "load": 0.5}, found)
    keep("speed", "work", kept)
    assert read("speed", "work") == kept
    assert os.listdir(tmp_path / "speed") == ["work.json"]


def test_the_runs_of_a_list_stand_on_a_line_each(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    keep("accuracy", "runs", Record({}, [{"score": 0.5}, {"score": 0.75}]))
    lines = record.path_of("accuracy", "runs").read_text().splitlines()
    assert lines[-3:] == ['{"score": 0.5},', '{"score": 0.75}', "]}"]


def test_a_table_by_hand():
    rows = [["sun", 1234.5, "a"], ["rain", 0.01, ""]]
    assert page.table(["", "n", "more"], rows, left=(0, 2)) == (
        "|  | n | more |\n|---|--:|---|\n| sun | 1234 | a |\n| rain | 0.010 |  |"
    )


def test_places_that_nothing_fills_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "TEMPLATES", tmp_path)
    (tmp_path / "page.md").write_text("{{sun}} and {{rain}}, {{sun}}")
    assert page.fill("page.md", {"sun": "1", "rain": "{{x}}"}) == "1 and {{x}}, 1"
    with pytest.raises(ValueError, match=r"page\.md has places that nothing fills: \['rain'\]\."):
        page.fill("page.md", {"sun": "1"})
    with pytest.raises(ValueError, match=r"page\.md has no place for \['hail'\]\."):
        page.fill("page.md", {"sun": "1", "rain": "2", "hail": "3"})


def test_numbers_have_three_digits():
    assert [short(x) for x in (123.4, 12.34, 1.234, 0.1234, 0.0001234)] == [
        "123", "12.3", "1.23", "0.123", "1.2e-04",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [(950, "950"), (1_500, "1.50 k"), (2.5e6, "2.50 M"), (3.1e10, "31.0 G"), (4e14, "400 T")],
)
def test_large_numbers(value, shown):
    assert scaled(value) == shown


def test_a_mean_with_its_error():
    assert with_error([]) == ""
    assert with_error([1.25], digits=2) == "1.25 (1)"
    assert with_error([1.0, 3.0], sign="+") == "+2.0 ± 1.0 (2)"


def figures(*seconds, **more):
    return [{"seconds": s, "peak_mb": 1.0, **more} for s in seconds]


@pytest.fixture
def work_and_rest(tmp_path, monkeypatch):
    """Two benchmarks, of which the first has a record, made with so much load."""

    def make(load):
        goals = [Faster("peer", 2), Faster("peer", 5)]
        known = {n: Benchmark(n[3:].title(), {}, str, goals) for n in ("01_work", "02_rest")}
        monkeypatch.setattr(speed, "NAMES", [*known])
        monkeypatch.setattr(speed, "benchmark_of", known.get)
        monkeypatch.setattr(record, "RESULTS", tmp_path)
        measured = {"skembed": figures(1, 2, 3, rows=7.0), "peer": figures(3, 8, 6, rows=7.0)}
        found = {"contenders": measured, "checked": "the same", "left_out": {"no": "it is gone"}}
        keep("speed", "01_work", Record(record.describe_machine() | {"load": load}, found))

    return make


def test_the_page_has_every_figure_and_says_what_is_missing(work_and_rest):
    work_and_rest(load=1.4)
    shown = page.fill("benchmarks.md", speed.places())
    assert "**1 of 2 goals reached.**" in shown
    assert "Not run for this page: 2. Rest." in shown
    assert "| peer | 6.00 (3.00–8.00) | 3.00 (2.00–4.00) | 1.00 | rows 7.00 |" in shown
    reached = "- reached: skembed: 2.00 times as fast as peer; measured: 3.00 (2.00–4.00) times."
    assert reached in shown
    assert "- **missed**: skembed: 5.00 times as fast as peer" in shown
    assert "- not measured: no, because it is gone." in shown
    assert "Median of 3 rounds (smallest–largest); load average at the start 1.4." in shown
    assert "Provisional" not in shown


def test_the_page_says_when_the_machine_was_busy(work_and_rest):
    work_and_rest(load=1.6)
    assert "**Provisional:**" in speed.places()["summary"]


def test_every_benchmark_can_be_found():
    found = {name: speed.benchmark_of(name) for name in speed.NAMES}
    assert [name[:2] for name in found] == [f"{i:02}" for i in range(1, 21)]
    assert all(isinstance(b, Benchmark) and b.goals for b in found.values())
    # Ten million documents take as long as all others together, whole fits a quarter of an hour.
    long = ("18_ten_million", "20_linear_beside")
    assert all(b.rounds >= 3 for name, b in found.items() if name not in long)


def test_a_measurement_waits_for_the_load_of_the_last_one_to_go(monkeypatch):
    loads, slept = iter([(3.0, 0, 0), (2.0, 0, 0), (0.5, 0, 0)]), []
    monkeypatch.setattr("os.getloadavg", lambda: next(loads))
    monkeypatch.setattr("time.sleep", slept.append)
    command.wait_for_quiet()
    assert slept == [2, 2]
    monkeypatch.setattr("os.getloadavg", lambda: (3.0, 0, 0))
    command.wait_for_quiet(limit_s=0)  # but not for ever
    assert slept == [2, 2]


def test_a_number_means_one_benchmark(monkeypatch):
    ran = []
    monkeypatch.setattr(command, "run", lambda topic, subject, name, _: not ran.append(name))
    assert command.main(["speed", "--quick", "1", "cnn"]) == 0
    assert ran == ["01_first_load", "07_cnn_epoch"]
    with pytest.raises(SystemExit, match="2"):
        command.main(["speed", "--quick", "99"])
    assert command.chosen_from(["load", "reload"], ["load"]) == ["load"]
    assert command.chosen_from(["load", "reload"], ["loa"]) == ["load", "reload"]


@pytest.fixture
def counting(monkeypatch, tmp_path):
    """A subject that finds 1, then 2, then a mismatch."""

    def measure(name, settings):
        yield [1]
        yield [1, 2]
        raise Mismatch("answers differ")

    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(command, "wait_for_quiet", lambda: None)
    monkeypatch.setattr(speed, "SUBJECT", Subject(["one"], measure, lambda n, r: f"{r.found}", {}))


def test_what_was_found_before_a_failure_is_kept(counting, capsys):
    assert command.main(["speed"]) == 1
    assert read("speed", "one").found == [1, 2]
    assert {"date", "machine", "revision", "versions", "load"} == {
        *read("speed", "one").environment
    }
    told = capsys.readouterr()
    assert told.out == "one\n[1]\n\n[1, 2]\n\n"
    assert told.err == "one: Mismatch: answers differ\n"


def test_what_is_quick_is_not_recorded(counting):
    assert command.main(["speed", "--quick"]) == 1
    assert not record.RESULTS.exists()
