"""Ready vectors in place of documents, and their way into ragged numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from skembed.networks import NetworkData
from skembed.text import Samples, TokenSequences, refuse_gaps


def check_vectors(samples: Samples, name: str, estimator: str) -> NDArray[np.float32]:
    """Check ready vectors.

    Parameters
    ----------
    samples : Samples
        An array of numbers.
    name : str
        What the user's argument is called.
    estimator : str
        Name of the estimator that reads it.

    Returns
    -------
    vectors : ndarray of shape (n_samples, n_features) or (n_samples, n_steps, n_dims), float32

    Raises
    ------
    ValueError
        If one is missing or infinite, or the shape is another.
    """
    if samples.values.dtype.kind == "f":
        refuse_gaps(samples.values, name)
    vectors: NDArray[np.float32] = check_array(
        samples.values, dtype=np.float32, allow_nd=True, estimator=estimator, input_name=name
    )
    if vectors.ndim > 3 or 0 in vectors.shape:
        raise ValueError(
            f"{name} must have the shape (n_samples, n_steps, n_dims) or (n_samples, n_features), "
            f"with no number zero; got {vectors.shape}."
        )
    return vectors


def features_of(vectors: NDArray[np.float32], source: object) -> Any:
    """Return what scikit-learn counts features of: of a 3-D array the dimensions, not the steps."""
    has_names = vectors.ndim == 2 and hasattr(source, "columns")
    return source if has_names else vectors.reshape(-1, vectors.shape[-1])


def to_ragged(vectors: NDArray[np.float32]) -> NetworkData:
    """Read vectors: one step a sample from a matrix, or n_steps from a 3-D array.

    In a 3-D array steps of zeros at either end of a sample are padding.
    """
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
