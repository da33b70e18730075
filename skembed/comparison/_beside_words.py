"""Numbers beside words, in one sparse matrix."""

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skembed._types import Estimator, Frame


class SparseUnion(FeatureUnion, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """A union whose output stays sparse, also if scikit-learn is set to return data frames.

    A data frame cannot hold a sparse matrix.
    """


def beside_words(words: Pipeline, features: Estimator) -> SparseUnion:
    """Put the columns of `words` and of a clone of `features` side by side, for the same rows."""
    plain = FunctionTransformer(as_matrix).set_output(transform="default")
    return SparseUnion([("words", words), ("features", make_pipeline(clone(features), plain))])


def as_matrix(numbers: Frame) -> Any:
    """Return numbers as an array of floats; sparse ones are returned unchanged."""
    return numbers if sparse.issparse(numbers) else np.asarray(numbers, dtype=np.float64)
