"""Linear support vector machines, and how their margins are added to a network's log-odds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.linear._bag_model import (
    BagModel,
    JointLogOdds,
    LinearKind,
    calibration_rows,
    network_share,
)
from skembed.linear._bags import (
    Bag,
    Documents,
    blocks_of,
    learn_bags_beside,
    without_unknown,
)
from skembed.linear._online import curvature_of, go_on
from skembed.linear._statistics import N_MEASURED, LogitStatistics
from skembed.linear._svm import (
    N_USUAL,
    USUAL_TEMPERATURE,
    C,
    find_temperature,
    fit_svm,
    margins_of_others,
    svm_steps,
    weights_of_known,
)
from skembed.linear._targets import Floats, Targets, squares_and_errors

SURER_TOGETHER = math.sqrt(2)
"""Factor of the mean of both log-odds.

It was derived, not tuned: if two sources err independently and equally, the error of their mean is
smaller by a root of two, so it may be surer by this factor.
"""

LEAST_SPREAD = 0.7
"""Spread that a network's log-odds may always have, times the root of the number of classes.

If single words say nothing, the margins hardly spread, and the network would have no weight. The
value was chosen with `SHORT`, in the same inner folds. No run with another value is kept.
"""

LEAST_NETWORK_SPREAD = 1e-6
"""Keeps equal log-odds of a network from a division by zero."""


@record
@dataclass(frozen=True, eq=False)
class LinearModel(BagModel):
    """A linear SVM on bags of words, and how its margins and a network's log-odds are added.

    The targets are margins of one on either side.
    """

    temperature: float  # log-odds that a margin of one means
    held_out: LogitStatistics  # of margins of documents before they were learned from
    learned: LogitStatistics  # of margins of training documents
    network_share: float  # of the joint log-odds, if it is worth no less than the SVM
    trained: LogitStatistics = field(default_factory=LogitStatistics)  # of the network's log-odds
    # (2, n_labels): weights of documents with a label, and without it; none for classes
    label_weights: Floats = field(
        default_factory=lambda: np.zeros((2, 0), dtype=np.float32), kw_only=True
    )

    @property
    def joint(self) -> JointLogOdds:
        """How margins are added to the log-odds of the network of `calibrated_on`.

        The network's log-odds are scaled down if they spread further than the margins, on documents
        that both have learned from. A network is too sure, and how much differs from corpus to
        corpus. A network that errs more on these documents than the margins on others gets less
        weight, as sources of larger variance do.

        Both have learned how frequent each label is. That counts once, in the margins, or hardly
        any rare label would be predicted.
        """
        least = LEAST_SPREAD / math.sqrt(len(self.intercept))
        spread = max(self.temperature * self.learned.spread, least)
        trust = min(1.0, self.held_out.error / self.trained.error) ** 2
        trust *= min(1.0, spread / max(self.trained.spread, LEAST_NETWORK_SPREAD))
        network_factor = SURER_TOGETHER * self.network_share * trust
        return JointLogOdds(
            network_factor,
            SURER_TOGETHER * (1 - self.network_share) * self.temperature,
            np.float32(-network_factor) * self._known_to_both(),
        )

    def _known_to_both(self) -> Floats:
        """Return how frequent each label is, in log-odds, as far as the network has learned it."""
        with_label, without = np.maximum(self.label_weights, 0.5)
        frequent = np.log(with_label / without)
        if not self.trained.means or not len(frequent):  # classes, earlier files, nothing measured
            return np.zeros_like(self.intercept)
        means = np.array(self.trained.means, dtype=np.float32)
        return np.clip(means, np.minimum(frequent, 0), np.maximum(frequent, 0))

    def partial_fit(
        self, documents: Documents, targets: Targets, weights: Floats, numbers: Floats | None = None
    ) -> "LinearModel":
        """Continue with more documents, whose new words are not counted.

        If few documents have determined the scale of margins so far, these do so before they are
        learned from. Later documents may have been learned from already.
        """
        bag = without_unknown(self.bag_of_words(documents, numbers))
        weights = weights / np.float32(self.unit)
        temperature, held_out = self.temperature, self.held_out
        known = weights_of_known(weights, targets, self.coef)
        if held_out.n < N_MEASURED and known.any():
            margins, n_before = self.of_bag(bag), N_USUAL + held_out.n
            temperature = find_temperature(
                margins, targets, known, before=temperature, n_before=n_before
            )
            held_out = held_out.with_more(margins, targets, known)
        solution = self.coef, self.intercept
        moved = go_on(
            solution, self.curvature, bag, svm_steps(targets, weights, len(self.intercept))
        )
        (coef, intercept), curvature = moved
        return replace(
            self,
            coef=coef,
            intercept=intercept,
            curvature=curvature,
            temperature=temperature,
            held_out=held_out,
            learned=self.learned.with_more(bag @ coef + intercept, targets, weights),
            label_weights=self.label_weights
            if self.label_weights.size == 0  # as in earlier files
            else self.label_weights + weights_of_labels(targets, weights),
        )


def fit_linear_model(
    documents: Documents,
    n_ids: int,
    vocabulary: Mapping[str, int] | None,
    targets: Targets,
    weights: Floats,
    n_outputs: int,
    seed: int,
    numbers: Floats | None = None,
) -> LinearModel:
    """Fit a linear model, and find the scale of its margins on held-out folds.

    It is the same to the last bit for all documents at once and for blocks of them, of which
    memory holds the ids of one, and the bags of all. Without a vocabulary there are no n-grams of
    characters. `seed` determines the folds, and the order in which the SVM sees the documents.

    LIBLINEAR solves one SVM with squared hinge loss for each class (Fan et al. 2008, JMLR 9).
    Margins become log-odds by one factor, the one with the least cross-entropy on the
    held-out folds (Guo et al. 2017, On calibration of modern neural networks,
    arXiv:1706.04599). Cheng et al. (2016), Wide & deep learning for recommender systems,
    arXiv:1606.07792, train a network and a linear model as one.
    """
    bags, bag, number_unit = learn_bags_beside(documents, n_ids, vocabulary, numbers, targets)
    n_tokens = sum(len(block.ids) for block in blocks_of(documents))
    unit = float(weights.mean())
    weights = weights / np.float32(unit)
    meaning = _meaning_of_margins(bag, targets, weights, n_outputs, seed)
    coef, intercept = fit_svm(bag, targets, weights, n_outputs, seed)
    some = calibration_rows(len(targets))
    of_some = bag[some] @ coef + intercept, targets[some], weights[some]
    return LinearModel(
        bags,
        coef,
        intercept,
        curvature_of(bag, weights, cost=2 * C),
        unit,
        *meaning,
        learned=LogitStatistics().with_more(*of_some),
        network_share=network_share(n_tokens / len(targets)),
        number_unit=number_unit,
        label_weights=weights_of_labels(targets, weights),
    )


def weights_of_labels(targets: Targets, weights: Floats) -> Floats:
    """Add up the weights of documents with each label, and without it: (2, n_labels).

    There are none for class numbers.
    """
    if targets.ndim == 1:
        return np.zeros((2, 0), dtype=np.float32)
    have = targets.astype(bool)
    sums: Floats = np.stack([np.where(which, weights, 0).sum(axis=0) for which in (have, ~have)])
    return sums.astype(np.float32)


def _meaning_of_margins(
    bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int
) -> tuple[float, LogitStatistics]:
    """Find the temperature of margins, and how they spread and err, on held-out folds."""
    margins, rows, known = margins_of_others(bag, targets, weights, n_outputs, seed)
    tried = targets[rows]
    temperature = find_temperature(
        margins, tried, known, before=USUAL_TEMPERATURE, n_before=N_USUAL
    )
    return temperature, LogitStatistics().with_more(margins, tried, known)


def are_right(logits: Floats, targets: Targets) -> NDArray[np.bool_]:
    """Return which documents get the right class, or all of the right labels: (n_samples,)."""
    _, wrong = squares_and_errors(logits, targets)
    return ~wrong if targets.ndim == 1 else ~np.logical_or.reduce(wrong, axis=1)


SVM = LinearKind(fit_linear_model, are_right)
"""For classes and labels."""
