"""Ragged ids in a file instead of in memory, read by blocks."""

import hashlib
import tempfile
import threading
from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.networks._data import AnyData, Buffer, NetworkData
from skembed.networks._types import Floats

BLOCK_STEPS = 1 << 16
"""Ids of consecutive documents that are read together."""

BUFFER_STEPS = 1 << 24
"""Number of ids in memory at the same time, in blocks from all over the file."""


class RaggedFile(AnyData):
    """Documents as ids in a file that is removed when the process ends, even by a kill.

    The file has no name if the system allows that. It is not mapped, because the pages of a mapping
    count as memory of the process.
    """

    def __init__(self) -> None:
        self._file: Any = tempfile.TemporaryFile(prefix="skembed-")  # noqa: SIM115
        # In one array: arrays of many batches would keep the memory between them from being freed.
        self._lengths = array("q", [0])
        self._digest = hashlib.sha256()
        self._number_file: Any = None  # a second file, if there are numbers beside the documents
        self._n_numbers = 0
        self._reading = threading.Lock()  # a linear model reads while a network is trained
        self._largest_id = 0

    def append(
        self, ids: NDArray[np.int32], lengths: NDArray[np.int64], numbers: Floats | None = None
    ) -> None:
        """Append documents: their ids (n_steps,), at least one of each.

        `features` are the numbers beside them, (n_samples, n_numbers).
        """
        flat = np.ascontiguousarray(ids, dtype=np.int32)
        self._file.write(flat.data)
        self._largest_id = max(self._largest_id, int(flat.max(initial=0)))
        self._digest.update(flat.data)
        self._lengths.frombytes(np.asarray(lengths, dtype=np.int64).tobytes())
        if numbers is not None:
            self._append_numbers(np.ascontiguousarray(numbers, dtype=np.float32))

    def _append_numbers(self, numbers: Floats) -> None:
        if self._number_file is None:
            self._number_file = tempfile.TemporaryFile(prefix="skembed-")  # noqa: SIM115
            self._n_numbers = numbers.shape[1]
        self._number_file.write(numbers.data)
        self._digest.update(numbers.data)

    def finish(self) -> None:
        """Note that all documents have been written."""
        self._file.flush()
        if self._number_file is not None:
            self._number_file.flush()
        self.offsets: NDArray[np.int64] = np.cumsum(np.frombuffer(self._lengths, dtype=np.int64))
        self._lengths = array("q")

    def __enter__(self) -> "RaggedFile":
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the file."""
        self._file.close()
        if self._number_file is not None:
            self._number_file.close()

    @property
    def largest_id(self) -> int:
        """The largest of the ids."""
        return self._largest_id

    @property
    def numbers(self) -> Floats | None:
        """Numbers beside the documents, of shape (n_samples, n_numbers), read into memory."""
        return self._read_numbers(np.array([[0, len(self)]]))

    def digest(self) -> str:
        """Return what documents in other numbers or another order do not have."""
        total = self._digest.copy()
        total.update(self.offsets.data)
        return f"spooled {total.hexdigest()}"

    def buffers(self, rng: np.random.Generator | None = None) -> list[Buffer]:
        """Divide the documents into buffers that fit into memory.

        For each buffer `rng` draws blocks from all over the file; None leaves them in their order.
        """
        if self.offsets[-1] <= BUFFER_STEPS:
            return [Buffer(self, np.array([[0, len(self)]]))]
        starts = np.flatnonzero(np.diff(self.offsets[:-1] // BLOCK_STEPS, prepend=-1))
        blocks = np.column_stack([starts, np.append(starts[1:], len(self))])
        if rng is not None:
            blocks = blocks[rng.permutation(len(blocks))]
        sizes = np.diff(self.offsets[blocks], axis=1).ravel()
        cuts = np.flatnonzero(np.diff((np.cumsum(sizes) - 1) // BUFFER_STEPS)) + 1
        return [Buffer(self, np.sort(some, axis=0)) for some in np.split(blocks, cuts)]

    def read(self, blocks: NDArray[np.int64]) -> NetworkData:
        """Read some blocks of documents, one after the other."""
        lengths = Buffer(self, blocks).lengths
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        steps = np.empty(offsets[-1], dtype=np.int32)
        place = 0
        for first, last in self.offsets[blocks].tolist():
            self._fill(steps[place : place + last - first], self._file, first)
            place += last - first
        return NetworkData(steps, offsets, self._read_numbers(blocks))

    def _read_numbers(self, blocks: NDArray[np.int64]) -> Floats | None:
        """Read the numbers beside some blocks of documents."""
        if self._number_file is None:
            return None
        numbers = np.empty((int(np.diff(blocks).sum()), self._n_numbers), dtype=np.float32)
        place = 0
        for first, last in blocks.tolist():
            rows = numbers[place : place + last - first]
            self._fill(rows.reshape(-1), self._number_file, first * self._n_numbers)
            place += last - first
        return numbers

    def _fill(self, block: NDArray[Any], file: Any, first: int) -> None:
        """Read a file's numbers from the first on until a block is full."""
        with self._reading:
            file.seek(first * block.itemsize)
            n_bytes = file.readinto(block.data)
        if n_bytes != block.nbytes:
            raise OSError("The temporary file of the documents' ids was cut.")
