"""Searches on two nodes of Ray's, which have different caches."""

import pytest

pytest.importorskip("ray")
pytestmark = pytest.mark.cluster


def test_the_same_to_the_last_bit_though_a_worker_is_killed(run_script, tmp_path):
    told = run_script("on_ray.py", tmp_path)
    same = {name: told.pop(name) for name in ("search", "compare", "killed")}
    assert all(same.values()), same
    assert told.pop("fits") > 12  # as many as there are, and some again
    assert told == {"threads": ["1"], "caches": [False, True], "converted": 1}
