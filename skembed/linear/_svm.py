"""Linear support vector machines on bags of words, one for each class."""

import threading
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar

from skembed.linear._bags import Bag
from skembed.linear._online import Solution, Steps
from skembed.linear._targets import (
    Floats,
    Targets,
    cross_entropies,
    problems_of,
    signs_of,
    weights_of_outputs,
)

Rows: TypeAlias = NDArray[np.int64]

C = 1.0
"""Weight of the errors, as of scikit-learn's LinearSVC.

0.3 and 3 were no better over eleven inner folds; docs/accuracy.md has five corpora.
"""

TOLERANCE = 1e-2
"""Where LIBLINEAR's solver stops.

On TREC, SST-2, banking77, MR, SMS spam and O*NET the accuracy is that of scikit-learn's 1e-4,
to 0.0004, and most fits take less time, down to half of it.
"""

N_FOLDS = 3
"""Folds of the documents, on which SVMs are tried that the other folds have fitted.

A choice of cost, not tuned: of three folds, three more fits of two thirds of the documents.
"""

MANY = 3_000
"""Documents of which one fold is enough to try an SVM on.

A choice of cost, not tuned: one number is found, and a fold of more has a thousand documents.
"""

TEMPERATURES = 0.1, 20.0
"""Least and largest number of log-odds that a margin of one may mean.

Bounds of a search, wide of all that was found on the studies' corpora, see `USUAL_TEMPERATURE`.
"""

USUAL_TEMPERATURE, N_USUAL = 4.0, 3
"""What a margin of one means where few documents tell, and as how many documents that counts.

On TREC, SST-2, banking77, MR, SMS spam and O*NET it was 0.7 to 8.3 by 100 to 15,000 documents:
about four in the middle, low for two classes and high for many. That few documents count
against it is a choice of little weight, not tuned.
"""

CURVATURE = 0.25
"""How sharply a document's cross-entropy tells the logarithm of a temperature, about.

The largest curvature of a logistic loss, p(1 - p) at p = 1/2, by its log-odds, so that
`N_USUAL` is in units of documents that are as undecided as can be.
"""

_LIBLINEAR = threading.Lock()
"""It has one random generator for the whole process."""


def fit_svm(bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int) -> Solution:
    """Solve one linear SVM for each class, or for each label, against all others.

    A class without documents of any weight gets a margin of minus one everywhere.
    """
    coef = np.zeros((bag.shape[1], n_outputs), dtype=np.float32)
    intercept = np.full(n_outputs, -1, dtype=np.float32)
    for wanted, weight, outputs in problems_of(targets, weights, n_outputs):
        for target, (column, constant) in _solve(bag, wanted, weight, seed).items():
            if target in outputs:
                coef[:, outputs[target]], intercept[outputs[target]] = column, constant
    return coef, intercept


def _solve(
    bag: Bag, targets: Targets, weights: Floats, seed: int
) -> dict[int, tuple[NDArray[np.float64], float]]:
    """Return the coefficients and the intercept of each class that has documents."""
    from sklearn.svm import LinearSVC  # not before it is needed

    counted = np.flatnonzero(weights)
    present = np.unique(targets[counted]).tolist()
    if len(present) < 2:
        return {target: (np.zeros(bag.shape[1]), 1.0) for target in present}
    svm = LinearSVC(C=C, tol=TOLERANCE, random_state=seed)
    bag, targets, weights = bag[counted], targets[counted], weights[counted]
    if 2 * len(present) > len(counted):
        # scikit-learn would warn that so many classes may be numbers. LIBLINEAR leaves out what
        # has no weight.
        none = sparse.csr_matrix(bag.shape, dtype=bag.dtype)
        bag = sparse.vstack([bag, none], format="csr")
        targets = np.append(targets, np.full(len(counted), present[0]))
        weights = np.append(weights, np.zeros(len(counted)))
    with _LIBLINEAR:
        svm.fit(bag, targets, sample_weight=weights)
    if len(present) == 2:  # there is but the second one's
        column, constant = svm.coef_[0], svm.intercept_[0]
        return dict(zip(present, [(-column, -constant), (column, constant)], strict=True))
    return dict(zip(present, zip(svm.coef_, svm.intercept_, strict=True), strict=True))


def held_out_folds(n_samples: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Yield the rows to fit to and to try on, of each fold, or of one where there are many."""
    folds = np.random.default_rng(seed).permutation(n_samples) % N_FOLDS
    for fold in range(N_FOLDS if n_samples <= MANY else 1):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def margins_of_others(
    bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int
) -> tuple[Floats, NDArray[np.int64]]:
    """Compute the margins of documents by SVMs that were fitted to the other folds.

    Returns margins of shape (n_tried, n_outputs), and which documents they are of: all, or one
    fold where there are many.
    """
    margins, rows = [], []
    for kept, held in held_out_folds(len(targets), seed):
        coef, intercept = fit_svm(bag[kept], targets[kept], weights[kept], n_outputs, seed)
        margins.append(bag[held] @ coef + intercept)
        rows.append(held)
    return np.concatenate(margins), np.concatenate(rows)


def find_temperature(
    margins: Floats, targets: Targets, weights: Floats, *, before: float, n_before: float
) -> float:
    """Return the factor that makes margins the log-odds with the least cross-entropy.

    The SVMs have not learned from the documents. The factor was held to be `before`, which was
    drawn from `n_before` documents.
    """
    exact = margins.astype(np.float64)

    def cross_entropy(log_factor: float) -> float:
        losses = cross_entropies(exact * np.exp(log_factor), targets)
        change = log_factor - np.log(before)
        return float((weights * losses).sum()) + n_before * CURVATURE * change**2 / 2

    found = minimize_scalar(cross_entropy, bounds=np.log(TEMPERATURES), method="bounded")
    return float(np.exp(found.x))


def svm_steps(targets: Targets, weights: Floats, n_outputs: int) -> Steps:
    """Return what margins lack of one, on the side of each document, and what that costs."""

    def lacking(i: int, margins: Floats) -> Floats:
        return signs[i] * np.maximum(1 - signs[i] * margins, 0)

    signs = signs_of(targets, n_outputs)
    return Steps(lacking, 2 * C * weights_of_outputs(weights))
