"""Ragged documents, and the padded batches a network takes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skembed.networks._spec import round_up

Batch = tuple[NDArray[np.generic], ...]

MAX_STEPS = 1 << 13
"""Padded steps predicted at once; more are hardly faster and need more memory."""

MAX_BAGS = 1 << 8
"""Bags predicted at once, for they have a column for each feature that one of them has."""

WINDOW = 50
"""Batches among which documents are sorted by length: more saves padding, fewer mixes better."""


@dataclass(frozen=True)
class NetworkData:
    """Documents as numbers, without padding.

    Attributes
    ----------
    steps : ndarray of shape (n_steps,), dtype int32, or (n_steps, n_dims), dtype float32
        Token ids, 0 being padding, or vectors; the documents one after the other.
    offsets : ndarray of shape (n_samples + 1,), dtype int64
        Document ``i`` is ``steps[offsets[i]:offsets[i + 1]]``; at least one step.
    bag_ids : ndarray of shape (n_entries,), dtype int32, default=None
        Distinct features of each document, for a wide network.
    bag_values : ndarray of shape (n_entries,), dtype float32, default=None
        Their weights.
    bag_offsets : ndarray of shape (n_samples + 1,), dtype int64, default=None
        Where each document's entries begin.
    """

    steps: NDArray[np.generic]
    offsets: NDArray[np.int64]
    bag_ids: NDArray[np.int32] | None = None
    bag_values: NDArray[np.float32] | None = None
    bag_offsets: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps in each document, of shape (n_samples,)."""
        return np.diff(self.offsets)

    def batches(self) -> list[NDArray[np.int64]]:
        """Divide the documents into batches of similar length, to predict all of them."""
        max_rows = len(self) if self.bag_ids is None else MAX_BAGS
        return sorted_batches(self.lengths, MAX_STEPS, max_rows)

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        """Return the padded arrays of some documents, in the order of the network's inputs.

        Parameters
        ----------
        rows : ndarray of shape (n_rows,), dtype int64
            The documents.

        Returns
        -------
        batch : tuple of ndarray
            Steps of shape (n_rows, longest) or (n_rows, longest, n_dims); then, for
            a wide network, the features that the documents have, (n_features_here,),
            and their values, (n_rows, n_features_here).
        """
        padded: Batch = (_pad(self.steps, self.offsets, rows),)
        return padded if self.bag_ids is None else (*padded, *self._bags(rows))

    def _bags(self, rows: NDArray[np.int64]) -> Batch:
        """Return the features that some documents have, and a matrix of their values."""
        assert self.bag_ids is not None
        assert self.bag_values is not None
        assert self.bag_offsets is not None
        starts = self.bag_offsets[rows]
        sizes = self.bag_offsets[rows + 1] - starts
        firsts = np.cumsum(sizes) - sizes
        places = np.arange(sizes.sum()) + np.repeat(starts - firsts, sizes)
        features = self.bag_ids[places]
        is_here = np.zeros(features.max(initial=0) + 1, dtype=bool)
        is_here[features] = True
        columns = np.cumsum(is_here) - 1
        dense = np.zeros((len(rows), np.count_nonzero(is_here)), dtype=np.float32)
        dense[np.repeat(np.arange(len(rows)), sizes), columns[features]] = self.bag_values[places]
        return np.flatnonzero(is_here).astype(np.int32), dense


def _pad(
    values: NDArray[np.generic], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.generic]:
    """Copy ragged rows into a right-padded array, its width one of few."""
    starts = offsets[rows]
    lengths = offsets[rows + 1] - starts
    steps = np.arange(round_up(int(lengths.max(initial=1))))
    filled = steps < lengths[:, None]
    padded = np.zeros((len(rows), len(steps), *values.shape[1:]), dtype=values.dtype)
    padded[filled] = values[(starts[:, None] + steps)[filled]]
    return padded


def shuffled_batches(
    lengths: NDArray[np.int64], batch_size: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Divide documents at random into batches of similar length.

    The documents are shuffled and cut into windows of 50 batches; only within
    a window are they sorted by length, and the batches are shuffled again, so
    that no length is tied to a time in the epoch.

    Parameters
    ----------
    lengths : ndarray of shape (n_samples,), dtype int64
        Steps in each document.
    batch_size : int
        Documents in a batch; the last one may be smaller.
    rng : numpy.random.Generator
        Source of the order.

    Returns
    -------
    batches : list of ndarray, dtype int64
        Rows of each batch; every row stands in exactly one.
    """
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), WINDOW * batch_size):
        window = order[start : start + WINDOW * batch_size]
        window = window[np.argsort(lengths[window], kind="stable")]
        batches += [window[i : i + batch_size] for i in range(0, len(window), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _n_padded(ascending: NDArray[np.int64]) -> int:
    """Count the steps of a batch, padding included."""
    return len(ascending) * round_up(int(ascending[-1]))


def sorted_batches(
    lengths: NDArray[np.int64], max_steps: int, max_rows: int
) -> list[NDArray[np.int64]]:
    """Divide documents by length into batches of so many padded steps and rows at most."""
    order = np.argsort(lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        most = max(max_steps // round_up(int(lengths[order[start]])), 1)
        stop = min(start + min(most, max_rows), len(order))
        while stop - start > 1 and _n_padded(lengths[order[start:stop]]) > max_steps:
            stop = start + (stop - start + 1) // 2
        batches.append(order[start:stop])
        start = stop
    return batches
