"""Where documents come from: memory, which is one batch, or a stream of many."""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skembed.classifiers._label_column import LabelColumn, read_labels
from skembed.data import Stream
from skembed.files import explain_disk_errors
from skembed.networks import AnyData, NetworkData, SpooledData
from skembed.text import KerasTokenizer, Kind, Samples, fit_tokenizer_on_stream, numbered_as

Mask = NDArray[np.bool_]
"""Of shape (n_samples,): the documents that are kept to train on. The others are set aside."""

Encoded = Iterable[tuple[bool, NetworkData]]
"""Some documents at a time, and whether they are kept."""


class Source(ABC):
    """Documents and their labels, which can be read again and again.

    Attributes
    ----------
    name : str
        What the user's argument is called: "X" or "X_val".
    sample_weight : array-like of shape (n_samples,) or None
        Weights of the documents.
    """

    name: str
    sample_weight: ArrayLike | None

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """What the documents are: "documents", "sequences", "ids" or "vectors"."""

    @abstractmethod
    def labels(self) -> LabelColumn:
        """Read the labels of all documents."""

    @abstractmethod
    def batches(self, kept: Mask) -> Iterator[tuple[bool, Samples]]:
        """Yield some documents at a time, and whether they are kept."""

    @abstractmethod
    def check_tokenizer(self, tokenizer: Any) -> None:
        """Refuse a tokenizer that cannot be fitted to documents that come in this way."""

    @abstractmethod
    def fit_tokenizer(self, tokenizer: Any, kept: Mask) -> Iterator[tuple[bool, Any]]:
        """Fit a tokenizer to the kept documents; yield the ids of all as it gives them."""

    @abstractmethod
    def collect(self, encoded: Encoded, files: ExitStack) -> tuple[AnyData, AnyData | None]:
        """Put documents together: those that are kept, and the others, if there are any.

        Parameters
        ----------
        encoded : iterable of (bool, NetworkData)
            The documents.
        files : ExitStack
            Removes files at the end of the fit.
        """


@dataclass(frozen=True)
class InMemory(Source):
    """Documents that the user holds in memory.

    Attributes
    ----------
    samples : Samples
        The documents.
    y : array-like
        Their labels.
    """

    samples: Samples
    y: Any
    sample_weight: ArrayLike | None = None
    name: str = "X"

    @property
    def kind(self) -> Kind:
        """What the documents are."""
        return self.samples.kind

    def labels(self) -> LabelColumn:
        """Return the user's labels."""
        return LabelColumn(self.y, self.name.replace("X", "y"))

    def batches(self, kept: Mask) -> Iterator[tuple[bool, Samples]]:
        """Yield the kept documents at once, and then the others."""
        for is_kept in (True, False):
            rows = np.flatnonzero(kept == is_kept)
            if len(rows):
                yield is_kept, self.samples if len(rows) == len(kept) else self.samples.take(rows)

    def check_tokenizer(self, tokenizer: Any) -> None:
        """Take any."""

    def fit_tokenizer(self, tokenizer: Any, kept: Mask) -> Iterator[tuple[bool, Any]]:
        """Fit a tokenizer, which need not have `partial_fit`."""
        for is_kept, samples in self.batches(kept):
            with numbered_as(self.name, samples.rows):
                encode = tokenizer.fit_transform if is_kept else tokenizer.transform
                ids = encode(samples.values)
            yield is_kept, ids

    def collect(self, encoded: Encoded, files: ExitStack) -> tuple[AnyData, AnyData | None]:
        """Return the documents, each part of which comes at once."""
        parts = dict(encoded)
        return parts[True], parts.get(False)


@dataclass(frozen=True)
class Streamed(Source):
    """Documents that are read batch by batch, and whose ids go to files.

    Attributes
    ----------
    stream : Stream
        Gives texts and labels.
    """

    stream: Stream
    sample_weight: ArrayLike | None = None
    name: str = "X"

    @property
    def kind(self) -> Kind:
        """Streams give texts."""
        return "documents"

    def labels(self) -> LabelColumn:
        """Read the labels."""
        return read_labels(self.stream.labels(), self.name)

    def batches(self, kept: Mask) -> Iterator[tuple[bool, Samples]]:
        """Divide each batch of texts into those that are kept and the others."""
        for rows, texts in read_texts(self.stream, len(kept)):
            for is_kept in (True, False):
                chosen = np.flatnonzero(kept[rows] == is_kept)
                if len(chosen):
                    some = [texts[i] for i in chosen]
                    yield is_kept, Samples("documents", some, None, rows.start + chosen)

    def check_tokenizer(self, tokenizer: Any) -> None:
        """Refuse one that must see all documents at once.

        Raises
        ------
        TypeError, ValueError
            Saying what to do instead.
        """
        if not hasattr(tokenizer, "partial_fit"):
            raise TypeError(
                "Where X is a Stream, tokenizer must have partial_fit, as KerasTokenizer has; got "
                f"{type(tokenizer).__name__}."
            )
        if not isinstance(tokenizer, KerasTokenizer):
            return
        longest = tokenizer.max_length
        if not (
            isinstance(longest, Integral) or (longest is None and tokenizer.output != "padded")
        ):
            raise ValueError(
                "Where X is a Stream, the tokenizer does not know all lengths at first, but "
                f"it has max_length={longest!r} and output={tokenizer.output!r}. Set max_length to "
                "a number of tokens, or to None with output='sequences'."
            )

    def fit_tokenizer(self, tokenizer: Any, kept: Mask) -> Iterator[tuple[bool, Any]]:
        """Fit a tokenizer; one that is not our own reads the texts once more."""
        if type(tokenizer) is KerasTokenizer:  # another class may encode in another way
            yield from fit_tokenizer_on_stream(tokenizer, self.batches(kept), self.name)
            return
        for is_kept, samples in self.batches(kept):
            if is_kept:
                with numbered_as(self.name, samples.rows):
                    tokenizer.partial_fit(samples.values)
        for is_kept, samples in self.batches(kept):
            with numbered_as(self.name, samples.rows):
                ids = tokenizer.transform(samples.values)
            yield is_kept, ids

    def collect(self, encoded: Encoded, files: ExitStack) -> tuple[AnyData, AnyData | None]:
        """Write ids to files that go with the process."""
        folder = Path(tempfile.gettempdir())
        with explain_disk_errors(folder, "the documents' ids", "set TMPDIR to another folder"):
            data, others = (files.enter_context(SpooledData()) for _ in range(2))
            for is_kept, some in encoded:
                (data if is_kept else others).append(some.steps, some.lengths)
            data.finish()
            others.finish()
        return data, others if len(others) else None


def read_texts(stream: Stream, n_documents: int) -> Iterator[tuple[slice, list[str]]]:
    """Yield the texts of a stream with their rows.

    Raises
    ------
    ValueError
        If it has not as many documents as before.
    """
    start = 0
    for texts, _ in stream:
        stop = start + len(texts)
        if stop <= n_documents:
            yield slice(start, stop), texts
        start = stop
    if start != n_documents:
        raise ValueError(
            f"The stream gave {n_documents:,} documents at first and {start:,} when it was read "
            "again, but a fit needs the same ones each time. Leave its source alone until the fit "
            "has ended."
        )
