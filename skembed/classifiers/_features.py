"""Numbers beside documents, which the user's transformer makes of a table or of the texts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skembed._messages import did_you_mean
from skembed._records import record
from skembed._types import Frame, Transformer
from skembed.classifiers._sources import InMemory, Source
from skembed.classifiers._table_columns import TableColumns, read_columns, to_floats
from skembed.classifiers._task import Targets
from skembed.text import Samples

MOST_NUMBERS = 1 << 14
"""Largest number of features of a document. A network reads them all, zeros too."""

LONGEST = 500
"""Characters that are shown of a transformer's error, which may hold a whole array."""

WAYS_OUT = {
    "could not convert string": "Choose the columns of numbers with make_column_transformer.",
    "unknown categories": "OneHotEncoder(handle_unknown='ignore') takes them as none of those.",
    "Expected a 2-dimensional container": "Put the name of a single column into a list.",
    "Expected 2D array": (
        "A transformer of columns needs a table: pass the table itself, and name the columns of "
        "texts by text_columns instead of a TextColumns before the classifier."
    ),
}
"""Parts of transformers' errors, and the ways out."""

UNKNOWN_COLUMN = re.compile(r"columns? of the dataframe(?:: \{?|KeyError\()'([^']+)'")
"""The name in scikit-learn's error for a column that a table lacks, or in that error's cause."""

MISSING = "Fill missing values, for example with a SimpleImputer."
INFINITE = "Replace it, for example by FunctionTransformer(np.nan_to_num)."

Floats = NDArray[np.float32]

NONE_BESIDE: Iterable[None] = repeat(None)
"""For documents without numbers beside them."""


@record
@dataclass(frozen=True, eq=False)
class Features:
    """A fitted transformer, and the units in which a network gets its numbers.

    Attributes
    ----------
    transformer : transformer
        Fitted to the training documents.
    centre, factor : ndarray of shape (n_numbers,), dtype float64
        Each number minus its centre is multiplied by its factor. The factor is 0 if all training
        documents had the same number, because nothing could be learned from it.
    columns : TableColumns or None
        The columns of the table in fit. None if the transformer reads texts.
    """

    transformer: Any
    centre: NDArray[np.float64]
    factor: NDArray[np.float64]
    columns: TableColumns | None

    def read(self, samples: Samples, name: str = "X") -> Floats:
        """Return the numbers of documents in the network's units: (n_samples, n_numbers)."""
        if samples.kind != "documents":
            raise ValueError(
                f"{name} holds {samples.kind}, but features read texts, or with text_columns a "
                "table. Pass what fit was given."
            )
        if not len(samples):
            return np.zeros((0, len(self.factor)), dtype=np.float32)
        given = samples.values if samples.table is None else samples.table
        with cannot(f"{name}: features cannot transform it."):
            found = self.transformer.transform(given)
        numbers = as_numbers(found, len(samples), self.transformer, name)
        if numbers.shape[1] != len(self.factor):
            raise ValueError(
                f"{name}: features gave {numbers.shape[1]} numbers a document, and "
                f"{len(self.factor)} in fit. Use a transformer that gives as many each time."
            )
        return self.scaled(numbers)

    def scaled(self, numbers: NDArray[np.float64]) -> Floats:
        """Return numbers in the network's units."""
        return ((numbers - self.centre) * self.factor).astype(np.float32)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers."""
        return names_of(self.transformer, len(self.factor))


def names_of(transformer: object, n_numbers: int) -> tuple[str, ...]:
    """Return the names of a fitted transformer's numbers, or their places if it has no names."""
    try:
        names = tuple(map(str, transformer.get_feature_names_out()))  # type: ignore[attr-defined]
    except Exception:  # each that cannot fails in its own way
        names = ()
    return names if len(names) == n_numbers else tuple(f"feature {i}" for i in range(n_numbers))


def fit_features(
    transformer: Transformer | None, source: Source, kept: NDArray[np.bool_], targets: Targets
) -> tuple[Features | None, Iterable[Floats | None]]:
    """Fit a clone of a transformer, if there is one, to kept documents or a stream's first batch.

    Returns the clone, and the numbers of all documents in the order of the source's batches. In
    memory, ``fit_transform`` gives the numbers of the kept documents.
    """
    if transformer is None:
        return None, NONE_BESIDE
    own, name = clone(transformer), source.name
    first = next(samples for is_kept, samples in source.batches(kept) if is_kept)
    given = first.values if first.table is None else first.table
    answers = targets[kept][: len(first)]
    with cannot(f"{name}: features cannot be fitted to it.", [*getattr(given, "columns", ())]):
        found = own.fit_transform(given, answers[:, 0] if answers.shape[1:] == (1,) else answers)
    numbers = as_numbers(found, len(first), own, name)
    columns = None if first.table is None else read_columns(own, given)
    features = Features(own, *units_of(numbers), columns)

    def read() -> Iterator[Floats]:
        for i, (_, samples) in enumerate(source.batches(kept)):
            is_fitted = i == 0 and isinstance(source, InMemory)
            yield features.scaled(numbers) if is_fitted else features.read(samples, name)

    return features, read()


@contextmanager
def cannot(problem: str, columns: Sequence[str] = ()) -> Iterator[None]:
    """Add to a transformer's error what it could not do, and the way out of a frequent error.

    The error may name a column that is not among the `columns` of the table.
    """
    try:
        yield
    except Exception as error:  # a transformer may raise any error
        said = str(error)
        said = said if len(said) <= LONGEST else f"{said[:LONGEST]} …"
        told = [problem, said if said.endswith((".", "?", "!", "…")) else f"{said}."]
        told += [way_out for sign, way_out in WAYS_OUT.items() if sign in said]
        if unknown := UNKNOWN_COLUMN.search(f"{error}{error.__cause__!r}"):
            told += [f"The table has {', '.join(map(repr, columns[:20]))}."]
            told += filter(None, [did_you_mean(unknown[1], columns)])
        raise ValueError(" ".join(told)) from error


def as_numbers(found: Frame, n_samples: int, transformer: object, name: str) -> NDArray[np.float64]:
    """Check that a transformer returns finite numbers and a row for each document."""
    kind = type(transformer).__name__
    n_columns = np.shape(found)[1] if np.ndim(found) == 2 else 1
    if n_columns > MOST_NUMBERS:
        raise ValueError(
            f"{name}: features={kind} gave {n_columns:,} numbers a document, and at most "
            f"{MOST_NUMBERS:,} are possible. Reduce them by TruncatedSVD or min_frequency."
        )
    try:
        numbers = to_floats(found)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{name}: features={kind} must give numbers, but {error}. Encode categories and dates, "
            "for example with a OneHotEncoder, and fill missing cells with a SimpleImputer."
        ) from error
    if numbers.shape[:1] != (n_samples,) or numbers.ndim != 2 or not numbers.shape[1]:
        raise ValueError(
            f"{name}: features={kind} must give an array of shape (n_samples, n_features), a row "
            f"for each of {n_samples} documents, not {numbers.shape}. One column is X[['name']]."
        )
    odd = np.argwhere(~np.isfinite(numbers))
    if len(odd):
        row, column = odd[0]
        value, told = numbers[row, column], names_of(transformer, numbers.shape[1])[column]
        way_out = INFINITE if np.isinf(value) else MISSING
        raise ValueError(f"{name}: features={kind} gave {value} for row {row}, {told}. {way_out}")
    return numbers


def units_of(
    numbers: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Choose the units of numbers: the centre and the factor of each column.

    If a column is never zero, its mean is its centre. Each column is divided by the root mean
    square of its values that are not zero. So the ones of a rare category stay ones, and numbers of
    all units have about the same size. A column with only one value is always zero.
    """
    is_full = (numbers != 0).all(axis=0) & (len(numbers) > 1)
    centre = np.where(is_full, numbers.mean(axis=0), 0.0)
    peak = np.maximum(np.abs(numbers - centre).max(axis=0), np.finfo(float).tiny)
    squares = np.square((numbers - centre) / peak)  # which stay finite for numbers of any size
    n_filled = np.maximum((squares > 0).sum(axis=0), 1)
    scale = np.sqrt(squares.sum(axis=0) / n_filled) * peak
    tells = (numbers != numbers[:1]).any(axis=0) | (len(numbers) == 1)
    return centre, np.where(tells & (scale > 0), 1 / np.maximum(scale, np.finfo(float).tiny), 0.0)
