"""Checks of a classifier's input: the kind of documents, their labels and weights."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import _num_samples, check_array, validate_data

from skembed._caller import warn_caller
from skembed._labels import no_labels
from skembed._types import Documents, Labels
from skembed.classifiers._label_column import LabelColumn
from skembed.classifiers._sources import InMemory, Source, Streamed
from skembed.classifiers._table_columns import TableColumns, texts_of_table
from skembed.data import Stream
from skembed.text import Kind, Samples, doubt_about, recognise, refuse_gaps


@dataclass(frozen=True)
class Expected:
    """The expected kind of X.

    Attributes
    ----------
    kind : {"documents", "sequences", "ids", "vectors"} or None
        Its kind in fit. None: this is the first fit.
    text_columns : tuple of str or None
        Columns of a table whose texts are joined to one document.
    features : TableColumns or bool
        The other columns that are read, or whether there are any.
    """

    kind: Kind | None = None
    text_columns: tuple[str, ...] | None = None
    features: TableColumns | bool = False


def refuse_iterators(suffix: str, **given: object) -> None:
    """Refuse an iterator, which can be read only once."""
    for argument, values in given.items():
        if isinstance(values, Iterator):
            name = argument if argument == "sample_weight" else argument + suffix
            raise TypeError(
                f"{name} is a {type(values).__name__}, which can be read only once, but training "
                f"reads it several times. Pass list({name})."
            )


def check_numbers(samples: Sized, y: Any, sample_weight: Any = None, suffix: str = "") -> None:
    """Check that there is one label and one weight for each document."""
    n_documents = len(samples)
    for name, values, unit in (
        (f"y{suffix}", y, "labels"),
        ("sample_weight", sample_weight, "weights"),
    ):
        if isinstance(values, str | bytes):
            raise no_labels(values, name) if unit == "labels" else _no_weights(values)
        if values is not None and _num_samples(values) != n_documents:
            raise ValueError(
                f"Found inconsistent numbers of samples: X{suffix} has {n_documents} documents "
                f"but {name} has {_num_samples(values)} {unit}."
            )
    if n_documents == 0:
        raise ValueError(
            f"X{suffix} and y{suffix} hold no documents: 0 sample(s) while a minimum of 1 is "
            "required."
        )


def _no_weights(given: object) -> TypeError:
    way_out = " Use the parameter class_weight='balanced' instead." * (given == "balanced")
    return TypeError(f"sample_weight must hold a number for each document, got {given!r}.{way_out}")


def check_validation(source: Source, X_val: object, y_val: object) -> None:
    """Check that validation documents and labels are given together, and are of the kind of X."""
    if isinstance(X_val, Stream):
        if not isinstance(source, Streamed):
            raise TypeError("X_val can be a Stream only if X is one. Pass texts and y_val.")
    elif (X_val is None) != (y_val is None):
        raise ValueError("X_val and y_val must be given together, or neither of them.")


def check_vectors(samples: Samples, name: str, estimator: str) -> NDArray[np.float32]:
    """Check ready vectors.

    Returns
    -------
    vectors : ndarray of shape (n_samples, n_features) or (n_samples, n_steps, n_dims), float32
    """
    if samples.values.dtype.kind == "f":
        refuse_gaps(samples.values, name)
    vectors: NDArray[np.float32] = check_array(
        samples.values, dtype=np.float32, allow_nd=True, estimator=estimator, input_name=name
    )
    if vectors.ndim > 3 or 0 in vectors.shape:
        raise ValueError(
            f"{name} must have the shape (n_samples, n_steps, n_dims) or (n_samples, n_features), "
            f"without a zero; got {vectors.shape}."
        )
    return vectors


def features_of(vectors: NDArray[np.float32], source: object) -> Any:
    """Return the array whose columns scikit-learn counts: dimensions, not steps, of a 3-D array."""
    has_names = vectors.ndim == 2 and hasattr(source, "columns")
    return source if has_names else vectors.reshape(-1, vectors.shape[-1])


class InputMixin:
    """Finds out, once, the kind of the documents that are passed to a method."""

    @staticmethod
    @abstractmethod
    def _read_answers(batches: Iterable[Any], name: str) -> LabelColumn:
        """Read the answers of all batches of a stream."""

    def _open(
        self,
        X: Documents,
        y: Labels | None,
        sample_weight: Labels | None,
        expected: Expected,
        suffix: str = "",
    ) -> Source:
        """Find out the kind of the documents, once, and check that labels go with them."""
        if y is None:
            raise ValueError(
                f"This {type(self).__name__} estimator requires y to be passed, but the target y "
                "is None."
            )
        refuse_iterators(suffix, X=X, y=y, sample_weight=sample_weight)
        samples = self._recognise(X, expected, f"X{suffix}")
        check_numbers(samples, y, sample_weight, suffix)
        return InMemory(samples.kind, sample_weight, f"X{suffix}", samples, y)

    def _open_stream(
        self, X: Stream, y: object, sample_weight: Labels | None, name: str, expected: Expected
    ) -> Source:
        """Open documents that come with their labels."""
        if y is not None:
            raise ValueError(
                f"{name.replace('X', 'y')} must be None where {name} is a Stream, which gives the "
                "labels itself."
            )
        columns = expected.text_columns, expected.features
        return Streamed("documents", sample_weight, name, X, self._read_answers, *columns)

    def _open_validation(
        self, X_val: Any, y_val: Any, source: Source, expected: Expected
    ) -> Source | None:
        check_validation(source, X_val, y_val)
        if isinstance(X_val, Stream):
            return self._open_stream(X_val, y_val, None, "X_val", expected)
        if X_val is None:
            return None
        expected = replace(expected, kind=expected.kind or source.kind)
        return self._open(X_val, y_val, None, expected, "_val")

    def _recognise(self, X: Any, expected: Expected, name: str = "X") -> Samples:
        """Find out the kind of X.

        For vectors, check the features too, or learn them in a first fit.
        """
        if expected.text_columns is not None:
            if isinstance(X, Stream):
                X.refuse_as_documents(name)
            return texts_of_table(X, expected.text_columns, name, expected.features)
        kind = expected.kind
        samples = recognise(X, name=name, wanted=kind if name == "X" else None)
        doubt = doubt_about(samples) if kind is None else None
        if doubt is not None:
            warn_caller(doubt)
        is_array = samples.kind in ("ids", "vectors") and isinstance(samples.values, np.ndarray)
        if not is_array or (kind or samples.kind) != "vectors":
            return samples
        vectors = check_vectors(samples, name, type(self).__name__)
        features = features_of(vectors, samples.source)
        validate_data(self, features, skip_check_array=True, reset=kind is None)
        return replace(samples, kind="vectors", values=vectors)
