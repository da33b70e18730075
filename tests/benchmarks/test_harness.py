"""The harness of the benchmarks: what it runs, what it refuses, what it writes."""

import numpy as np
import pytest

from benchmarks.child import Settings, measure
from benchmarks.definition import (
    AsAccurate,
    AtMost,
    Contender,
    Faster,
    Mismatch,
    NotSlower,
    all_equal,
    demand,
)
from benchmarks.harness import ChildFailed, run_benchmark

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
    title="Sleeping", check=check, rounds=2, goals=[Faster("peer", 2), Faster("no", 2)],
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


def figures(*seconds, **more):
    return [{"seconds": s, "peak_mb": 1.0, **more} for s in seconds]


def test_rounds_alternate_and_goals_are_judged(sleepers, tmp_path, capsys):
    benchmark = sleepers("1")
    found = run_benchmark("sleepers", benchmark, Settings(tmp_path, False, 0))

    printed = [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines()]
    assert printed == [f"round {i}, {name}" for i in (1, 2) for name in ("skembed", "peer")]
    assert [f["more"] for f in found["contenders"]["peer"]] == [1.5, 2.5]
    assert all(f["peak_mb"] > 1 for f in found["contenders"]["skembed"])
    assert found["left_out"] == {"no": "no_such_module is not installed"}
    # Not how much longer: on a busy machine a short sleep may last as long as a long one.
    for name, slept in (("skembed", 0.01), ("peer", 0.05)):
        assert all(f["seconds"] >= slept for f in found["contenders"][name])
    judged = [goal.judge(found["contenders"]) for goal in benchmark.goals]
    assert judged[0].goal == "skembed: 2.00 times as fast as peer"
    assert judged[1] is None
    assert found["checked"] == "the same sums"


def test_other_results_are_no_benchmark(sleepers, tmp_path):
    with pytest.raises(Mismatch, match=r"answers differ: .'skembed': 1, 'peer': 2"):
        run_benchmark("sleepers", sleepers("2"), Settings(tmp_path, True, 0))


def test_a_failing_contender_shows_its_error(sleepers, tmp_path):
    with pytest.raises(ChildFailed, match=r"peer of sleepers failed(.|\n)*unsupported operand"):
        run_benchmark("sleepers", sleepers("None"), Settings(tmp_path, True, 0))


def test_preparation_and_its_memory_do_not_count(tmp_path):
    def prepare(settings):
        return len(bytearray(300_000_000))

    def report_growth(data, result):
        return None, {}

    contender = Contender(prepare, lambda data: bytearray(50_000_000), report_growth)
    _, measured = measure(contender, Settings(tmp_path, True, 0))

    assert 45 < measured["peak_mb"] - measured["before_mb"] < 100


@pytest.mark.parametrize(
    ("goal", "told", "reached"),
    [
        (Faster("peer", 2.5), "3.00 (2.00–4.00) times", True),  # ratios 3, 4, 2: the median counts
        (Faster("peer", 3.5), "3.00 (2.00–4.00) times", False),
        (NotSlower("peer", 0.34), "0.333 (0.250–0.500) times", True),
        (NotSlower("peer", 0.33), "0.333 (0.250–0.500) times", False),
        (AtMost("seconds", 2, "s"), "2.00 (1.00–3.00) s", True),
        (AtMost("seconds", 1.9, "s"), "2.00 (1.00–3.00) s", False),
    ],
)
def test_goals(goal, told, reached):
    measured = {"skembed": figures(1, 2, 3), "peer": figures(3, 8, 6)}
    verdict = goal.judge(measured)

    assert verdict.measured == told
    assert verdict.reached is reached
    assert AtMost("seconds", 1, "s", ours="other").judge(measured) is None


def test_accuracy_may_be_one_standard_error_lower():
    peer = [{"accuracy": a} for a in (0.5, 0.6, 0.7)]  # variance 0.01, of the mean 0.01 / 3
    near = [{"accuracy": a} for a in (0.55, 0.55, 0.55)]  # 0.05 lower, error 0.0577
    far = [{"accuracy": a} for a in (0.54, 0.54, 0.54)]

    assert AsAccurate("peer").judge({"skembed": near, "peer": peer}).reached
    assert not AsAccurate("peer").judge({"skembed": far, "peer": peer}).reached


def test_all_have_to_give_the_same():
    assert all_equal("the same sums")({"skembed": 3, "peer": 3}) == "the same sums"
    with pytest.raises(Mismatch, match=r"peer gives other results: .'skembed': 3, 'peer': 4"):
        all_equal("the same sums")({"skembed": 3, "peer": 4})
    with pytest.raises(Mismatch, match="peer gives other results"):
        all_equal("the same rows")({"skembed": np.zeros(2), "peer": np.array([0, 1])})


def test_demand():
    demand(True, "never said")
    with pytest.raises(Mismatch, match="said"):
        demand(False, "said")
