"""From probabilities to labels: thresholds tuned to the macro-averaged F1 score."""

import numpy as np
from numpy.typing import NDArray

POWERS = np.linspace(0, 1.5, 31)
"""Powers of the classes' frequencies that are tried as thresholds; 0 leaves the largest score."""


def tune_thresholds(
    logits: NDArray[np.float32], targets: NDArray[np.generic], frequencies: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Find the thresholds of the classes that make the macro-averaged F1 score largest.

    Of several classes, thresholds are a power of their frequencies, the same
    for all: one number is all that the few documents of a rare class can tell.
    Labels have a threshold each.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes), dtype float32
        The network's outputs for documents it was not trained on.
    targets : ndarray of shape (n_samples,), int, or (n_samples, n_classes) of 0 and 1
        Their classes, or for multi-label targets indicators.
    frequencies : ndarray of shape (n_classes,), dtype float64
        Shares of the classes among the training documents.

    Returns
    -------
    thresholds : ndarray of shape (n_classes,), dtype float64
        For multi-label targets the probability above which a label is given. Else
        the class is given whose probability, divided by its threshold, is largest;
        their geometric mean is one.

    References
    ----------
    Lipton, Elkan, Naryanaswamy (2014), Optimal thresholding of classifiers to
    maximize F1 measure, arXiv:1402.1892. Menon et al. (2021), Long-tail learning
    via logit adjustment, arXiv:2007.07314.
    """
    scores = logits.astype(np.float64)
    if targets.ndim == 2:
        cuts = [
            _best_cut(column, wanted) for column, wanted in zip(scores.T, targets.T, strict=True)
        ]
        return 1 / (1 + np.exp(-np.array(cuts)))
    n_classes = scores.shape[1]
    rarity = -np.log(np.maximum(frequencies, np.finfo(float).tiny))
    rarity -= rarity.mean()
    found = [macro_f1((scores + p * rarity).argmax(axis=1), targets, n_classes) for p in POWERS]
    return np.exp(-POWERS[int(np.argmax(found))] * rarity)


def decide(
    logits: NDArray[np.float32], thresholds: NDArray[np.float64], multilabel: bool
) -> NDArray[np.int64]:
    """Return class numbers of shape (n_samples,), or indicators of shape (n_samples, n_classes)."""
    if multilabel:
        return (logits > np.log(thresholds) - np.log1p(-thresholds)).astype(np.int64)
    return (logits - np.log(thresholds)).argmax(axis=1)


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
    return float((ranked[best] + following) / 2)
