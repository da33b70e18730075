"""Where the time goes: parts that are taken out are there, and profiles are shown by their kind."""

from pkgutil import resolve_name

import pytest

from benchmarks.definition import Mismatch
from benchmarks.profile.parts import HALVES, UNSORTED, check
from benchmarks.profile.profiles import functions
from benchmarks.profile.subject import show
from benchmarks.record import Record
from skembed import CNNTextClassifier


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
    monkeypatch.setattr("skembed.networks._engines._kept", [])
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


def shown_of(found):
    return show("kim_step", Record({}, found))


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
    shown = shown_of(found)
    assert "A batch of 640 steps takes 12.3 ms" in shown
    assert "| MatMul | 15.0 | 75% |" in shown
    assert "| 2 other kinds | 0.080 | 0% |" in shown
    assert shown_of(137.2) == "137 GFLOP/s"
    assert "| imports | 1.50 |" in shown_of([["imports", 1.5]])
