"""The harness of the benchmarks: what it runs, what it refuses, what it writes."""

import json

import pytest

from benchmarks.__main__ import find_benchmarks, main, wait_for_quiet
from benchmarks.child import Settings, measure
from benchmarks.definition import (
    AsAccurate,
    AtMost,
    Benchmark,
    Contender,
    Faster,
    Mismatch,
    NotSlower,
    demand,
    short,
)
from benchmarks.harness import ChildFailed, Record, run_benchmark
from benchmarks.speed import report

SLEEPERS = """
import time
from benchmarks.definition import Benchmark, Contender, Faster, demand

def contender(seconds, answer):
    def run(data):
        time.sleep(seconds)
        return data + answer
    return Contender(lambda settings: settings.seed, run, lambda d, r: (r, {"more": r + 0.5}))

def check(results):
    demand(len(set(results.values())) == 1, f"answers differ: {results}")
    return "the same sums"

BENCHMARK = Benchmark(
    number=99, title="Sleeping", check=check, rounds=2, goals=[Faster("peer", 2), Faster("no", 2)],
    contenders={"skembed": contender(0.01, 1), "peer": contender(0.05, PEER),
                "no": Contender(None, None, requires="no_such_module")},
)
"""


@pytest.fixture
def sleepers(tmp_path, monkeypatch):
    """A benchmark module, importable here and in children; the peer answers as told."""

    def write(peer):
        (tmp_path / "sleepers.py").write_text(SLEEPERS.replace("PEER", peer))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        namespace = {}
        exec(SLEEPERS.replace("PEER", peer), namespace)
        return namespace["BENCHMARK"]

    return write


def test_a_benchmark_waits_for_the_load_of_the_last_one_to_go(monkeypatch):
    loads, slept = iter([(3.0, 0, 0), (2.0, 0, 0), (0.5, 0, 0)]), []
    monkeypatch.setattr("os.getloadavg", lambda: next(loads))
    monkeypatch.setattr("time.sleep", slept.append)
    wait_for_quiet()
    assert slept == [2, 2]
    monkeypatch.setattr("os.getloadavg", lambda: (3.0, 0, 0))
    wait_for_quiet(limit_s=0)  # but not for ever
    assert slept == [2, 2]


def figures(*seconds, **more):
    return [{"seconds": s, "peak_mb": 1.0, **more} for s in seconds]


def test_rounds_alternate_and_goals_are_judged(sleepers, tmp_path, capsys):
    record = run_benchmark("sleepers", sleepers("1"), tmp_path)

    printed = [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines()]
    assert printed == [f"round {i}, {name}" for i in (1, 2) for name in ("skembed", "peer")]
    assert [f["more"] for f in record.measured["peer"]] == [1.5, 2.5]
    assert all(f["peak_mb"] > 1 for f in record.measured["skembed"])
    assert record.left_out == {"no": "no_such_module is not installed"}
    assert [v.reached for v in record.verdicts] == [True]
    assert 2 < record.verdicts[0].value < 6
    assert record.checked == "the same sums"


def test_other_results_are_no_benchmark(sleepers, tmp_path):
    with pytest.raises(Mismatch, match=r"answers differ: .'skembed': 1, 'peer': 2"):
        run_benchmark("sleepers", sleepers("2"), tmp_path, quick=True)


def test_a_failing_contender_shows_its_error(sleepers, tmp_path):
    with pytest.raises(ChildFailed, match=r"peer of sleepers failed(.|\n)*unsupported operand"):
        run_benchmark("sleepers", sleepers("None"), tmp_path, quick=True)


def test_preparation_and_its_memory_do_not_count(tmp_path):
    def prepare(settings):
        return len(bytearray(300_000_000))

    def report_growth(data, result):
        return None, {}

    contender = Contender(prepare, lambda data: bytearray(50_000_000), report_growth)
    _, measured = measure(contender, Settings(tmp_path, True, 0))

    assert 45 < measured["peak_mb"] - measured["before_mb"] < 100


@pytest.mark.parametrize(
    ("goal", "value", "reached"),
    [
        (Faster("peer", 2.5), 3.0, True),  # ratios 3, 4, 2: the median counts
        (Faster("peer", 3.5), 3.0, False),
        (NotSlower("peer", 0.34), 1 / 3, True),
        (NotSlower("peer", 0.33), 1 / 3, False),
        (AtMost("seconds", 2, "s"), 2, True),
        (AtMost("seconds", 1.9, "s"), 2, False),
    ],
)
def test_goals(goal, value, reached):
    measured = {"skembed": figures(1, 2, 3), "peer": figures(3, 8, 6)}
    verdict = goal.judge(measured)

    assert verdict.value == pytest.approx(value)
    assert verdict.reached is reached
    assert AtMost("seconds", 1, "s", ours="other").judge(measured) is None


def test_accuracy_may_be_one_standard_error_lower():
    peer = [{"accuracy": a} for a in (0.5, 0.6, 0.7)]  # variance 0.01, of the mean 0.01 / 3
    near = [{"accuracy": a} for a in (0.55, 0.55, 0.55)]  # 0.05 lower, error 0.0577
    far = [{"accuracy": a} for a in (0.54, 0.54, 0.54)]

    assert AsAccurate("peer").judge({"skembed": near, "peer": peer}).reached
    assert not AsAccurate("peer").judge({"skembed": far, "peer": peer}).reached


def test_numbers_have_three_digits():
    assert [short(x) for x in (123.4, 12.34, 1.234, 0.1234, 0.0001234)] == [
        "123", "12.3", "1.23", "0.123", "1.2e-04",
    ]  # fmt: skip


def test_the_page_has_every_figure_and_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")
    measured = {"skembed": figures(1, 2, 3, rows=7.0), "peer": figures(3, 8, 6, rows=7.0)}
    goals = [Faster("peer", 2), Faster("peer", 5)]
    verdicts = [goal.judge(measured) for goal in goals]
    record = Record(1, "Work", "A note.", 3, measured, "the same", verdicts, {}, 0.5)
    report.write_record(record, "01_work")

    work, rest = (Benchmark(i, t, {}, goals, str) for i, t in ((1, "Work"), (2, "Rest")))
    report.write_page({"01_work": work, "02_rest": rest})

    page = (tmp_path / "page.md").read_text()
    assert "**1 of 2 goals reached.**" in page
    assert "Not run for this page: 2. Rest." in page
    assert "| peer | 6.00 (3.00–8.00) | 3.00 (2.00–4.00) | 1.00 | rows 7.00 |" in page
    assert (
        "- reached: skembed: 2.00 times as fast as peer; measured: 3.00 (2.00–4.00) times." in page
    )
    assert "- **missed**: skembed: 5.00 times as fast as peer" in page
    saved = json.loads((tmp_path / "results" / "01_work.json").read_text())["record"]
    assert Record.from_json(json.dumps(saved)) == record


@pytest.mark.parametrize(("load", "provisional"), [(1.4, False), (1.6, True)])
def test_the_page_says_when_the_machine_was_busy(tmp_path, monkeypatch, load, provisional):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")
    record = Record(1, "Work", "", 3, {"skembed": figures(1, 2, 3)}, "nothing", [], {}, load)
    report.write_record(record, "01_work")

    report.write_page({"01_work": Benchmark(1, "Work", {}, [], str)})

    assert ("**Provisional:**" in (tmp_path / "page.md").read_text()) is provisional


def test_every_benchmark_can_be_found():
    found = find_benchmarks()

    assert sorted(benchmark.number for benchmark in found.values()) == list(range(1, 20))
    assert all(isinstance(b, Benchmark) and b.goals for b in found.values())
    # Ten million documents take as long as all others together.
    assert all(b.rounds >= 3 for b in found.values() if b.number != 18)


def test_a_number_means_one_benchmark(monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr("benchmarks.__main__._run", lambda name, *others: not ran.append(name))
    assert main(["--quick", "1", "cnn"]) == 0
    assert ran == ["01_first_load", "07_cnn_epoch"]
    with pytest.raises(SystemExit, match="2"):
        main(["--quick", "99"])


def test_demand():
    demand(True, "never said")
    with pytest.raises(Mismatch, match="said"):
        demand(False, "said")
