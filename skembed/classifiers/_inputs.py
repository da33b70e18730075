"""What a classifier's X is, and its way into ragged numbers."""

from collections.abc import Mapping, Sequence, Set
from numbers import Number
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skembed.networks import NetworkData
from skembed.text import TokenSequences

Kind = Literal["documents", "sequences", "ids", "vectors"]


def kind_of(X: Any) -> Kind:
    """Tell which kind of input X is.

    Parameters
    ----------
    X : object
        What a user passed as X.

    Returns
    -------
    kind : {"documents", "sequences", "ids", "vectors"}
        Texts; `TokenSequences`; a matrix of token ids; or vectors, that is a
        float array of two or three dimensions.
    """
    if isinstance(X, TokenSequences):
        return "sequences"
    if _is_documents(X):
        return "documents"
    return "ids" if _has_integers(X) else "vectors"


def _is_documents(X: Any) -> bool:
    if isinstance(X, str | bytes):
        return True
    if not hasattr(X, "__len__"):
        return not (hasattr(X, "shape") or hasattr(X, "__array__"))
    if hasattr(X, "to_pylist") or hasattr(X, "combine_chunks"):  # Arrow
        return True
    if hasattr(X, "dtypes") or hasattr(X, "schema"):  # data frames and pandas Series
        return len(X.shape) == 1 or _holds_texts(X)
    if hasattr(X, "to_list"):  # polars Series
        return True
    if isinstance(X, np.ndarray):
        if X.dtype.kind not in "OUST" or X.ndim > 2:
            return False
        if X.ndim == 2 and X.shape[1] != 1:
            return _holds_texts(X)
        return X.size == 0 or any(not _is_number(x) for x in X.flat)
    if isinstance(X, Sequence):
        # Rows of words are documents as well, whose own check refuses them in words.
        return not X or not all(_is_number(x) or _is_row_of_numbers(x) for x in X)
    return isinstance(X, Mapping | Set) and not hasattr(X, "shape")  # some sparse arrays are dicts


def _is_row_of_numbers(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return True
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str | bytes)
        and not any(isinstance(x, str) for x in value)
    )


def _holds_texts(table: Any) -> bool:
    """Tell a table of texts from one of numbers; with several columns the documents refuse it."""
    if 0 in table.shape:
        return False
    first = np.asarray(table[:1]).flat[0]
    return isinstance(first, str) or (table.shape[1] == 1 and not _is_number(first))


def _is_number(value: Any) -> bool:
    return isinstance(value, Number)


def _has_integers(X: Any) -> bool:
    if hasattr(X, "dtypes"):
        return all(getattr(dtype, "kind", "O") in "iub" for dtype in X.dtypes)
    array: Any = X if hasattr(X, "dtype") else _as_array(X)
    return array.ndim == 2 and array.dtype.kind in "iub"


def _as_array(X: Any) -> NDArray[Any]:
    try:
        return np.asarray(X)
    except ValueError as error:
        raise ValueError(
            f"X must be a full array, but {_first_unequal(X, 'X')}. Vectors must all have as many "
            "dimensions; documents shorter than others are padded with zeros, or passed as "
            "TokenSequences."
        ) from error


def _first_unequal(rows: Any, name: str) -> str:
    """Say where a nested sequence is ragged."""
    shapes: list[tuple[int, ...]] = []
    for i, row in enumerate(rows):
        try:
            shapes.append(np.shape(row))
        except ValueError:
            return _first_unequal(row, f"{name}[{i}]")
        if shapes[i] != shapes[0]:
            return f"{name}[{i}] has shape {shapes[i]} and {name}[0] has shape {shapes[0]}"
    return f"{name} cannot be made into an array"


def read_ids(X: Any, *, name: str = "X") -> TokenSequences:
    """Read a matrix of ids as sequences, its padding at either end left out.

    Raises
    ------
    ValueError
        If `X` is not a matrix of whole, non-negative numbers.
    """
    matrix = check_array(X, dtype=None, input_name=name)
    if matrix.dtype.kind not in "iub":
        whole = matrix.astype(np.int64)
        if not np.array_equal(whole, matrix):
            raise ValueError(
                f"{name} must hold token ids, as in fit, but holds numbers that are not whole. "
                "A classifier fitted on ids cannot predict from vectors."
            )
        matrix = whole
    return TokenSequences.from_dense(matrix)


def read_vectors(estimator: BaseEstimator, X: Any, *, reset: bool, name: str = "X") -> NetworkData:
    """Read ready vectors: one step a sample from a matrix, or n_steps from a 3-D array.

    In a 3-D array steps of zeros at either end of a sample are padding.
    """
    vectors = check_array(X, dtype=np.float32, allow_nd=True, estimator=estimator, input_name=name)
    if vectors.ndim > 3 or 0 in vectors.shape:
        raise ValueError(
            f"{name} must have the shape (n_samples, n_steps, n_dims) or (n_samples, n_features), "
            f"with no number zero; got {vectors.shape}."
        )
    # Of a 3-D array the features are the dimensions; scikit-learn would count the steps.
    features = X if vectors.ndim == 2 else vectors[:, 0]
    validate_data(estimator, features, skip_check_array=True, reset=reset)
    if vectors.ndim == 2:
        return NetworkData(vectors, np.arange(len(vectors) + 1, dtype=np.int64))
    filled = (vectors != 0).any(axis=2).astype(np.int32)
    # Numbered steps stand for their vectors, so that ids and vectors lose their padding alike.
    numbered = filled * np.arange(1, filled.shape[1] + 1, dtype=np.int32)
    sequences = TokenSequences.from_dense(_fill_inside(numbered))
    rows = np.repeat(np.arange(len(vectors)), sequences.lengths)
    return NetworkData(vectors[rows, sequences.ids - 1], sequences.offsets)


def _fill_inside(numbered: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the steps of zeros inside a sample, between filled ones, their numbers as well."""
    steps = np.arange(1, numbered.shape[1] + 1, dtype=np.int32)
    last = numbered.max(axis=1, keepdims=True, initial=0)
    first = np.where(numbered > 0, numbered, len(steps) + 1).min(axis=1, keepdims=True)
    return np.where((steps >= first) & (steps <= last), steps, 0)


def check_rows(sequences: TokenSequences, n_rows: int) -> None:
    """Refuse ids that have no row in the embedding matrix.

    Raises
    ------
    ValueError
        Naming the largest id.
    """
    if len(sequences.ids) and sequences.ids.max() >= n_rows:
        raise ValueError(
            f"X holds the token id {sequences.ids.max()}, but the embedding matrix has {n_rows} "
            f"rows (ids 0 to {n_rows - 1}). Use the tokenizer that the classifier was fitted with."
        )
