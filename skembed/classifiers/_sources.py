"""The sources of documents: memory, which is one batch, or a stream of many."""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skembed.classifiers._label_column import LabelColumn
from skembed.classifiers._table_columns import TableColumns, texts_of_table
from skembed.data import Stream
from skembed.files import explain_disk_errors
from skembed.networks import AnyData, NetworkData, RaggedFile
from skembed.text import Kind, Samples, check_documents, holds_columns


@dataclass(frozen=True)
class Source(ABC):
    """Documents and their labels, which can be read several times.

    Attributes
    ----------
    kind : {"documents", "sequences", "ids", "vectors"}
        The kind of the documents.
    sample_weight : array-like of shape (n_samples,) or None
        Weights of the documents.
    name : str
        Name of the user's argument: "X" or "X_val".
    """

    kind: Kind
    sample_weight: ArrayLike | None
    name: str

    @abstractmethod
    def labels(self) -> LabelColumn:
        """Read the labels of all documents."""

    @abstractmethod
    def batches(self, kept: NDArray[np.bool_]) -> Iterator[tuple[bool, Samples]]:
        """Yield some documents at a time, and whether they are kept.

        `kept`, of shape (n_samples,), says which documents to train on. The others are set aside.
        """

    @abstractmethod
    def collect(
        self, read: Iterable[tuple[bool, NetworkData]], files: ExitStack
    ) -> tuple[AnyData, AnyData | None]:
        """Put documents together: those that are kept, and the others, if there are any.

        `files` removes the files at the end of the fit.
        """


@dataclass(frozen=True)
class InMemory(Source):
    """Documents that the user holds in memory, and their labels."""

    samples: Samples
    y: ArrayLike

    def labels(self) -> LabelColumn:
        """Return the user's labels."""
        return LabelColumn(self.y, self.name.replace("X", "y"))

    def batches(self, kept: NDArray[np.bool_]) -> Iterator[tuple[bool, Samples]]:
        """Yield the kept documents at once, and then the others."""
        for is_kept in (True, False):
            rows = np.flatnonzero(kept == is_kept)
            if len(rows):
                yield is_kept, self.samples if len(rows) == len(kept) else self.samples.take(rows)

    def collect(
        self, read: Iterable[tuple[bool, NetworkData]], files: ExitStack
    ) -> tuple[AnyData, AnyData | None]:
        """Return the documents, each part of which comes in one batch."""
        documents = dict(read)
        return documents[True], documents.get(False)


@dataclass(frozen=True)
class Streamed(Source):
    """Documents that are read batch by batch, and whose ids go to files.

    Attributes
    ----------
    stream : Stream
        The documents, with their labels.
    read : callable
        Reads the labels, as `read_labels` does.
    text_columns : tuple of str or None
        Columns whose texts are joined to one document, if batches are tables.
    features : TableColumns or bool
        Which further columns are read, or whether some are.
    """

    stream: Stream
    read: Callable[[Iterable[Any], str], LabelColumn]
    text_columns: tuple[str, ...] | None = None
    features: TableColumns | bool = False

    def labels(self) -> LabelColumn:
        """Read the labels."""
        return self.read(self.stream.labels(), self.name)

    def batches(self, kept: NDArray[np.bool_]) -> Iterator[tuple[bool, Samples]]:
        """Divide each batch into the texts that are kept and the others."""
        for start, samples in self._samples(len(kept)):
            for is_kept in (True, False):
                chosen = np.flatnonzero(kept[start : start + len(samples)] == is_kept)
                if len(chosen):
                    yield is_kept, replace(samples.take(chosen), rows=start + chosen)

    def collect(
        self, read: Iterable[tuple[bool, NetworkData]], files: ExitStack
    ) -> tuple[AnyData, AnyData | None]:
        """Write ids to files that are removed when the process ends."""
        folder = Path(tempfile.gettempdir())
        with explain_disk_errors(folder, "the documents' ids", "set TMPDIR to another folder"):
            data, others = (files.enter_context(RaggedFile()) for _ in range(2))
            for is_kept, some in read:
                (data if is_kept else others).append(some.steps, some.lengths, some.numbers)
            data.finish()
            others.finish()
        return data, others if len(others) else None

    def _samples(self, n_documents: int) -> Iterator[tuple[int, Samples]]:
        """Yield documents and the number of those before; check that their number stays."""
        start = 0
        for batch, _ in self.stream:
            samples = self._documents_of(batch, start)
            if start + len(samples) <= n_documents:
                yield start, samples
            start += len(samples)
        if start != n_documents:
            raise ValueError(
                f"The stream gave {n_documents:,} documents at first and {start:,} when it was "
                "read again, but a fit needs the same ones each time. Leave its source alone until "
                "the fit has ended."
            )

    def _documents_of(self, batch: object, start: int) -> Samples:
        """Read a batch: texts, or a table where the texts are in columns."""
        if holds_columns(batch) != (self.text_columns is not None):
            problem = "texts, but text_columns is set. Leave text out of stream(...)."
            if self.text_columns is None:
                problem = "tables. Set text_columns=..., or name one column: stream(..., text=...)."
            raise TypeError(f"{self.name} is a Stream of {problem}")
        if self.text_columns is not None:
            name = f"{self.name}, the batch from row {start} on"
            return texts_of_table(batch, self.text_columns, name, self.features)
        return Samples("documents", check_documents(batch, name=self.name), None)
