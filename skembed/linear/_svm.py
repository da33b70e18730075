"""Linear support vector machines on bags of words, one for each class."""

import threading

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar

from skembed.linear._bags import Bag
from skembed.linear._targets import (
    Floats,
    Targets,
    cross_entropies,
    problems_of,
    signs_of,
    weights_of_documents,
    weights_of_outputs,
)

Solution = tuple[Floats, Floats]
"""Coefficients of shape (n_features, n_outputs), and intercepts of shape (n_outputs,)."""

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


def margins_of_others(
    bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int
) -> tuple[Floats, NDArray[np.int64]]:
    """Compute the margins of documents by SVMs that were fitted to the other folds.

    Returns margins of shape (n_tried, n_outputs), and which documents they are of: all, or one
    fold where there are many.
    """
    folds = np.random.default_rng(seed).permutation(len(targets)) % N_FOLDS
    margins, rows = [], []
    for fold in range(N_FOLDS if len(targets) <= MANY else 1):
        held, kept = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
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


def curvature_of(bag: Bag, weights: Floats) -> Floats:
    """Return how firmly documents hold each coefficient, and behind them the intercept."""
    weights = weights_of_documents(weights)
    held = np.append(bag.multiply(bag).T @ weights, weights.sum())
    return (1 + 2 * C * held).astype(np.float32)


def go_on(
    solution: Solution, curvature: Floats, bag: Bag, targets: Targets, weights: Floats
) -> tuple[Solution, Floats]:
    """Go on with more documents, one after the other; return solution and curvature.

    Each moves the SVMs as little as brings its margins near one, and least what many
    documents have held before. Crammer, Kulesza, Dredze (2009), Adaptive regularization of
    weight vectors, NIPS 22.
    """
    coef, intercept = (array.copy() for array in solution)
    held = curvature.copy()
    signs = signs_of(targets, len(intercept))
    costs = 2 * C * weights_of_outputs(weights)
    for i in range(bag.shape[0]):
        entries = slice(bag.indptr[i], bag.indptr[i + 1])
        features, values = bag.indices[entries], bag.data[entries]
        missing = np.maximum(1 - signs[i] * (values @ coef[features] + intercept), 0)
        eased = values / held[features]
        give = values @ eased + 1 / held[-1]
        step = signs[i] * missing * costs[i] / (1 + costs[i] * give)
        coef[features] += np.outer(eased, step)
        intercept += step / held[-1]
        cost = costs[i].mean()
        held[features] += cost * values**2
        held[-1] += cost
    return (coef, intercept), held
