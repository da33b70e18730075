"""The page that says where the time goes: complete, and made of what was measured."""

import re
from pkgutil import resolve_name

import pytest

from benchmarks.definition import Mismatch
from benchmarks.speed import performance
from benchmarks.speed.parts import HALVES, PARTS, UNSORTED, check
from benchmarks.speed.profiles import PROFILES, functions
from skembed import CNNTextClassifier


def test_the_template_asks_for_all_that_is_measured():
    wanted = re.findall(r"{{(.+?)}}", performance.TEMPLATE.read_text(encoding="utf-8"))
    assert sorted(wanted) == sorted(["machine", *PROFILES, *PARTS])


@pytest.mark.parametrize(
    "name",
    [
        HALVES[0],
        UNSORTED[0],
        "_kernels_tensorflow.lstm_kernel",
        "_engine_tensorflow.FEW_STEPS",
        "_optimizers._own_classes",
    ],
)
def test_the_parts_taken_out_are_there(name):
    assert resolve_name(f"skembed.networks.{name}") is not None


def test_a_batch_read_whole_is_learned_from_as_in_halves(monkeypatch):
    texts, labels = ["sun sea", "rain", "sun", "rain wind"] * 10, [0, 1, 0, 1] * 10
    classifier = CNNTextClassifier(
        filters=3, kernel_sizes=(1,), epochs=2, spatial_dropout=0.0, dense_dropout=0.0,
        random_state=0,
    )  # fmt: skip
    expected = classifier.fit(texts, labels).history_["loss"]
    monkeypatch.setattr(f"skembed.networks.{HALVES[0]}", HALVES[1])
    monkeypatch.setattr("skembed.networks._pool._engines", [])
    assert classifier.fit(texts, labels).history_["loss"] == pytest.approx(expected, rel=1e-5)


def test_other_losses_are_no_comparison():
    assert "within 10% of each other" in check(0.1, None)({"skembed": 1.0, "other": 1.05})
    with pytest.raises(Mismatch, match="other losses"):
        check(0.1, None)({"skembed": 1.0, "other": 1.2})
    assert "within 10%" in check(0.1, "other")({"skembed": 1.0, "other": 1.2})


def test_functions_are_listed_by_their_own_time():
    def negative(i):
        return -i

    rows = functions(lambda: sorted(range(100_000), key=negative), n=3)
    assert len(rows) <= 3
    assert any(name.endswith("negative") and calls == 100_000 for name, calls, _ in rows)
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


def test_a_profile_shows_large_operations_and_adds_up_the_small_ones():
    found = {
        "ms_per_batch": 12.34,
        "steps_per_batch": 640.4,
        "gflop_per_batch": 0.5,
        "operations": {
            "MatMul": 15.0,
            "Add": 4.9,
            "Cast": 0.05,
            "Pad": 0.03,
            "Process": 30.0,
            " __inference__train_step_7": 25.0,
        },  # no operations
    }
    shown = performance.show_profile(found)
    assert "A batch of 640 steps takes 12.3 ms" in shown
    assert "| MatMul | 15.0 | 75% |" in shown
    assert "| 2 other kinds | 0.080 | 0% |" in shown
    assert performance.show_profile(137.2) == "137 GFLOP/s"
    assert "| imports | 1.50 |" in performance.show_profile([["imports", 1.5]])
