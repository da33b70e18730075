"""Padding of ragged documents, and their division into batches."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed.networks import NetworkData, round_up
from skembed.networks._data import WINDOW, shuffled_batches, sorted_batches

DATA = NetworkData(
    steps=np.array([5, 6, 7, 8, 9, 4], dtype=np.int32),
    offsets=np.array([0, 2, 3, 6]),
)


def test_documents_are_padded_on_the_right():
    ids = DATA.batch(np.array([2, 0]))
    assert_array_equal(ids[:, :3], [[8, 9, 4], [5, 6, 0]])
    assert not ids[:, 3:].any()
    assert ids.dtype == np.int32


def test_vectors_are_padded_on_the_right():
    data = NetworkData(np.arange(6, dtype=np.float32).reshape(3, 2), np.array([0, 1, 3]))
    vectors = data.batch(np.array([0, 1]))
    assert vectors.shape == (2, round_up(2), 2)
    assert_array_equal(vectors[:, :2], [[[0, 1], [0, 0]], [[2, 3], [4, 5]]])
    assert not vectors[:, 2:].any()


def test_padded_widths_are_few():
    offsets = np.arange(0, 1001, 100)
    wide = NetworkData(np.ones(1000, dtype=np.int32), offsets).batch(np.arange(10))
    assert wide.shape == (10, 104)


@pytest.mark.parametrize(("n", "batch_size"), [(1, 4), (8, 4), (9, 4), (4 * WINDOW + 3, 4), (7, 1)])
def test_every_row_stands_in_one_training_batch(n, batch_size):
    lengths = np.random.default_rng(0).integers(1, 200, n)
    batches = shuffled_batches(lengths, batch_size, np.random.default_rng(1))
    assert_array_equal(np.sort(np.concatenate(batches)), np.arange(n))
    assert max(map(len, batches)) <= batch_size
    assert len(batches) == -(-n // batch_size)


def test_training_batches_hold_documents_of_similar_length():
    lengths = np.random.default_rng(0).integers(1, 1000, 2000)
    batches = shuffled_batches(lengths, 20, np.random.default_rng(1))
    padded = sum(len(rows) * lengths[rows].max() for rows in batches)
    assert padded < 1.1 * lengths.sum()
    longest = [lengths[rows].max() for rows in batches]
    assert abs(np.corrcoef(longest, np.arange(len(longest)))[0, 1]) < 0.3  # but in no order


def test_the_generator_fixes_the_training_batches():
    lengths = np.random.default_rng(0).integers(1, 9, 50)
    a, b, c = (shuffled_batches(lengths, 8, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert_array_equal(np.concatenate(a), np.concatenate(b))
    assert not np.array_equal(np.concatenate(a), np.concatenate(c))


@pytest.mark.parametrize("max_steps", [1, 50, 1000, 10**6])
@pytest.mark.parametrize("high", [2, 30, 3000])
def test_prediction_batches_hold_no_more_padded_steps_than_allowed(max_steps, high):
    lengths = np.random.default_rng(high).integers(1, high, 500)
    batches = sorted_batches(lengths, max_steps)
    assert_array_equal(np.sort(np.concatenate(batches)), np.arange(500))
    for rows in batches:
        assert len(rows) == 1 or len(rows) * lengths[rows].max() <= max_steps


def test_no_documents_make_no_batches():
    assert sorted_batches(np.empty(0, dtype=np.int64), 10) == []
