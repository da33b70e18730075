"""From probabilities to labels: thresholds tuned to the macro-averaged F1 score."""

import numpy as np
from numpy.typing import NDArray

ROUNDS = 3
"""Times that each class's threshold is set anew, given those of the others."""

PRIOR_POWERS = np.linspace(0, 1.5, 16)
"""Powers of the classes' frequencies by which probabilities are divided at first."""


def tune_thresholds(
    logits: NDArray[np.float32], targets: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Find the thresholds of the classes that make the macro-averaged F1 score largest.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes), dtype float32
        The network's outputs for documents it was not trained on.
    targets : ndarray of shape (n_samples,), int, or (n_samples, n_classes) of 0 and 1
        Their classes, or for multi-label targets indicators.

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
    via logit adjustment, arXiv:2007.07314, for where the search begins.
    """
    scores = logits.astype(np.float64)
    if targets.ndim == 2:
        cuts = [
            _best_cut(column, wanted) for column, wanted in zip(scores.T, targets.T, strict=True)
        ]
        return 1 / (1 + np.exp(-np.array(cuts)))
    offsets = _offset_by_frequency(scores, targets)
    for _ in range(ROUNDS):
        before = offsets.copy()
        for k in np.argsort(np.bincount(targets, minlength=scores.shape[1]), kind="stable"):
            offsets[k] = _best_offset(scores + offsets, targets, int(k), offsets[k])
        if np.array_equal(before, offsets):
            break
    return np.exp(offsets.mean() - offsets)


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


def _offset_by_frequency(
    scores: NDArray[np.float64], targets: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return the multiple of the classes' log-frequencies that is best taken off all scores."""
    n_classes = scores.shape[1]
    rarity = -np.log(np.bincount(targets, minlength=n_classes) + 1)
    found = [
        macro_f1((scores + power * rarity).argmax(axis=1), targets, n_classes)
        for power in PRIOR_POWERS
    ]
    return PRIOR_POWERS[int(np.argmax(found))] * rarity


def _best_offset(
    scores: NDArray[np.float64], targets: NDArray[np.generic], k: int, offset: float
) -> float:
    """Return the best offset of one class, which now is `offset`, those of the others given.

    With rising offset, documents change one after the other from their best
    other class to this one; the score after each change is found at once.
    """
    n_samples, n_classes = scores.shape
    own = scores[:, k] - offset
    rivals = scores.copy()
    rivals[:, k] = -np.inf
    others = rivals.argmax(axis=1)
    margins = rivals[np.arange(n_samples), others] - own
    order = np.argsort(margins, kind="stable")
    margins, others, wanted = margins[order], others[order], targets[order]

    n_wanted = np.bincount(wanted, minlength=n_classes)
    hit = others == wanted
    n_given, n_hits = _left_of_class(others, hit, n_classes)
    loss = _f1(n_hits, n_given + n_wanted[others])
    loss -= _f1(n_hits - hit, n_given - 1 + n_wanted[others])
    gains = _f1(np.cumsum(wanted == k), np.arange(1, n_samples + 1) + n_wanted[k]) - np.cumsum(loss)
    totals = np.concatenate([[0.0], gains])  # after no change, one, two, ...
    totals[1:-1][np.diff(margins) < 1e-9] = -np.inf  # these change together

    now = int(np.searchsorted(margins, offset))
    best = int(totals.argmax())
    if totals[best] <= totals[now] + 1e-12:
        return offset
    edges = np.concatenate([[margins[0] - 1], margins, [margins[-1] + 1]])
    return float((edges[best] + edges[best + 1]) / 2)


def _left_of_class(
    others: NDArray[np.int64], hit: NDArray[np.bool_], n_classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the documents, and the right ones, that each document's class still has before it."""
    by_class = np.argsort(others, kind="stable")[::-1]
    classes = others[by_class]
    first = np.searchsorted(-classes, -np.arange(n_classes))  # of each class, from the end
    rank, hits = np.arange(1, len(others) + 1), np.cumsum(hit[by_class])
    before = np.concatenate([[0], hits])[first]
    n_given, n_hits = np.empty_like(others), np.empty_like(others)
    n_given[by_class] = rank - first[classes]
    n_hits[by_class] = hits - before[classes]
    return n_given, n_hits


def _f1(hits: NDArray[np.int64], n_either: NDArray[np.int64]) -> NDArray[np.float64]:
    return 2 * hits / np.maximum(n_either, 1)


def _best_cut(scores: NDArray[np.float64], wanted: NDArray[np.generic]) -> float:
    """Return the score above which a label is best given; 0 where none has it."""
    if not wanted.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = np.cumsum(wanted[order])
    found = _f1(hits, np.arange(1, len(hits) + 1) + hits[-1])
    found[:-1][ranked[1:] == ranked[:-1]] = -np.inf
    best = int(found.argmax())
    following = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] - 1
    return float((ranked[best] + following) / 2)
