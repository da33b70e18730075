"""The same documents give the same: again, in another order, alone, in threads and processes."""

import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from unittest import SkipTest

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn import config_context
from sklearn.base import is_classifier, is_regressor
from sklearn.model_selection import cross_val_score
from sklearn.utils.parallel import Parallel, delayed

from skembed._types import Estimator
from skembed.testing._corpus import OTHERS, documents, targets
from skembed.testing._demands import must_work
from skembed.testing._documents import STRANGE
from skembed.testing._inputs import load
from skembed.testing._readings import (
    OTHER_BATCH,
    Readings,
    assert_same,
    fit_new,
    new,
    read,
    take,
)


def check_same_seed_gives_the_same(name: str, estimator_orig: Estimator) -> None:
    """Check that two clones with the same `random_state`, fitted on the same documents, agree."""
    first, second = (read(fit_new(estimator_orig)) for _ in range(2))
    assert_same(second, first, "in a second fit of a clone")


def check_global_seeds_have_no_say(name: str, estimator_orig: Estimator) -> None:
    """Check that with a `random_state` the global seeds of NumPy and Python change nothing."""
    readings = []
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - the global one is meant
        readings.append(read(fit_new(estimator_orig)))
    assert_same(readings[0], readings[1], "after np.random.seed: use random_state only")


def check_fit_again_gives_the_same(name: str, estimator_orig: Estimator) -> None:
    """Check that fitting a fitted estimator again gives the same, and sets the same attributes."""
    _skip_warm_start(estimator_orig)
    fitted = fit_new(estimator_orig)
    expected, attributes = read(fitted), set(vars(fitted))
    fitted.fit(documents(), targets(estimator_orig))
    assert_same(read(fitted), expected, "when fitted twice")
    _check_attributes(attributes, fitted)


def check_earlier_fit_leaves_no_trace(name: str, estimator_orig: Estimator) -> None:
    """Check that what was learned from other documents is forgotten in the next fit."""
    _skip_warm_start(estimator_orig)
    texts, expected = documents(), fit_new(estimator_orig)
    again = fit_new(estimator_orig, [*texts[: len(texts) // 2], *OTHERS])
    again.fit(texts, targets(estimator_orig))
    assert_same(read(again), read(expected), "after an earlier fit on other documents")
    _check_attributes(set(vars(expected)), again)


def check_reading_again_gives_the_same(name: str, estimator_orig: Estimator) -> None:
    """Check that reading learns nothing: other documents between two readings change nothing."""
    fitted = fit_new(estimator_orig)
    expected, attributes = read(fitted), set(vars(fitted))
    read(fitted, OTHERS)
    must_work(lambda: read(fitted, STRANGE), "Reading strange documents")
    assert_same(read(fitted), expected, "when read again after other documents")
    _check_attributes(attributes, fitted)


def check_fit_transform(name: str, estimator_orig: Estimator) -> None:
    """Check that `fit_transform` gives what `fit` and then `transform` give."""
    if not hasattr(estimator_orig, "fit_transform"):
        return
    texts, labels = documents(), targets(estimator_orig)
    expected = {"transform": fit_new(estimator_orig).transform(texts)}
    found = {"transform": new(estimator_orig).fit_transform(texts, labels)}
    assert_same(found, expected, "in fit_transform", OTHER_BATCH)


def check_data_frames_as_output(name: str, estimator_orig: Estimator) -> None:
    """Check that pandas DataFrames as scikit-learn's global output hold the same numbers."""
    load("pandas")
    expected = read(fit_new(estimator_orig))
    if any(sparse.issparse(output) for output in expected.values()):
        return  # of which scikit-learn makes no DataFrame
    with config_context(transform_output="pandas"):
        found = must_work(lambda: read(fit_new(estimator_orig)), "DataFrames as the output")
    assert_same(found, expected, "in a DataFrame")


def check_document_alone_is_as_in_a_batch(name: str, estimator_orig: Estimator) -> None:
    """Check that a document gives the same alone, among others and beside a much longer one."""
    fitted, texts = fit_new(estimator_orig), documents()
    for batch in (texts, [*texts, "sun " * 300], [*texts, *texts, *OTHERS]):
        together = read(fitted, batch)
        for i in range(0, len(texts), 5):
            alone = read(fitted, texts[i : i + 1])
            when = f"for a document among {len(batch)} instead of alone"
            assert_same(take(together, i, i + 1), alone, when, OTHER_BATCH)


def check_order_does_not_matter(name: str, estimator_orig: Estimator) -> None:
    """Check that documents read in another order give the same rows in that order."""
    fitted, texts = fit_new(estimator_orig), documents()
    order = np.random.default_rng(0).permutation(len(texts)).tolist()
    expected, found = read(fitted, texts), read(fitted, [texts[i] for i in order])
    for k, i in enumerate(order):
        when = "when the documents come in another order"
        assert_same(take(found, k, k + 1), take(expected, i, i + 1), when, OTHER_BATCH)


def check_two_threads(name: str, estimator_orig: Estimator) -> None:
    """Check that two threads that read with the same fitted estimator get what one gets."""
    fitted, texts = fit_new(estimator_orig), documents()
    batches = [texts, texts[::-1], [*OTHERS, *texts], texts[:3]] * 2
    expected = [read(fitted, batch) for batch in batches]
    with ThreadPoolExecutor(2) as threads:
        found = must_work(
            lambda: list(threads.map(lambda X: read(fitted, X), batches)), "Two threads"
        )
    for one, other in zip(found, expected, strict=True):
        assert_same(one, other, "in two threads", OTHER_BATCH)


def check_fit_in_two_threads(name: str, estimator_orig: Estimator) -> None:
    """Check that clones that are fitted at the same time agree with one fitted alone."""
    expected = read(fit_new(estimator_orig))
    with ThreadPoolExecutor(2) as threads:
        fitted = must_work(
            lambda: list(threads.map(lambda _: fit_new(estimator_orig), range(2))), "fit in threads"
        )
    for one in fitted:
        assert_same(read(one), expected, "when fitted in two threads", OTHER_BATCH)


def check_two_processes(name: str, estimator_orig: Estimator) -> None:
    """Check that worker processes give what this one gives, from a memory-mapped array too."""
    X, y = np.array(documents()), np.array(targets(estimator_orig))
    rows = [np.arange(len(X)) % 3 != k for k in range(2)]
    expected = [_fit_on_rows(new(estimator_orig), X, y, row) for row in rows]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        np.save(Path(folder, "X.npy"), X)
        mapped = np.load(Path(folder, "X.npy"), mmap_mode="r")  # travels as a name, not as data
        found = must_work(
            lambda: Parallel(n_jobs=2)(
                delayed(_fit_on_rows)(new(estimator_orig), mapped, y, row) for row in rows
            ),
            "fit in two processes",
        )
    for one, other in zip(found, expected, strict=True):
        assert_same(one, other, "in a worker process", OTHER_BATCH)


def check_cross_validation_with_two_jobs(name: str, estimator_orig: Estimator) -> None:
    """Check that `cross_val_score` gives the same scores with ``n_jobs=2`` as with ``n_jobs=1``."""
    if not (is_classifier(estimator_orig) or is_regressor(estimator_orig)):
        return
    texts, labels = documents(), targets(estimator_orig)
    score = partial(cross_val_score, cv=2, error_score="raise")
    scores = [
        must_work(
            partial(score, new(estimator_orig), texts, labels, n_jobs=n_jobs),
            f"cross_val_score with n_jobs={n_jobs}",
        )
        for n_jobs in (1, 2)
    ]
    if not np.allclose(scores[0], scores[1], atol=OTHER_BATCH):
        raise AssertionError(f"{name} scores {scores[1]} with n_jobs=2, but {scores[0]} with 1.")


def _fit_on_rows(
    estimator: Estimator, X: NDArray[Any], y: NDArray[Any], rows: NDArray[np.bool_]
) -> Readings:
    estimator.fit(X[rows], y[rows])
    return read(estimator, X)


def _skip_warm_start(estimator: Estimator) -> None:
    for parameter, value in estimator.get_params().items():
        if parameter.split("__")[-1] == "warm_start" and value:
            raise SkipTest(f"{parameter}=True makes fit continue the earlier one")


def _check_attributes(expected: set[str], estimator: Estimator) -> None:
    if set(vars(estimator)) != expected:
        raise AssertionError(
            f"The attributes {sorted(expected ^ set(vars(estimator)))} come or go."
        )
