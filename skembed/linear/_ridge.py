"""Ridge regressions beside a network: numbers from bags of words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.linear._bag_model import (
    BagModel,
    JointLogOdds,
    LinearKind,
    network_share,
)
from skembed.linear._bags import (
    Bag,
    Documents,
    blocks_of,
    learn_bags_beside,
    without_unknown,
)
from skembed.linear._online import Solution, Steps, curvature_of, go_on
from skembed.linear._statistics import N_MEASURED
from skembed.linear._svm import held_out_folds
from skembed.linear._targets import Floats, Targets, weights_of_documents

PENALTIES = 0.1, 0.3, 1.0, 3.0, 10.0
"""Weights of the squared coefficients that are tried on held-out folds.

Rows have the length one and targets the variance one, so their scale does not matter.
"""

LEAST_ERROR = 1e-6
"""Smallest mean squared error that is used, because both errors are divisors."""


@record
@dataclass(frozen=True)
class ErrorStatistics:
    """Mean squared errors of documents."""

    n: float = 0.0  # documents measured
    square: float = 0.0  # mean square of their errors

    def with_more(self, outputs: Floats, targets: Targets, weights: Floats) -> "ErrorStatistics":
        """Measure more documents; their share grows if there were few before."""
        if not weights.any():
            return self
        n_before = min(self.n, N_MEASURED)
        share = len(targets) / (n_before + len(targets))
        square = float(np.average(errors_of(outputs, targets) ** 2, weights=weights))
        mean = (1 - share) * self.square + share * square
        return ErrorStatistics(n_before + len(targets), mean)

    @property
    def error(self) -> float:
        """Mean squared error, more than zero."""
        return max(self.square, LEAST_ERROR)


@record
@dataclass(frozen=True, eq=False)
class RidgeModel(BagModel):
    """A ridge regression on bags of words, and how its outputs and a network's are added."""

    penalty: float  # weight of the squared coefficients
    held_out: ErrorStatistics  # of documents before they were learned from
    network_share: float  # of the joint outputs, if it errs no more than the regression
    trained: ErrorStatistics = field(default_factory=ErrorStatistics)  # of the network

    @property
    def joint(self) -> JointLogOdds:
        """The mean of both outputs, weighed by estimates of their variances.

        If a network errs more on its training documents than the regression on others, it gets less
        weight, like the less exact of two measurements.
        """
        trust = min(1.0, self.held_out.error / self.trained.error)
        network = self.network_share * trust
        total = network + 1 - self.network_share
        return JointLogOdds(network / total, 1 - network / total)

    def partial_fit(
        self, documents: Documents, targets: Targets, weights: Floats, numbers: Floats | None = None
    ) -> "RidgeModel":
        """Continue with more documents, whose new words are not counted."""
        bag = without_unknown(self.bag_of_words(documents, numbers))
        weights = weights / np.float32(self.unit)
        held_out = self.held_out.with_more(self.of_bag(bag), targets, weights)
        steps = Steps(
            lambda i, outputs: -errors_of(outputs, targets[i]), weights / np.float32(self.penalty)
        )
        (coef, intercept), curvature = go_on(
            (self.coef, self.intercept), self.curvature, bag, steps
        )
        return replace(self, coef=coef, intercept=intercept, curvature=curvature, held_out=held_out)


def fit_ridge_model(
    documents: Documents,
    n_ids: int,
    vocabulary: Mapping[str, int] | None,
    targets: Targets,
    weights: Floats,
    n_outputs: int,
    seed: int,
    numbers: Floats | None = None,
) -> RidgeModel:
    """Fit a ridge regression of targets of variance one, (n_samples, n_outputs).

    It is the same to the last bit for all documents at once and for blocks of them. Held-out folds,
    which `seed` determines, choose the penalty. Hoerl, Kennard (1970), Ridge regression,
    https://doi.org/10.1080/00401706.1970.10488634.
    """
    bags, bag, number_unit = learn_bags_beside(documents, n_ids, vocabulary, numbers, targets)
    n_tokens = sum(len(block.ids) for block in blocks_of(documents))
    unit = float(weights.mean())
    weights = weights / np.float32(unit)
    penalty, held_out = _choose_penalty(bag, targets, weights, seed)
    coef, intercept = _solve(bag, targets, weights, penalty)
    return RidgeModel(
        bags,
        coef,
        intercept,
        curvature_of(bag, weights, cost=1 / penalty),
        unit,
        penalty,
        held_out,
        network_share=network_share(n_tokens / len(targets)),
        number_unit=number_unit,
    )


def _choose_penalty(
    bag: Bag, targets: Targets, weights: Floats, seed: int
) -> tuple[float, ErrorStatistics]:
    """Return the penalty with the least squared error on held-out folds, and that error."""
    found = dict.fromkeys(PENALTIES, ErrorStatistics())
    for kept, held in held_out_folds(len(targets), seed):
        for penalty in PENALTIES if len(kept) else ():
            coef, intercept = _solve(bag[kept], targets[kept], weights[kept], penalty)
            outputs = bag[held] @ coef + intercept
            found[penalty] = found[penalty].with_more(outputs, targets[held], weights[held])
    penalty = min(PENALTIES, key=lambda each: found[each].square)
    return penalty, found[penalty]


def _solve(bag: Bag, targets: Targets, weights: Floats, penalty: float) -> Solution:
    """Return coefficients and intercepts; weights of several outputs count by their mean."""
    from sklearn.linear_model import Ridge  # imported only when it is needed

    of_documents = weights_of_documents(weights)
    counted = np.flatnonzero(of_documents)
    if not len(counted):
        return np.zeros((bag.shape[1], targets.shape[1]), np.float32), np.zeros(
            targets.shape[1], np.float32
        )
    ridge = Ridge(penalty, solver="sparse_cg", tol=1e-4)
    ridge.fit(bag[counted], targets[counted], sample_weight=of_documents[counted])
    coef = np.atleast_2d(ridge.coef_).T.astype(np.float32)
    return coef, np.atleast_1d(ridge.intercept_).astype(np.float32)


def errors_of(outputs: Floats, targets: Targets) -> Floats:
    """Return how far outputs are above targets, which are numbers of the same shape."""
    return outputs - targets.astype(np.float32)


def absolute_errors(outputs: Floats, targets: Targets) -> NDArray[np.float32]:
    """Return the mean absolute error of each document: (n_samples,)."""
    return np.abs(errors_of(outputs, targets)).mean(axis=1)


RIDGE = LinearKind(fit_ridge_model, absolute_errors)
"""For numbers."""
