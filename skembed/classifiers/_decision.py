"""Decisions tuned to the macro-averaged F1 score, and probabilities."""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from skembed._decision import decide

POWERS = np.linspace(0, 1.5, 31)
"""Powers of the classes' frequencies that are tried as thresholds; 0 leaves the largest score."""

ROWS_AT_ONCE = 1 << 13
"""Documents whose logits become probabilities at the same time."""


def probabilities_of(logits: NDArray[np.float32], multilabel: bool) -> NDArray[np.float64]:
    """Turn log-odds into probabilities, both of shape (n_samples, n_classes)."""
    probabilities = logits.astype(np.float64)
    activate = expit if multilabel else partial(softmax, axis=1)
    for start in range(0, len(probabilities), ROWS_AT_ONCE):
        part = probabilities[start : start + ROWS_AT_ONCE]
        part[:] = activate(part)
    return probabilities


def tune_cuts(
    logits: NDArray[np.float32],
    targets: NDArray[np.generic],
    weights: NDArray[np.float32],
    frequencies: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Find the cuts of the log-odds that make the macro-averaged F1 score largest.

    Classes are cut by a power of their frequencies, the same for all: the few documents
    of a rare class can fix one number, not one for each class. Labels have a cut each.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes), dtype float32
        The network's outputs for documents it was not trained on.
    targets : ndarray of shape (n_samples,), int, or (n_samples, n_classes) of 0 and 1
        Their classes, or for multi-label targets indicators.
    weights : ndarray of the shape of `targets`, dtype float32
        Documents of weight zero do not count; the others count alike.
    frequencies : ndarray of shape (n_classes,), dtype float64
        Shares of the classes among the training documents.

    Returns
    -------
    cuts : ndarray of shape (n_classes,), dtype float64
        As `decide` takes them; those of classes have the mean zero.

    References
    ----------
    Lipton, Elkan, Naryanaswamy (2014), Optimal thresholding of classifiers to
    maximize F1 measure, arXiv:1402.1892. Menon et al. (2021), Long-tail learning
    via logit adjustment, arXiv:2007.07314.
    """
    scores, counted = logits.astype(np.float64), weights > 0
    if targets.ndim == 2:
        columns = zip(scores.T, targets.T, counted.T, strict=True)
        return np.array([_best_cut(column[some], wanted[some]) for column, wanted, some in columns])
    scores, targets, n_classes = scores[counted], targets[counted], scores.shape[1]
    rarity = -np.log(np.maximum(frequencies, np.finfo(float).tiny))
    rarity -= rarity.mean()
    found = [macro_f1(decide(scores, -p * rarity, False), targets, n_classes) for p in POWERS]
    return -POWERS[int(np.argmax(found))] * rarity


def thresholds_of(cuts: NDArray[np.float64], multilabel: bool) -> NDArray[np.float64]:
    """Return what cuts mean for probabilities.

    Returns
    -------
    thresholds : ndarray of shape (n_classes,), dtype float64
        For multi-label targets the probability above which a label is given, which may
        round to one. Otherwise probabilities are divided by them; their geometric mean is
        one.
    """
    thresholds: NDArray[np.float64] = expit(cuts) if multilabel else np.exp(cuts)
    return thresholds


def macro_f1(predicted: NDArray[np.int64], targets: NDArray[np.generic], n_classes: int) -> float:
    """Return the mean F1 score of all classes; that of one never met is zero."""
    hits = np.bincount(targets[predicted == targets], minlength=n_classes)
    n_either = np.bincount(predicted, minlength=n_classes) + np.bincount(
        targets, minlength=n_classes
    )
    return float(np.mean(2 * hits / np.maximum(n_either, 1)))


def _best_cut(scores: NDArray[np.float64], wanted: NDArray[np.generic]) -> float:
    """Return the score above which a label is best given; 0 where none has it."""
    if not wanted.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = np.cumsum(wanted[order])
    found = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
    found[:-1][ranked[1:] == ranked[:-1]] = -np.inf
    best = int(found.argmax())
    following = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] - 1
    # Of very large scores the mean may round to the upper one, which must be above the cut.
    return float(min((ranked[best] + following) / 2, np.nextafter(ranked[best], -np.inf)))
