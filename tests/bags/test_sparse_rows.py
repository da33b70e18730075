"""Sparse matrices with NumPy alone, against SciPy's."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from skembed.bags import SparseRows, count, multiply
from skembed.bags._sparse_rows import side_by_side


def as_scipy(rows):
    return sparse.csr_matrix((rows.values, rows.columns, rows.ends), (rows.n_rows, rows.n_columns))


def random_rows(n_rows, n_columns, seed):
    """Counts of a few columns in each row; some rows are empty."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 6, n_rows)
    ends = np.append(0, np.cumsum(lengths))
    return count(rng.integers(0, n_columns, ends[-1]), ends, n_columns)


def test_counting_by_hand():
    found = count(np.array([2, 1, 2, 0]), np.array([0, 3, 3, 4]), 3)
    assert found.values.tolist() == [1, 2, 1]
    assert found.columns.tolist() == [1, 2, 0]
    assert found.ends.tolist() == [0, 2, 2, 3]
    assert found.rows.tolist() == [0, 0, 2]
    assert found.n_in_columns().tolist() == [1, 1, 1]
    assert (found.values.dtype, found.columns.dtype) == (np.float32, np.int32)


def test_nothing_to_count():
    for n_columns in (0, 3):
        found = count(np.zeros(0, np.int64), np.zeros(3, np.int64), n_columns)
        assert found.ends.tolist() == [0, 0, 0]
        assert len(found.values) == len(found.columns) == 0


def test_products_are_those_of_scipy():
    left, right = random_rows(30, 20, seed=0), random_rows(20, 50, seed=1)
    found = multiply(left, right)
    expected = as_scipy(left) @ as_scipy(right)
    expected.sort_indices()
    assert_array_equal(found.ends, expected.indptr)
    assert_array_equal(found.columns, expected.indices)
    assert_array_equal(found.values, expected.data)
    assert found.values.dtype == np.float32
    empty = SparseRows(right.values[:0], right.columns[:0], 0 * right.ends, 50)
    assert multiply(left, empty).ends.tolist() == [0] * 31


@pytest.mark.parametrize("n_rows", [1, 30])
def test_matrices_side_by_side(n_rows):
    left, right = random_rows(n_rows, 20, seed=2), random_rows(n_rows, 5, seed=3)
    found = as_scipy(side_by_side(left, right))
    expected = sparse.hstack([as_scipy(left), as_scipy(right)], format="csr")
    assert_array_equal(found.toarray(), expected.toarray())
    assert_array_equal(found.indices, expected.indices)
    assert (found.data.dtype, found.indices.dtype) == (np.float32, np.int32)


@pytest.mark.parametrize("n", [0, 7, 20, 30])
def test_the_first_columns(n):
    rows = random_rows(30, 20, seed=4)
    found = rows.first_columns(n)
    assert found.n_columns == min(n, 20)
    assert_array_equal(as_scipy(found).toarray(), as_scipy(rows).toarray()[:, :n])
