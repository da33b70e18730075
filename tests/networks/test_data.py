"""Padding of ragged documents, and their division into batches."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed.networks import NetworkData, round_up
from skembed.networks._data import WINDOW, shuffled_batches, sorted_batches

DATA = NetworkData(
    steps=np.array([5, 6, 7, 8, 9, 4], dtype=np.int32),
    offsets=np.array([0, 2, 3, 6]),
    bag_ids=np.array([5, 6, 7, 4, 8, 9], dtype=np.int32),
    bag_values=np.array([0.6, 0.8, 1, 0.5, 0.25, 0.75], dtype=np.float32),
    bag_offsets=np.array([0, 2, 3, 6]),
)


def test_documents_are_padded_on_the_right():
    ids, features, values = DATA.batch(np.array([2, 0]))
    assert_array_equal(ids[:, :3], [[8, 9, 4], [5, 6, 0]])
    assert not ids[:, 3:].any()
    # a column for each feature of the two
    assert_array_equal(features, [4, 5, 6, 8, 9])
    expected = [[0.5, 0, 0, 0.25, 0.75], [0, 0.6, 0.8, 0, 0]]
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    assert (ids.dtype, features.dtype, values.dtype) == (np.int32, np.int32, np.float32)


def test_a_document_may_have_an_empty_bag():
    bags = DATA.bag_ids[:3], DATA.bag_values[:3], np.array([0, 0, 3, 3])
    data = NetworkData(DATA.steps, DATA.offsets, *bags)
    _, features, values = data.batch(np.array([0, 2]))
    assert (features.shape, values.shape) == ((0,), (2, 0))
    _, features, values = data.batch(np.array([0, 1]))
    assert_array_equal(values[0], np.zeros(len(features)))


def test_few_bags_are_predicted_at_once():
    offsets = np.arange(1001)
    ones = np.ones(1000, dtype=np.int32)
    assert len(NetworkData(ones, offsets).batches()) == 1
    wide = NetworkData(ones, offsets, ones, ones.astype(np.float32), offsets).batches()
    assert [len(rows) for rows in wide] == [256, 256, 256, 232]


def test_vectors_are_padded_on_the_right():
    data = NetworkData(np.arange(6, dtype=np.float32).reshape(3, 2), np.array([0, 1, 3]))
    (vectors,) = data.batch(np.array([0, 1]))
    assert vectors.shape == (2, round_up(2), 2)
    assert_array_equal(vectors[:, :2], [[[0, 1], [0, 0]], [[2, 3], [4, 5]]])
    assert not vectors[:, 2:].any()


def test_padded_widths_are_few():
    offsets = np.arange(0, 1001, 100)
    wide = NetworkData(np.ones(1000, dtype=np.int32), offsets).batch(np.arange(10))[0]
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
    batches = sorted_batches(lengths, max_steps, 100)
    assert_array_equal(np.sort(np.concatenate(batches)), np.arange(500))
    for rows in batches:
        assert len(rows) == 1 or len(rows) * lengths[rows].max() <= max_steps
        assert len(rows) <= 100


def test_no_documents_make_no_batches():
    assert sorted_batches(np.empty(0, dtype=np.int64), 10, 10) == []
