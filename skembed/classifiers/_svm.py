"""Linear support vector machines on bags of words, one for each class."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax

from skembed.classifiers._bags import Bag

Floats = NDArray[np.float32]
Solution = tuple[Floats, Floats]
"""Kernel of shape (n_features, n_outputs), and bias of shape (n_outputs,)."""

C = 1.0
"""Weight of the errors, as of scikit-learn's LinearSVC."""

N_FOLDS = 3
"""Parts of the training documents, on each of which an SVM is tried that the others have fitted."""

TEMPERATURES = 0.1, 20.0
"""Least and largest number of log-odds that a margin of one may mean."""


def fit_svm(
    bag: Bag, targets: NDArray[np.generic], weights: Floats, n_outputs: int, seed: int
) -> Solution:
    """Solve one linear SVM for each class, or for each label, against all others.

    A class without documents of any weight gets a margin of minus one everywhere.
    """
    if targets.ndim == 2:
        of_labels = [
            fit_svm(bag, wanted.astype(np.int32), weight, 2, seed)
            for wanted, weight in zip(targets.T, weights.T, strict=True)
        ]
        kernel = np.column_stack([kernel[:, 1] for kernel, _ in of_labels])
        return kernel, np.array([bias[1] for _, bias in of_labels])
    from sklearn.svm import LinearSVC  # not before it is needed

    kernel = np.zeros((bag.shape[1], n_outputs), dtype=np.float32)
    bias = np.full(n_outputs, -1, dtype=np.float32)
    counted = np.flatnonzero(weights)
    present = np.unique(targets[counted])
    if len(present) < 2:
        bias[present] = 1
        return kernel, bias
    svm = LinearSVC(C=C, tol=1e-2, random_state=seed)
    svm.fit(bag[counted], targets[counted], sample_weight=weights[counted])
    ways = np.array([[-1], [1]]) if len(present) == 2 else 1
    kernel[:, present] = (ways * svm.coef_).T
    bias[present] = np.ravel(ways * svm.intercept_[:, None].T)
    return kernel, bias


def margins_of_others(
    bag: Bag, targets: NDArray[np.generic], weights: Floats, n_outputs: int, seed: int
) -> Floats:
    """Compute the margins of documents by SVMs that were fitted to the other folds."""
    folds = np.random.default_rng(seed).permutation(len(targets)) % N_FOLDS
    margins = np.empty((len(targets), n_outputs), dtype=np.float32)
    for fold in range(N_FOLDS):
        held, kept = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        kernel, bias = fit_svm(bag[kept], targets[kept], weights[kept], n_outputs, seed)
        margins[held] = bag[held] @ kernel + bias
    return margins


def find_temperature(margins: Floats, targets: NDArray[np.generic], weights: Floats) -> float:
    """Return the factor that makes margins the log-odds with the least cross-entropy."""

    def cross_entropy(log_factor: float) -> float:
        logits = margins.astype(np.float64) * np.exp(log_factor)
        if targets.ndim == 2:
            signs = 2 * targets - 1
            return float(-(weights * log_expit(signs * logits)).sum())
        right = log_softmax(logits, axis=1)[np.arange(len(targets)), targets]
        return float(-(weights * right).sum())

    found = minimize_scalar(cross_entropy, bounds=np.log(TEMPERATURES), method="bounded")
    return float(np.exp(found.x))


def go_on(solution: Solution, bag: Bag, targets: NDArray[np.generic], weights: Floats) -> Solution:
    """Go on with more documents, one after the other.

    Each moves the weights as little as gives it a margin of one, or less where its weight
    makes that dear: passive-aggressive learning, whose loss is that of the SVM.

    References
    ----------
    Crammer et al. (2006), Online passive-aggressive algorithms, JMLR 7 (PA-II).
    """
    kernel, bias = (array.copy() for array in solution)
    wanted = targets if targets.ndim == 2 else np.eye(len(bias), dtype=np.float32)[targets]
    signs = 2 * wanted.astype(np.float32) - 1
    costs = 2 * C * (weights if weights.ndim == 2 else weights[:, None])
    for i in range(bag.shape[0]):
        entries = slice(bag.indptr[i], bag.indptr[i + 1])
        features, values = bag.indices[entries], bag.data[entries]
        missing = np.maximum(1 - signs[i] * (values @ kernel[features] + bias), 0)
        squared_length = values @ values + 1  # the bias is one feature more
        step = signs[i] * missing * costs[i] / (1 + costs[i] * squared_length)
        kernel[features] += np.outer(values, step)
        bias += step
    return kernel, bias
