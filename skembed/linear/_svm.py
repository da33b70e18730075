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
"""Weight of the errors, as in scikit-learn's LinearSVC.

0.3 and 3 were not better over eleven inner folds; docs/accuracy.md shows five corpora.
"""

TOLERANCE = 1e-2
"""Tolerance at which LIBLINEAR's solver stops.

On TREC, SST-2, banking77, MR, SMS spam and O*NET the accuracy is that of scikit-learn's 1e-4,
to 0.0004, and most fits take less time, down to half of it.
"""

N_FOLDS = 3
"""Number of folds; SVMs fitted to the others are tried on each.

It was chosen by cost, not tuned: three folds take three more fits on two thirds of the documents.
"""

MANY = 3_000
"""Number of documents above which one fold is enough to try an SVM on.

It was chosen by cost, not tuned: only one number is found, and a fold then has a thousand
documents.
"""

TEMPERATURES = 0.1, 20.0
"""Smallest and largest log-odds of a margin of one.

These bounds of a search are far outside all values on the studies' corpora, see
`USUAL_TEMPERATURE`.
"""

USUAL_TEMPERATURE, N_USUAL = 4.0, 3
"""Prior log-odds of a margin of one, and the number of documents that this prior counts as.

On TREC, SST-2, banking77, MR, SMS spam and O*NET it was 0.7 to 8.3 by 100 to 15,000 documents:
about four in the middle, low for two classes and high for many. The weight of the prior matters
little, and was not tuned.
"""

CURVATURE = 0.25
"""About how sharply a document's cross-entropy determines the logarithm of a temperature.

The largest curvature of a logistic loss, p(1 - p) at p = 1/2, by its log-odds, so that
`N_USUAL` is in units of completely undecided documents.
"""

_LIBLINEAR = threading.Lock()
"""It has one random generator for the whole process."""


def fit_svm(bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int) -> Solution:
    """Solve one linear SVM for each class, or for each label, against all others.

    A class whose documents all have weight zero gets a margin of minus one everywhere.
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
    from sklearn.svm import LinearSVC  # imported only when it is needed

    counted = np.flatnonzero(weights)
    present = np.unique(targets[counted]).tolist()
    if len(present) < 2:
        return {target: (np.zeros(bag.shape[1]), 1.0) for target in present}
    svm = LinearSVC(C=C, tol=TOLERANCE, random_state=seed)
    bag, targets, weights = bag[counted], targets[counted], weights[counted]
    if 2 * len(present) > len(counted):
        # scikit-learn would warn that many classes may be numbers. LIBLINEAR ignores documents
        # without weight.
        none = sparse.csr_matrix(bag.shape, dtype=bag.dtype)
        bag = sparse.vstack([bag, none], format="csr")
        targets = np.append(targets, np.full(len(counted), present[0]))
        weights = np.append(weights, np.zeros(len(counted)))
    with _LIBLINEAR:
        svm.fit(bag, targets, sample_weight=weights)
    if len(present) == 2:  # there is only the one of the second class
        column, constant = svm.coef_[0], svm.intercept_[0]
        return dict(zip(present, [(-column, -constant), (column, constant)], strict=True))
    return dict(zip(present, zip(svm.coef_, svm.intercept_, strict=True), strict=True))


def held_out_folds(n_samples: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Yield the rows to fit to and to try on, of each fold, or of one fold of many documents."""
    folds = np.random.default_rng(seed).permutation(n_samples) % N_FOLDS
    for fold in range(N_FOLDS if n_samples <= MANY else 1):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def margins_of_others(
    bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int
) -> tuple[Floats, Rows, Floats]:
    """Compute the margins of documents by SVMs that were fitted to the other folds.

    Returns margins of shape (n_tried, n_outputs), the numbers of their documents, which are all, or
    one fold if there are many, and their weights, as `weights_of_known` gives them.
    """
    margins, rows, counted = [], [], []
    for kept, held in held_out_folds(len(targets), seed):
        coef, intercept = fit_svm(bag[kept], targets[kept], weights[kept], n_outputs, seed)
        margins.append(bag[held] @ coef + intercept)
        rows.append(held)
        counted.append(weights_of_known(weights[held], targets[held], coef))
    return np.concatenate(margins), np.concatenate(rows), np.concatenate(counted)


def weights_of_known(weights: Floats, targets: Targets, coef: Floats) -> Floats:
    """Return the weights of documents, zero if an SVM has not learned their class, or a label.

    Its margins are always wrong for documents of other classes.
    """
    known = np.logical_or.reduce(coef, axis=0)
    return weights * (known[targets] if targets.ndim == 1 else known)


def find_temperature(
    margins: Floats, targets: Targets, weights: Floats, *, before: float, n_before: float
) -> float:
    """Return the factor that makes margins the log-odds with the least cross-entropy.

    The SVMs have not learned from the documents. `before` is an earlier estimate of the factor,
    from `n_before` documents.
    """
    exact = margins.astype(np.float64)

    def cross_entropy(log_factor: float) -> float:
        losses = cross_entropies(exact * np.exp(log_factor), targets)
        change = log_factor - np.log(before)
        return float((weights * losses).sum()) + n_before * CURVATURE * change**2 / 2

    found = minimize_scalar(cross_entropy, bounds=np.log(TEMPERATURES), method="bounded")
    return float(np.exp(found.x))


def svm_steps(targets: Targets, weights: Floats, n_outputs: int) -> Steps:
    """Return the distances of margins from one, on the side of each document, and their costs."""

    def lacking(i: int, margins: Floats) -> Floats:
        return signs[i] * np.maximum(1 - signs[i] * margins, 0)

    signs = signs_of(targets, n_outputs)
    return Steps(lacking, 2 * C * weights_of_outputs(weights))
