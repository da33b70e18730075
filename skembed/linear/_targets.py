"""The meaning of targets: only this module distinguishes class numbers from indicators.

Targets of single-label documents are class numbers of shape (n_samples,). Targets of multi-label
documents are 0 and 1, of shape (n_samples, n_outputs). Weights have the targets' shape.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, log_softmax

Floats: TypeAlias = NDArray[np.float32]
Targets: TypeAlias = NDArray[np.generic]
"""Class numbers, int, or indicators, of any type."""

Problem: TypeAlias = tuple[Targets, Floats, dict[int, int]]
"""Class numbers, weights, and for each class its output."""


def problems_of(targets: Targets, weights: Floats, n_outputs: int) -> Iterator[Problem]:
    """Yield the problems of an SVM: all classes at once, or one label after the other."""
    if targets.ndim == 2:
        for i, (wanted, weight) in enumerate(zip(targets.T, weights.T, strict=True)):
            yield wanted.astype(np.int32), weight, {1: i}
    else:
        yield targets, weights, {i: i for i in range(n_outputs)}


def signs_of(targets: Targets, n_outputs: int) -> Floats:
    """Return the target margins, 1 and -1: (n_samples, n_outputs)."""
    wanted = targets if targets.ndim == 2 else np.eye(n_outputs, dtype=np.float32)[targets]
    return 2 * wanted.astype(np.float32) - 1


def weights_of_outputs(weights: Floats) -> Floats:
    """Return the weight of each margin: (n_samples, n_outputs), or (n_samples, 1) for all."""
    return weights if weights.ndim == 2 else weights[:, None]


def weights_of_documents(weights: Floats) -> Floats:
    """Return the weight of each document: (n_samples,)."""
    return weights.mean(axis=1) if weights.ndim == 2 else weights


def cross_entropies(logits: NDArray[np.float64], targets: Targets) -> NDArray[np.float64]:
    """Return the cross-entropy of log-odds, in the shape of the targets."""
    if targets.ndim == 2:
        return -log_expit(np.where(targets, logits, -logits))
    return -log_softmax(logits, axis=1)[np.arange(len(targets)), targets]


def squares_and_errors(logits: Floats, targets: Targets) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the squares of log-odds, and which are wrong, in the shape of the targets.

    For several classes, their mean is subtracted first, which changes no probability.
    """
    if targets.ndim == 2:
        return logits**2, (logits > 0) != targets.astype(bool)
    squares = ((logits - logits.mean(axis=1, keepdims=True)) ** 2).mean(axis=1)
    return squares, logits.argmax(axis=1) != targets
