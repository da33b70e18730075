"""Linear support vector machines on bags of words, one for each class."""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax

from skembed.classifiers._bags import Bag

Floats = NDArray[np.float32]
Solution = tuple[Floats, Floats]
"""Coefficients of shape (n_features, n_outputs), and intercepts of shape (n_outputs,)."""

C = 1.0
"""Weight of the errors, as of scikit-learn's LinearSVC."""

N_FOLDS = 3
"""Parts of the documents, on which SVMs are tried that the other parts have fitted."""

MANY = 20_000
"""Documents of which one part is enough to try an SVM on."""

TEMPERATURES = 0.1, 20.0
"""Least and largest number of log-odds that a margin of one may mean."""

CURVATURE = 0.25
"""How sharply a document's cross-entropy tells the logarithm of a temperature, about."""

_LIBLINEAR = threading.Lock()
"""It has one random generator for the whole process."""


def fit_svm(
    bag: Bag, targets: NDArray[np.generic], weights: Floats, n_outputs: int, seed: int
) -> Solution:
    """Solve one linear SVM for each class, or for each label, against all others.

    A class without documents of any weight gets a margin of minus one everywhere.
    """
    coef = np.zeros((bag.shape[1], n_outputs), dtype=np.float32)
    intercept = np.full(n_outputs, -1, dtype=np.float32)
    if targets.ndim == 2:
        for i, (wanted, weight) in enumerate(zip(targets.T, weights.T, strict=True)):
            solved = _solve(bag, wanted.astype(np.int32), weight, seed)
            if 1 in solved:
                coef[:, i], intercept[i] = solved[1]
    else:
        for target, (column, constant) in _solve(bag, targets, weights, seed).items():
            coef[:, target], intercept[target] = column, constant
    return coef, intercept


def _solve(
    bag: Bag, targets: NDArray[np.generic], weights: Floats, seed: int
) -> dict[int, tuple[Any, Any]]:
    """Return the coefficients and the intercept of each class that has documents."""
    from sklearn.svm import LinearSVC  # not before it is needed

    counted = np.flatnonzero(weights)
    present = np.unique(targets[counted]).tolist()
    if len(present) < 2:
        return {target: (0, 1) for target in present}
    svm = LinearSVC(C=C, tol=1e-2, random_state=seed)
    with _LIBLINEAR:
        svm.fit(bag[counted], targets[counted], sample_weight=weights[counted])
    if len(present) == 2:  # there is but the second one's
        column, constant = svm.coef_[0], svm.intercept_[0]
        return dict(zip(present, [(-column, -constant), (column, constant)], strict=True))
    return dict(zip(present, zip(svm.coef_, svm.intercept_, strict=True), strict=True))


def margins_of_others(
    bag: Bag, targets: NDArray[np.generic], weights: Floats, n_outputs: int, seed: int
) -> tuple[Floats, NDArray[np.int64]]:
    """Compute the margins of documents by SVMs that were fitted to the other folds.

    Returns
    -------
    margins : ndarray of shape (n_tried, n_outputs), dtype float32
        Of all documents, or of one fold where there are many.
    rows : ndarray of shape (n_tried,), dtype int64
        The documents.
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
    margins: Floats,
    targets: NDArray[np.generic],
    weights: Floats,
    *,
    before: float,
    n_before: float,
) -> float:
    """Return the factor that makes margins the log-odds with the least cross-entropy.

    Parameters
    ----------
    margins : ndarray of shape (n_samples, n_outputs), dtype float32
        Of documents that the SVMs have not learned from.
    targets : ndarray of shape (n_samples,), int, or (n_samples, n_outputs) of 0 and 1
        Class numbers or indicators.
    weights : ndarray of the same shape, dtype float32
        Weights of the documents.
    before : float
        What the factor was held to be.
    n_before : float
        Documents that this was drawn from.
    """
    exact = margins.astype(np.float64)

    def cross_entropy(log_factor: float) -> float:
        logits = exact * np.exp(log_factor)
        if targets.ndim == 2:
            losses = -log_expit(np.where(targets, logits, -logits))
        else:
            losses = -log_softmax(logits, axis=1)[np.arange(len(targets)), targets]
        change = log_factor - np.log(before)
        return float((weights * losses).sum()) + n_before * CURVATURE * change**2 / 2

    found = minimize_scalar(cross_entropy, bounds=np.log(TEMPERATURES), method="bounded")
    return float(np.exp(found.x))


def curvature_of(bag: Bag, weights: Floats) -> Floats:
    """Return how firmly documents hold each coefficient, and behind them the intercept."""
    weights = weights.mean(axis=1) if weights.ndim == 2 else weights
    held = np.append(bag.multiply(bag).T @ weights, weights.sum())
    return (1 + 2 * C * held).astype(np.float32)


def go_on(
    solution: Solution,
    curvature: Floats,
    bag: Bag,
    targets: NDArray[np.generic],
    weights: Floats,
) -> tuple[Solution, Floats]:
    """Go on with more documents, one after the other.

    Each moves the SVMs as little as brings its margins near one, and least what many
    documents have held before.

    Parameters
    ----------
    solution : tuple of ndarray
        Where to begin.
    curvature : ndarray of shape (n_features + 1,), dtype float32
        How firmly each coefficient is held, and the intercepts.
    bag, targets, weights : csr_matrix, ndarray, ndarray
        The documents.

    Returns
    -------
    solution, curvature : tuple of ndarray, ndarray
        Where it ended.

    References
    ----------
    Crammer, Kulesza, Dredze (2009), Adaptive regularization of weight vectors, NIPS 22.
    """
    coef, intercept = (array.copy() for array in solution)
    held = curvature.copy()
    wanted = targets if targets.ndim == 2 else np.eye(len(intercept), dtype=np.float32)[targets]
    signs = 2 * wanted.astype(np.float32) - 1
    costs = 2 * C * (weights if weights.ndim == 2 else weights[:, None])
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
