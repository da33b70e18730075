"""Searches on a cluster of Dask's on this machine."""

import pytest

pytest.importorskip("distributed")
pytestmark = pytest.mark.cluster


def test_the_same_to_the_last_bit_in_processes_and_threads(run_script):
    told = run_script("on_dask.py")
    found = told.pop("found")
    assert told == {"search": True, "cross_val_score": True, "compare": True}
    assert len(set(found["search"]["mean_test_score"])) == 2  # there was something to compare


def test_a_killed_worker_changes_nothing(run_script, tmp_path):
    told = run_script("killed_on_dask.py", tmp_path)
    assert told["same"]
    assert told["same_comparison"]
    assert told["fits"] > 12  # as many as there are, and some again
    assert told["fits_compared"] > 6


def test_scattered_data_outlive_their_worker(run_script):
    """Once they do with Dask's own client, `skembed.distributed.Client` is not needed any more."""
    told = run_script("scattered_on_dask.py")
    assert told.pop("dask") == "FutureCancelledError"
    assert told == {"skembed": True, "dask, a list": ["a", "b"], "skembed, a list": ["a", "b"]}
