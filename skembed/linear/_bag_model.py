"""A linear model on bags of words, for classes or numbers."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from skembed.bags import BagTables
from skembed.linear._bags import Bag, Documents, blocks_of, read_bags, with_numbers
from skembed.linear._statistics import N_MEASURED
from skembed.linear._targets import Floats, Targets

SHORT = 40.0
"""Tokens of a document up to which network and linear model have the same weight.

Chosen in the first two inner folds of the training parts of the studies' corpora, see
docs/decisions.md. In longer documents the network, which is too sure, outvoted the better margins.
"""


@dataclass(frozen=True, eq=False)
class JointLogOdds:
    """A sum of a network's log-odds and of margins, each times a factor, and of an offset."""

    network_factor: float
    margin_factor: float
    offset: Floats | float = 0.0  # (n_outputs,): the same for all documents

    def of_network(self, logits: Floats) -> Floats:
        """Return what a network's log-odds, or a share of them, add to the joint ones."""
        return np.float32(self.network_factor) * logits

    def of_margins(self, margins: Floats) -> Floats:
        """Return what margins, or coefficients that make them, add to the joint log-odds."""
        return np.float32(self.margin_factor) * margins

    def join(self, logits: Floats, margins: Floats) -> Floats:
        """Join log-odds and margins of the same documents, both (n_samples, n_outputs)."""
        return self.of_network(logits) + self.of_margins(margins) + self.offset


@dataclass(frozen=True, eq=False)
class BagModel(ABC):
    """A linear model on bags of words and on numbers beside them, which is added to a network."""

    bags: BagTables
    coef: Floats  # (n_features, n_outputs): first those of bags of words, then those of numbers
    intercept: Floats  # (n_outputs,)
    curvature: Floats  # (n_features + 1,): of each coefficient, and the intercept
    unit: float  # weight of a training document that counts as one
    number_unit: float = field(default=1.0, kw_only=True)  # the unit of numbers beside a bag

    @property
    @abstractmethod
    def joint(self) -> JointLogOdds:
        """How the outputs are added to those of the network of `calibrated_on`."""

    @property
    def joint_intercept(self) -> Floats:
        """What is added to the joint outputs of all documents: (n_outputs,)."""
        return self.joint.join(np.zeros_like(self.intercept), self.intercept)

    @abstractmethod
    def partial_fit(
        self, documents: Documents, targets: Targets, weights: Floats, numbers: Floats | None = None
    ) -> "BagModel":
        """Continue with more documents, whose new words are not counted."""

    def calibrated_on(
        self, logits: Floats, targets: Targets, weights: Floats, *, anew: bool = True
    ) -> Self:
        """Measure a network by its outputs for the training documents of `calibration_rows`.

        Earlier measurements are kept if not `anew`.
        """
        model: Any = self  # each kind has statistics of its own, which are its last field
        before = type(model.trained)() if anew else model.trained
        return replace(model, trained=before.with_more(logits, targets, weights))

    def bag_of_words(self, documents: Documents, numbers: Floats | None = None) -> Bag:
        """Count words, pairs and n-grams: weighted bags of shape (n_samples, n_features).

        Numbers beside the documents, (n_samples, n_numbers), are the last columns.
        """
        return with_numbers(read_bags(self.bags, documents), numbers, self.number_unit)

    def margins(self, documents: Documents, numbers: Floats | None = None) -> Floats:
        """Compute outputs of shape (n_samples, n_outputs), a block of documents at a time."""
        coef = self.coef[: self.bags.n_features]
        found = [read_bags(self.bags, block) @ coef for block in blocks_of(documents)]
        margins: Floats = (found[0] if len(found) == 1 else np.concatenate(found)) + self.intercept
        if numbers is not None:
            margins += (numbers / np.float32(self.number_unit)) @ self.coef[len(coef) :]
        return margins

    def margins_by_number(self, numbers: Floats, mixing: Floats) -> Floats:
        """Share a document's margins among the numbers beside it: (n_numbers, n_wanted).

        `numbers` has the shape (n_numbers,); `mixing`, (n_outputs, n_wanted), holds the
        coefficients of the sums of the outputs.
        """
        coef = self.coef[self.bags.n_features :]
        found: Floats = np.einsum("f,fc,cw->fw", numbers / self.number_unit, coef, mixing)
        return found.astype(np.float32)

    def of_bag(self, bag: Bag) -> Floats:
        """Compute the outputs of bags, numbers included."""
        return bag @ self.coef + self.intercept


class LinearKind(NamedTuple):
    """A kind of linear models.

    Attributes
    ----------
    fit : callable
        Takes documents, the number of ids, their vocabulary, targets, weights, the number of
        outputs, a seed and numbers beside the documents, and returns a `BagModel`.
    score : callable
        Takes joint outputs and targets, and returns the score of each document.
    """

    fit: Callable[..., BagModel]
    score: Callable[[Floats, Targets], NDArray[np.generic]]


def calibration_rows(n_samples: int) -> NDArray[np.int64]:
    """Return the training documents that are measured, in their order."""
    rows = np.linspace(0, n_samples - 1, min(n_samples, N_MEASURED))
    return np.unique(rows.astype(np.int64))


def network_share(mean_tokens: float) -> float:
    """Return the network's share of the joint log-odds, one half if documents are short.

    In longer documents the linear model sums over more words, while a network keeps only its last
    state or its maxima, which do not grow.

    Examples
    --------
    >>> [round(network_share(tokens), 2) for tokens in (10, 40, 160, 1000)]
    [0.5, 0.5, 0.33, 0.17]
    """
    return 1 / (1 + max(1.0, math.sqrt(mean_tokens / SHORT)))
