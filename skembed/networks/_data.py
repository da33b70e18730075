"""Ragged documents, and the padded batches a network takes."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skembed.networks._spec import round_up
from skembed.networks._types import Batch, Floats, Numbers

MAX_STEPS = 1 << 13
"""Padded steps predicted at once. More are hardly faster and need more memory."""

MAX_TRAINED_STEPS = 1 << 18
"""Padded steps for one gradient. A larger batch is read in micro-batches.

Five documents of 50,000 tokens take a bidirectional LSTM 2.7 GB, a CNN 1.6. Half as many would take
1.8 GB and more time, because an LSTM is slow with few documents at a time.
"""

WINDOW = 50
"""Batches among which documents are sorted by length. More save padding, fewer mix better."""


class AnyData(ABC):
    """Documents as numbers, without padding, in memory or in a file."""

    offsets: NDArray[np.int64]  # (n_samples + 1,): where each document begins

    @property
    @abstractmethod
    def numbers(self) -> Floats | None:
        """Numbers beside the documents, (n_samples, n_numbers), if there are any."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps in each document, of shape (n_samples,)."""
        return np.diff(self.offsets)

    @property
    @abstractmethod
    def largest_id(self) -> int:
        """The largest of the ids."""

    @abstractmethod
    def digest(self) -> str:
        """Return a digest that differs if any number, or the order of the documents, differs."""

    @abstractmethod
    def buffers(self, rng: np.random.Generator | None = None) -> list["Buffer"]:
        """Divide the documents into buffers that fit into memory.

        For each buffer `rng` draws blocks from all over a file; None leaves them in their order.
        """

    @abstractmethod
    def read(self, blocks: NDArray[np.int64]) -> "NetworkData":
        """Return the documents of some blocks, one after the other."""

    def blocks(self) -> Iterator[tuple[slice, "NetworkData"]]:
        """Yield the documents in their order, some of them at a time, with their rows."""
        for buffer in self.buffers():
            rows = buffer.rows
            yield slice(int(rows[0]), int(rows[-1]) + 1), buffer.read()


@dataclass(frozen=True)
class NetworkData(AnyData):
    """Documents in memory as numbers, without padding."""

    # (n_steps,), int32: ids, 0 being padding; or (n_steps, n_dims), float32: vectors
    steps: Numbers
    # (n_samples + 1,): document i is steps[offsets[i] : offsets[i + 1]], one step at least
    offsets: NDArray[np.int64]
    numbers: Floats | None = None  # (n_samples, n_numbers): beside the documents

    @property
    def largest_id(self) -> int:
        """The largest of the ids."""
        return int(self.steps.max(initial=0))

    def buffers(self, rng: np.random.Generator | None = None) -> list["Buffer"]:
        """Return all documents as the one buffer they are in."""
        return [Buffer(self, np.array([[0, len(self)]]))]

    def read(self, blocks: NDArray[np.int64]) -> "NetworkData":
        """Return the documents, which are all here."""
        return self

    def blocks(self) -> Iterator[tuple[slice, "NetworkData"]]:
        """Yield all documents, which are in memory, at once."""
        yield slice(0, len(self)), self

    def digest(self) -> str:
        """Return a digest that differs if any number, or the order of the documents, differs."""
        total = hashlib.sha256(np.ascontiguousarray(self.steps).data)
        total.update(self.offsets.data)
        if self.numbers is not None:
            total.update(np.ascontiguousarray(self.numbers).data)
        return total.hexdigest()

    def batches(self) -> list[NDArray[np.int64]]:
        """Divide the documents into batches of similar length, to predict all of them."""
        return sorted_batches(self.lengths, MAX_STEPS)

    def micro_batches(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Divide the rows of a batch into micro-batches, each with its own gradient."""
        chosen = split_batch(self.offsets[rows + 1] - self.offsets[rows], MAX_TRAINED_STEPS)
        return [rows[some] for some in chosen]

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        """Return some documents, padded at the back: (n_rows, longest) or with n_dims.

        If there are numbers beside them, these come second.
        """
        steps = _pad(self.steps, self.offsets, rows)
        return steps if self.numbers is None else (steps, self.numbers[rows])


@dataclass(frozen=True)
class Buffer:
    """Documents that are read into memory at the same time."""

    source: AnyData
    blocks: NDArray[np.int64]  # (n_blocks, 2): its first document, and the one behind its last

    def __len__(self) -> int:
        return int(np.diff(self.blocks).sum())

    @property
    def rows(self) -> NDArray[np.int64]:
        """The numbers of these documents, of shape (n_rows,)."""
        return np.concatenate([np.arange(start, stop) for start, stop in self.blocks])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps in each document, of shape (n_rows,)."""
        rows = self.rows
        return self.source.offsets[rows + 1] - self.source.offsets[rows]

    def read(self) -> NetworkData:
        """Return the documents."""
        return self.source.read(self.blocks)


@dataclass(frozen=True)
class Examples:
    """Documents with their targets and weights."""

    data: AnyData
    targets: Numbers  # (n_samples,), int32: classes; or (n_samples, n_outputs), float32
    weights: Floats  # of the shape of the targets; in a whole fit with mean 1


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
    """Divide documents of `lengths` (n_samples,) at random into batches of similar length.

    They are shuffled and cut into windows of 50 batches; only within a window are they sorted by
    length, and the batches are shuffled again, so that no length is tied to a time in the epoch.
    Every row is in exactly one of the batches.
    """
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), WINDOW * batch_size):
        window = order[start : start + WINDOW * batch_size]
        window = window[np.argsort(lengths[window], kind="stable")]
        batches += [window[i : i + batch_size] for i in range(0, len(window), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def split_batch(lengths: NDArray[np.int64], max_steps: int) -> list[slice]:
    """Divide a batch into micro-batches of so many padded steps at most, or of one document."""
    cuts, longest = [0], 0
    for i, length in enumerate(lengths.tolist()):
        longest = max(longest, length)
        if i > cuts[-1] and (i + 1 - cuts[-1]) * round_up(longest) > max_steps:
            cuts.append(i)
            longest = length
    return [slice(*ends) for ends in pairwise([*cuts, len(lengths)])]


def _n_padded(ascending: NDArray[np.int64]) -> int:
    """Count the steps of a batch, padding included."""
    return len(ascending) * round_up(int(ascending[-1]))


def sorted_batches(lengths: NDArray[np.int64], max_steps: int) -> list[NDArray[np.int64]]:
    """Divide documents by length into batches of so many padded steps at most."""
    order = np.argsort(lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        stop = start + max(max_steps // round_up(int(lengths[order[start]])), 1)
        stop = min(stop, len(order))
        while stop - start > 1 and _n_padded(lengths[order[start:stop]]) > max_steps:
            stop = start + (stop - start + 1) // 2
        batches.append(order[start:stop])
        start = stop
    return batches
