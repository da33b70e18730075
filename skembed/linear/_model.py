"""A linear model: margins of documents, and how they are joined with a network's log-odds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.bags import BagTables
from skembed.linear._bags import (
    Bag,
    Documents,
    blocks_of,
    learn_bags,
    read_bags,
    without_unknown,
)
from skembed.linear._statistics import N_MEASURED, LogitStatistics
from skembed.linear._svm import (
    N_USUAL,
    USUAL_TEMPERATURE,
    curvature_of,
    find_temperature,
    fit_svm,
    go_on,
    margins_of_others,
)
from skembed.linear._targets import Floats, Targets, telling_weights

SHORT = 40.0
"""Tokens of a document up to which network and linear model count alike.

Chosen in the first two inner folds of the training parts of the studies' corpora, see
docs/decisions.md: in long documents the surer network outvoted the better margins.
"""

SURER_TOGETHER = math.sqrt(2)
"""What the mean of both log-odds is multiplied by.

Reasoned, not tuned: of two sources that err apart, equally far, the mean errs by a root of two
less, so that it may be surer by as much.
"""

LEAST_SPREAD = 0.7
"""How far a network's log-odds may always spread, times the root of the number of classes.

Where words alone say nothing, the margins have next to no spread, and the network would
count for nothing. The value was chosen with `SHORT`, in the same inner folds; no run with
another one is kept.
"""

LEAST_NETWORK_SPREAD = 1e-6
"""A network's log-odds that are all alike are not divided by zero."""


@dataclass(frozen=True)
class JointLogOdds:
    """A sum of a network's log-odds and of margins, each times a factor."""

    network_factor: float
    margin_factor: float

    def of_network(self, logits: Floats) -> Floats:
        """Return what a network's log-odds, or a share of them, add to the joint ones."""
        return np.float32(self.network_factor) * logits

    def of_margins(self, margins: Floats) -> Floats:
        """Return what margins, or coefficients that make them, add to the joint log-odds."""
        return np.float32(self.margin_factor) * margins

    def join(self, logits: Floats, margins: Floats) -> Floats:
        """Join log-odds and margins of the same documents, both (n_samples, n_outputs)."""
        return self.of_network(logits) + self.of_margins(margins)


@record
@dataclass(frozen=True, eq=False)
class LinearModel:
    """A linear SVM on bags of words, and how its margins and a network's log-odds are joined."""

    bags: BagTables
    coef: Floats  # (n_features, n_outputs), a margin of one being wanted on either side
    intercept: Floats  # (n_outputs,)
    curvature: Floats  # (n_features + 1,): how firmly documents hold each coefficient, intercepts
    unit: float  # weight of a training document that counts as one
    temperature: float  # log-odds that a margin of one means
    held_out: LogitStatistics  # of margins of documents before they were learned from
    learned: LogitStatistics  # of margins of training documents
    network_share: float  # of the joint log-odds, where it is worth no less than the SVM
    trained: LogitStatistics = field(default_factory=LogitStatistics)  # of the network's log-odds

    @property
    def joint(self) -> JointLogOdds:
        """How margins are joined with the log-odds of the network of `calibrated_on`.

        The network's are made smaller where they spread further than the margins' of documents
        that both have learned from: a network is surer than it may be, and how much so differs
        from corpus to corpus. A network that errs more on them than the margins do on other
        documents counts the less, as sources of different variance do.
        """
        least = LEAST_SPREAD / math.sqrt(len(self.intercept))
        spread = max(self.temperature * self.learned.spread, least)
        trust = min(1.0, self.held_out.error / self.trained.error) ** 2
        trust *= min(1.0, spread / max(self.trained.spread, LEAST_NETWORK_SPREAD))
        return JointLogOdds(
            SURER_TOGETHER * self.network_share * trust,
            SURER_TOGETHER * (1 - self.network_share) * self.temperature,
        )

    def bag_of_words(self, documents: Documents) -> Bag:
        """Count words, pairs and n-grams: weighted bags of shape (n_samples, n_features)."""
        return read_bags(self.bags, documents)

    def margins(self, documents: Documents) -> Floats:
        """Compute margins of shape (n_samples, n_outputs), a block of documents at a time."""
        found = [self._of_bag(read_bags(self.bags, block)) for block in blocks_of(documents)]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _of_bag(self, bag: Bag) -> Floats:
        return bag @ self.coef + self.intercept

    def partial_fit(self, documents: Documents, targets: Targets, weights: Floats) -> "LinearModel":
        """Go on with more documents, whose new words are not counted.

        Where few documents have told so far what margins mean, these do before they are
        learned from. Later ones may have been learned from already.
        """
        bag = without_unknown(self.bag_of_words(documents))
        weights = weights / np.float32(self.unit)
        temperature, held_out = self.temperature, self.held_out
        knew_classes = bool(self.coef.any())  # else its margins tell nothing
        if held_out.n < N_MEASURED and knew_classes:
            margins, n_before = self._of_bag(bag), N_USUAL + held_out.n
            temperature = find_temperature(
                margins, targets, weights, before=temperature, n_before=n_before
            )
            held_out = held_out.with_more(margins, targets, weights)
        solution = self.coef, self.intercept
        (coef, intercept), curvature = go_on(solution, self.curvature, bag, targets, weights)
        return replace(
            self,
            coef=coef,
            intercept=intercept,
            curvature=curvature,
            temperature=temperature,
            held_out=held_out,
            learned=self.learned.with_more(bag @ coef + intercept, targets, weights),
        )

    def calibrated_on(
        self, logits: Floats, targets: Targets, weights: Floats, *, anew: bool = True
    ) -> "LinearModel":
        """Measure a network by its log-odds of the training documents of `calibration_rows`.

        What was measured before is forgotten, or added to if not `anew`.
        """
        before = LogitStatistics() if anew else self.trained
        return replace(self, trained=before.with_more(logits, targets, weights))


def calibration_rows(n_samples: int) -> NDArray[np.int64]:
    """Return the training documents that are measured, from the first to the last."""
    rows = np.linspace(0, n_samples - 1, min(n_samples, N_MEASURED))
    return np.unique(rows.astype(np.int64))


def fit_linear_model(
    documents: Documents,
    n_ids: int,
    vocabulary: Mapping[str, int] | None,
    targets: Targets,
    weights: Floats,
    n_outputs: int,
    seed: int,
) -> LinearModel:
    """Fit a linear model, and find out on held-out folds what its margins mean.

    It is the same to the last bit for all documents at once and for blocks of them, of which
    memory holds the ids of one, and the bags of all. Without a vocabulary there are no n-grams
    of characters. `seed` fixes the folds, and the order in which the SVM sees the documents.

    LIBLINEAR solves one SVM with squared hinge loss for each class (Fan et al. 2008, JMLR 9).
    Margins become log-odds by one factor, the one with the least cross-entropy on the
    held-out folds (Guo et al. 2017, On calibration of modern neural networks,
    arXiv:1706.04599). Cheng et al. (2016), Wide & deep learning for recommender systems,
    arXiv:1606.07792, train a network and a linear model as one.
    """
    bags, bag = learn_bags(documents, n_ids, vocabulary)
    n_tokens = sum(len(block.ids) for block in blocks_of(documents))
    if bag.shape[0] != len(targets):
        raise ValueError(f"documents are {bag.shape[0]:,}, but targets {len(targets):,}.")
    unit = float(weights.mean())
    weights = weights / np.float32(unit)
    temperature, held_out = _meaning_of_margins(bag, targets, weights, n_outputs, seed)
    coef, intercept = fit_svm(bag, targets, weights, n_outputs, seed)
    some = calibration_rows(len(targets))
    of_some = bag[some] @ coef + intercept
    return LinearModel(
        bags,
        coef,
        intercept,
        curvature_of(bag, weights),
        unit,
        temperature,
        held_out,
        learned=LogitStatistics().with_more(of_some, targets[some], weights[some]),
        network_share=network_share(n_tokens / len(targets)),
    )


def _meaning_of_margins(
    bag: Bag, targets: Targets, weights: Floats, n_outputs: int, seed: int
) -> tuple[float, LogitStatistics]:
    """Find the temperature of margins, and how they spread and err, on held-out folds."""
    margins, rows = margins_of_others(bag, targets, weights, n_outputs, seed)
    telling = telling_weights(weights[rows], targets)
    temperature = find_temperature(
        margins, targets[rows], telling, before=USUAL_TEMPERATURE, n_before=N_USUAL
    )
    return temperature, LogitStatistics().with_more(margins, targets[rows], weights[rows])


def network_share(mean_tokens: float) -> float:
    """Return the network's share of the joint log-odds, one half where documents are short.

    The longer the documents, the more words the linear model sums over, while what a
    network keeps of them, its last state or its maxima, grows no longer.

    Examples
    --------
    >>> [round(network_share(tokens), 2) for tokens in (10, 40, 160, 1000)]
    [0.5, 0.5, 0.33, 0.17]
    """
    return 1 / (1 + max(1.0, math.sqrt(mean_tokens / SHORT)))
