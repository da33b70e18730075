"""Counting and exchanging ids, part after part."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed.text import _counting, count_ids


@pytest.mark.parametrize("ids_at_once", [1, 3, 100])
def test_parts_are_counted_and_exchanged_as_a_whole(monkeypatch, ids_at_once):
    monkeypatch.setattr(_counting, "IDS_AT_ONCE", ids_at_once)
    ids = np.array([4, 1, 1, 0, 4, 4, 2], dtype=np.int32)
    assert_array_equal(count_ids(ids, 6), [1, 2, 1, 0, 3, 0])
    new = np.array([10, 11, 12, 13, 14, 15], dtype=np.int32)
    assert _counting.exchange_ids(ids, new) is ids
    assert_array_equal(ids, [14, 11, 11, 10, 14, 14, 12])


def test_nothing_is_counted_as_nothing():
    assert_array_equal(count_ids(np.zeros(0, dtype=np.int32), 3), [0, 0, 0])


@pytest.mark.parametrize("sizes", [[], [0], [3], [2, 0, 1], [300_000, 1, 500_000]])
def test_appended_ids_follow_one_another(sizes):
    parts = [np.arange(size, dtype=np.int32) + size for size in sizes]
    growing = _counting.GrowingArray()
    for part in parts:
        growing.append(part)
    assert_array_equal(growing.finish(), np.concatenate([np.zeros(0, np.int32), *parts]))
    assert growing.finish().dtype == np.int32
