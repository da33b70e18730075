"""Sparse matrices with NumPy alone: counted, multiplied, put side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.words import gather_positions


@record
@dataclass(frozen=True, eq=False)
class SparseRows:
    """The entries of a matrix that are not zero, row by row, as in SciPy's ``csr_matrix``."""

    values: NDArray[np.float32]  # (n_entries,), one row after the other
    columns: NDArray[np.int32]  # (n_entries,)
    ends: NDArray[np.int64]  # (n_rows + 1,): row i is values[ends[i]:ends[i + 1]]
    n_columns: int

    @property
    def n_rows(self) -> int:
        """Rows of the matrix."""
        return len(self.ends) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Entries of each row, of shape (n_rows,)."""
        return self.ends[1:] - self.ends[:-1]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of each entry, of shape (n_entries,)."""
        return np.repeat(np.arange(self.n_rows), self.lengths)

    def n_in_columns(self) -> NDArray[np.int64]:
        """Count the rows in which each column occurs: (n_columns,)."""
        return np.bincount(self.columns, minlength=self.n_columns)

    def first_columns(self, n_columns: int) -> "SparseRows":
        """Return only the first columns."""
        if n_columns >= self.n_columns:
            return self
        kept = self.columns < n_columns
        n_before = np.zeros(len(kept) + 1, dtype=np.int64)
        kept.cumsum(out=n_before[1:])
        return SparseRows(self.values[kept], self.columns[kept], n_before[self.ends], n_columns)


Multiply: TypeAlias = Callable[[SparseRows, SparseRows], SparseRows]
"""Multiplies two matrices."""


def count(columns: NDArray[np.integer], ends: NDArray[np.int64], n_columns: int) -> SparseRows:
    """Count how often each column occurs in each row; `ends` is as in SparseRows."""
    before = _before(ends, n_columns)
    codes = before + columns
    codes.sort()  # which keeps the order of the rows
    firsts = _firsts(codes)
    values = np.empty(len(firsts), dtype=np.float32)
    values[:-1] = firsts[1:] - firsts[:-1]
    values[-1:] = len(codes) - firsts[-1:]
    found = (codes[firsts] - before[firsts]).astype(np.int32)
    return SparseRows(values, found, firsts.searchsorted(ends), n_columns)


def multiply(left: SparseRows, right: SparseRows) -> SparseRows:
    """Multiply two matrices of counts."""
    starts = right.ends[left.columns]
    lengths = right.ends[left.columns + 1] - starts
    places, offsets = gather_positions(starts, lengths)
    values = right.values[places] * np.repeat(left.values, lengths)
    ends = offsets[left.ends]
    before = _before(ends, right.n_columns)
    codes = before + right.columns[places]
    order = codes.argsort()
    codes = codes[order]
    firsts = _firsts(codes)
    found = (codes[firsts] - before[firsts]).astype(np.int32)
    sums = np.add.reduceat(values[order], firsts) if len(firsts) else values
    return SparseRows(sums, found, firsts.searchsorted(ends), right.n_columns)


def _before(ends: NDArray[np.int64], n_columns: int) -> NDArray[np.int64]:
    """Return for each entry the number of places in the rows before its own."""
    return np.repeat(n_columns * np.arange(len(ends) - 1), ends[1:] - ends[:-1])


def _firsts(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of ascending numbers occurs for the first time."""
    is_first = np.ones(len(codes), dtype=bool)
    np.not_equal(codes[1:], codes[:-1], out=is_first[1:])
    return is_first.nonzero()[0]


def side_by_side(left: SparseRows, right: SparseRows) -> SparseRows:
    """Append the columns of one matrix to those of another."""
    ends, n_columns = left.ends + right.ends, left.n_columns + right.n_columns
    if left.n_rows == 1:  # as in a server; it saves a twentieth of the time
        columns = np.concatenate([left.columns, right.columns + np.int32(left.n_columns)])
        return SparseRows(np.concatenate([left.values, right.values]), columns, ends, n_columns)
    values = np.empty(len(left.values) + len(right.values), dtype=np.float32)
    columns = np.empty(len(values), dtype=np.int32)
    for block, others, first in (
        (left, right.ends[:-1], 0),
        (right, left.ends[1:], left.n_columns),
    ):
        places = np.repeat(others, block.lengths)
        places += np.arange(len(places))
        values[places] = block.values
        columns[places] = block.columns + np.int32(first)
    return SparseRows(values, columns, ends, n_columns)
