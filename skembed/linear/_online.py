"""Linear models that are updated by one document after the other."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from skembed.linear._bags import Bag
from skembed.linear._targets import Floats, weights_of_documents

Solution: TypeAlias = tuple[Floats, Floats]
"""Coefficients of shape (n_features, n_outputs), and intercepts of shape (n_outputs,)."""


class Steps(NamedTuple):
    """The targets that documents set for the outputs.

    Attributes
    ----------
    lacking : callable
        Takes the number of a document and its outputs, of shape (n_outputs,), and returns
        their distance from the target, with a sign.
    costs : ndarray of shape (n_samples, n_outputs) or (n_samples, 1), dtype float32
        The cost of a squared distance, relative to a squared coefficient.
    """

    lacking: Callable[[int, Floats], Floats]
    costs: Floats


def curvature_of(bag: Bag, weights: Floats, *, cost: float) -> Floats:
    """Return how firmly documents hold each coefficient, and last the intercept."""
    weights = weights_of_documents(weights)
    held = np.append(bag.multiply(bag).T @ weights, weights.sum())
    return (1 + cost * held).astype(np.float32)


def go_on(solution: Solution, curvature: Floats, bag: Bag, steps: Steps) -> tuple[Solution, Floats]:
    """Update by more documents, one after the other; return solution and curvature.

    Each document moves the model just enough to bring its outputs near their targets, and least the
    coefficients that many documents have held before. Crammer, Kulesza, Dredze (2009), Adaptive
    regularization of weight vectors, NIPS 22.
    """
    coef, intercept = (array.copy() for array in solution)
    held, costs = curvature.copy(), steps.costs
    for i in range(bag.shape[0]):
        entries = slice(bag.indptr[i], bag.indptr[i + 1])
        features, values = bag.indices[entries], bag.data[entries]
        lacking = steps.lacking(i, values @ coef[features] + intercept)
        eased = values / held[features]
        give = values @ eased + 1 / held[-1]
        step = lacking * costs[i] / (1 + costs[i] * give)
        coef[features] += np.outer(eased, step)
        intercept += step / held[-1]
        cost = costs[i].mean()
        held[features] += cost * values**2
        held[-1] += cost
    return (coef, intercept), held
