"""Fit an estimator, read its outputs for documents, and compare two such readings."""

from collections.abc import Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone

from skembed._types import Estimator
from skembed.testing._corpus import documents, targets
from skembed.testing._demands import must_work

ROUNDING = 1e-6
"""Relative difference between two runs of the same computation that is ignored."""

OTHER_BATCH = 1e-4
"""The same for a document among others, where float32 sums in another order."""

Readings = dict[str, Any]


def new(estimator_orig: Estimator) -> Any:
    """Clone an estimator, with a fixed number as the seed of everything random in it."""
    estimator = clone(estimator_orig)
    for name, value in estimator.get_params().items():
        if name.split("__")[-1] == "random_state" and not isinstance(value, int):
            estimator.set_params(**{name: 0})
    return estimator


def fit_new(estimator_orig: Estimator, X: Sized | None = None, y: object = None) -> Any:
    """Fit a clone, by default on the corpus, and on as many labels as there are documents."""
    estimator = new(estimator_orig)
    X = documents() if X is None else X
    estimator.fit(X, targets(estimator, len(X)) if y is None else y)
    return estimator


def read(fitted: object, X: object = None) -> Readings:
    """Return the outputs of an estimator for documents, by default the corpus.

    These are those of `transform`, if there is one, and the probabilities, else the decision
    function, else the predicted values.
    """
    X = documents() if X is None else X
    predictions = ("predict_proba", "decision_function", "predict")
    methods = [name for name in predictions if hasattr(fitted, name)][:1]
    if hasattr(fitted, "transform"):
        methods.append("transform")
    return {method: getattr(fitted, method)(X) for method in methods}


def must_read(fitted: object, texts: list[str], what: str) -> Readings:
    """Assert that documents are read, and that each gets finite numbers."""
    readings = must_work(lambda: read(fitted, texts), f"Reading {what}")
    assert_finite(readings, len(texts), what)
    return readings


def plain(output: object) -> Any:
    """Turn tables into arrays and sparse outputs into CSR; leave the rest as it is."""
    if hasattr(output, "tocsr"):
        return output.tocsr()
    return output.to_numpy() if hasattr(output, "to_numpy") else output


def take(readings: Readings, start: int, stop: int) -> Readings:
    """Take some documents of a reading."""
    return {method: plain(output)[start:stop] for method, output in readings.items()}


def numbers(output: object) -> NDArray[Any] | None:
    """Return the numbers of an output, or None if it holds none."""
    rows = plain(output)
    array: NDArray[Any] = rows.data if sparse.issparse(rows) else np.asarray(rows)
    return array if array.dtype.kind in "biuf" else None


def assert_same(left: Readings, right: Readings, when: str, rounding: float = ROUNDING) -> None:
    """Assert that two readings agree."""
    if left.keys() != right.keys():
        raise AssertionError(f"The methods {[*left]} became {[*right]} {when}.")
    for method in left:
        difference = find_difference(left[method], right[method], rounding)
        if difference:
            raise AssertionError(f"{method} gives another output {when}: {difference}.")


def find_difference(one: object, other: object, rounding: float) -> str:
    """Describe in which way two outputs differ; an empty string means that they agree."""
    left, right = plain(one), plain(other)
    if type(left) is not type(right):
        return f"{type(left).__name__} and {type(right).__name__}"
    shapes = [getattr(output, "shape", None) or (len(output),) for output in (left, right)]
    if shapes[0] != shapes[1]:
        return f"shapes {shapes[0]} and {shapes[1]}"
    if sparse.issparse(left):
        gap = abs(left - right).max() if left.shape[0] else 0.0
        largest = max(1.0, abs(left).max() if left.shape[0] else 0.0)
        return "" if gap <= rounding * largest else f"numbers differ by up to {gap:.3g}"
    if isinstance(left, np.ndarray) and left.dtype.kind == right.dtype.kind == "f":
        finite = np.abs(right[np.isfinite(right)])
        atol = rounding * max(1.0, finite.max(initial=0.0))
        if np.allclose(left, right, rtol=rounding, atol=atol, equal_nan=True):
            return ""
        return f"numbers differ by up to {np.abs(left - right).max():.3g}"
    return "" if np.all(left == right) else f"{_shorten(left)} and {_shorten(right)}"


def assert_finite(readings: Readings, n_documents: int, what: str) -> None:
    """Assert that a reading has a row for each document and no NaN or infinity."""
    for method, output in readings.items():
        n_rows = output.shape[0] if hasattr(output, "shape") else len(output)
        if n_rows != n_documents:
            raise AssertionError(
                f"{method} gives {n_rows} rows for {n_documents} documents: {what}."
            )
        array = numbers(output)
        if array is not None and not np.isfinite(array).all():
            raise AssertionError(f"{method} gives NaN or infinity for {what}.")


def _shorten(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:76]}..."
