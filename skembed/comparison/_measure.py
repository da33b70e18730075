"""Fit one estimator on one fold and measure score, time and size."""

import logging
import pickle
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skembed._types import Classifier
from skembed.text import TokenSequences

_logger = logging.getLogger("skembed.comparison")

Scorer = Callable[[Any, Any, Any], float]
Rows = NDArray[Any] | TokenSequences  # or a table
Fold = tuple[NDArray[np.intp], NDArray[np.intp]]


class Measurement(NamedTuple):
    """The figures of one estimator on one fold; NaN if a figure could not be measured."""

    score: float
    fit_seconds: float
    documents_per_second: float
    megabytes: float


NOTHING = Measurement(*[np.nan] * len(Measurement._fields))


def measure(
    estimator: Classifier, X: Rows, y: NDArray[Any], fold: Fold, scorer: Scorer
) -> Measurement:
    """Fit a clone on a fold's training part, then measure its time, score and size.

    Documents are an array of shape (n_samples,), dtype object; estimators get them as a list.
    """
    train, test = fold
    estimator = clone(estimator)
    X_train, X_test = take(X, train), take(X, test)
    start = perf_counter()
    estimator.fit(X_train, y[train])
    fit_seconds = perf_counter() - start
    start = perf_counter()
    estimator.predict(X_test)
    predict_seconds = perf_counter() - start
    return Measurement(
        score=float(scorer(estimator, X_test, y[test])),
        fit_seconds=fit_seconds,
        documents_per_second=len(test) / predict_seconds if predict_seconds else np.nan,
        megabytes=_pickled_megabytes(estimator),
    )


def take(X: Rows, positions: NDArray[np.intp]) -> Any:
    """Select samples by position; documents become a list, others keep their kind of collection."""
    if hasattr(X, "iloc"):
        return X.iloc[positions]
    if hasattr(X, "to_pylist") and hasattr(X, "take"):  # Arrow
        return X.take(positions)
    if isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1:
        return X[positions].tolist()
    return X[positions]


class _ByteCounter:
    """A file that only counts the bytes written to it."""

    def __init__(self) -> None:
        self.n_bytes = 0

    def write(self, data: bytes | pickle.PickleBuffer) -> int:
        n_bytes = memoryview(data).nbytes
        self.n_bytes += n_bytes
        return n_bytes


def _pickled_megabytes(estimator: Classifier) -> float:
    """Return the size of a fitted estimator's pickle; NaN if it cannot be pickled."""
    counter = _ByteCounter()
    try:
        pickle.dump(estimator, counter, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # any class may raise any error; its scores still count
        _logger.info("%s cannot be pickled, so its size is not known: %s", estimator, error)
        return np.nan
    return counter.n_bytes / 1e6
