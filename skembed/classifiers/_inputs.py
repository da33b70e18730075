"""Ready vectors and their way into ragged numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skembed.networks import NetworkData
from skembed.text import Samples, TokenSequences, refuse_gaps


def read_vectors(
    estimator: BaseEstimator, samples: Samples, *, reset: bool, name: str = "X"
) -> NetworkData:
    """Read ready vectors: one step a sample from a matrix, or n_steps from a 3-D array.

    In a 3-D array steps of zeros at either end of a sample are padding.
    """
    if samples.values.dtype.kind == "f":
        refuse_gaps(samples.values, name)
    vectors = check_array(
        samples.values, dtype=np.float32, allow_nd=True, estimator=estimator, input_name=name
    )
    if vectors.ndim > 3 or 0 in vectors.shape:
        raise ValueError(
            f"{name} must have the shape (n_samples, n_steps, n_dims) or (n_samples, n_features), "
            f"with no number zero; got {vectors.shape}."
        )
    # Of a 3-D array the features are the dimensions; scikit-learn would count the steps.
    has_names = vectors.ndim == 2 and hasattr(samples.source, "columns")
    features: Any = samples.source if has_names else vectors.reshape(-1, vectors.shape[-1])
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
