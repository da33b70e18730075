"""What a classifier's X is, and its way into ragged numbers."""

from collections.abc import Sequence
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
        return len(X.shape) == 1 or (X.shape[1] == 1 and not _is_number(_first(X)))
    if hasattr(X, "to_list"):  # polars Series
        return True
    if isinstance(X, np.ndarray):
        column = X.ndim == 1 or (X.ndim == 2 and X.shape[1] == 1)
        return column and X.dtype.kind in "OUST" and any(not _is_number(x) for x in X.flat)
    if isinstance(X, Sequence):
        return all(not isinstance(x, Sequence | np.ndarray) or isinstance(x, str) for x in X) and (
            any(not _is_number(x) for x in X) or not X
        )
    return False


def _first(frame: Any) -> Any:
    return np.asarray(frame).flat[0] if frame.shape[0] else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, Number)


def _has_integers(X: Any) -> bool:
    if hasattr(X, "dtypes"):
        return all(getattr(dtype, "kind", "O") in "iub" for dtype in X.dtypes)
    array: Any = X if hasattr(X, "dtype") else np.asarray(X)
    return array.ndim == 2 and array.dtype.kind in "iub"


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


def read_vectors(estimator: BaseEstimator, X: Any, *, reset: bool) -> NetworkData:
    """Read ready vectors: one step a sample from a matrix, or n_steps from a 3-D array.

    In a 3-D array steps of zeros at either end of a sample are padding.
    """
    X = validate_data(estimator, X, dtype=np.float32, allow_nd=True, reset=reset)
    if X.ndim == 2:
        return NetworkData(X, np.arange(len(X) + 1, dtype=np.int64))
    if X.ndim > 3:
        raise ValueError(
            f"X must have two or three dimensions (n_samples, n_steps, n_dims), got {X.ndim}."
        )
    filled = (X != 0).any(axis=2).astype(np.int32)
    # Numbered steps stand for their vectors, so that ids and vectors lose their padding alike.
    numbered = filled * np.arange(1, X.shape[1] + 1, dtype=np.int32)
    sequences = TokenSequences.from_dense(_fill_inside(numbered))
    rows = np.repeat(np.arange(len(X)), sequences.lengths)
    return NetworkData(X[rows, sequences.ids - 1], sequences.offsets)


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
