"""Numbers beside documents: what a transformer of the user's makes of a table, or of the texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone

from skembed._records import record
from skembed._types import Frame, Transformer
from skembed.classifiers._sources import InMemory, Mask, Source
from skembed.classifiers._table_columns import TableColumns, columns_read
from skembed.classifiers._task import Targets
from skembed.text import Samples

MOST_NUMBERS = 1 << 14
"""Numbers that a document may have. A network takes them all in full, zeros too."""

Floats = NDArray[np.float32]


@record
@dataclass(frozen=True, eq=False)
class Features:
    """A fitted transformer, and the units in which a network gets its numbers.

    Attributes
    ----------
    transformer : transformer
        Fitted to the training documents.
    centre, scale : ndarray of shape (n_numbers,), dtype float32
        What is taken off each number, and what it is then divided by.
    columns : TableColumns or None
        What the table held in fit. None where the transformer reads texts.
    """

    transformer: Any
    centre: Floats
    scale: Floats
    columns: TableColumns | None

    def read(self, samples: Samples, name: str = "X") -> Floats:
        """Return the numbers of documents in the network's units: (n_samples, n_numbers)."""
        given = samples.values
        if self.columns is not None:
            given = self.columns.select(samples.table, name)
        with cannot(f"{name}: features cannot transform it."):
            found = self.transformer.transform(given)
        numbers = as_numbers(found, len(samples), self.transformer, name)
        if numbers.shape[1] != len(self.scale):
            raise ValueError(
                f"{name}: features gave {numbers.shape[1]} numbers a document, and "
                f"{len(self.scale)} in fit. Use a transformer that gives as many each time."
            )
        return self.scaled(numbers)

    def scaled(self, numbers: Floats) -> Floats:
        """Return numbers in the network's units."""
        found: Floats = (numbers - self.centre) / self.scale
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """What the numbers are called."""
        try:
            return tuple(map(str, self.transformer.get_feature_names_out()))
        except (AttributeError, ValueError):  # not every transformer can tell
            return tuple(f"feature {i}" for i in range(len(self.scale)))


def fit_features(
    transformer: Transformer, source: Source, kept: Mask, targets: Targets
) -> tuple[Features, Iterator[Floats]]:
    """Fit a clone of a transformer to the kept documents; of a stream to the first batch of them.

    Returns it, and the numbers of all documents, in the order of the source's batches.
    In memory the numbers of the kept ones are what ``fit_transform`` gives.
    """
    own, name = clone(transformer), source.name
    first = next(samples for is_kept, samples in source.batches(kept) if is_kept)
    given = first.values if first.table is None else first.table
    answers = targets[kept][: len(first)]
    with cannot(f"{name}: features cannot be fitted to it."):
        found = own.fit_transform(given, answers[:, 0] if answers.shape[1:] == (1,) else answers)
    numbers = as_numbers(found, len(first), own, name)
    columns = None if first.table is None else columns_read(own, given)
    features = Features(own, *units_of(numbers), columns)

    def read() -> Iterator[Floats]:
        for i, (_, samples) in enumerate(source.batches(kept)):
            is_fitted = i == 0 and isinstance(source, InMemory)
            yield features.scaled(numbers) if is_fitted else features.read(samples, name)

    return features, read()


@contextmanager
def cannot(problem: str) -> Iterator[None]:
    """Say what a transformer cannot do; the reason is its own."""
    try:
        yield
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{problem} {error}") from error


def as_numbers(found: Frame, n_samples: int, transformer: object, name: str) -> Floats:
    """Check what a transformer gives: finite numbers, a row for each document."""
    kind = type(transformer).__name__
    n_columns = np.shape(found)[1] if np.ndim(found) == 2 else 1
    if n_columns > MOST_NUMBERS:
        raise ValueError(
            f"{name}: features={kind} gave {n_columns:,} numbers a document; at most "
            f"{MOST_NUMBERS:,} can stand beside it. Reduce them, for example with TruncatedSVD, or "
            "with min_frequency of a OneHotEncoder."
        )
    try:
        dense = found.toarray() if sparse.issparse(found) else found
        numbers: Floats = np.asarray(dense, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{name}: features={kind} must give numbers, but {error}. Encode categories, for "
            "example with a OneHotEncoder."
        ) from error
    if numbers.shape[:1] != (n_samples,) or numbers.ndim != 2 or not numbers.shape[1]:
        raise ValueError(
            f"{name}: features={kind} must give an array of shape (n_samples, n_features), a row "
            f"for each of the {n_samples} documents, but gave {numbers.shape}."
        )
    odd = np.argwhere(~np.isfinite(numbers))
    if len(odd):
        row, column = odd[0]
        raise ValueError(
            f"{name}: features={kind} gave {numbers[row, column]} for row {row}, column {column}. "
            "Fill missing values, for example with a SimpleImputer."
        )
    return numbers


def units_of(numbers: Floats) -> tuple[Floats, Floats]:
    """Choose the units of numbers: what is taken off each column, and what it is divided by.

    A column that is never zero loses its mean. Then each is divided by the root mean square of
    what is not zero, so that the ones of a rare category stay ones, and a number of any unit has
    about the size of the others. A column of one value is divided by that.
    """
    exact = numbers.astype(np.float64)
    is_full = (exact != 0).all(axis=0) & (len(exact) > 1)
    centre = np.where(is_full, exact.mean(axis=0), 0.0)
    squares = np.square(exact - centre)
    n_filled = np.maximum((squares > 0).sum(axis=0), 1)
    scale = np.sqrt(squares.sum(axis=0) / n_filled)
    scale = np.where(scale > np.finfo(np.float32).tiny, scale, np.abs(centre))
    scale = np.where(scale > np.finfo(np.float32).tiny, scale, 1.0)
    return centre.astype(np.float32), scale.astype(np.float32)
