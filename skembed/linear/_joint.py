"""A network's log-odds and a linear model's margins, joined."""

import math
from dataclasses import dataclass

import numpy as np

from skembed.linear._statistics import LogitStatistics
from skembed.linear._targets import Floats

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
    """The joint log-odds: a sum of a network's and of margins, each times a factor.

    Attributes
    ----------
    network_factor : float
        What the network's log-odds count.
    margin_factor : float
        What margins count.
    """

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


def weigh_both(
    share: float,
    temperature: float,
    n_outputs: int,
    *,
    held_out: LogitStatistics,
    learned: LogitStatistics,
    network: LogitStatistics,
) -> JointLogOdds:
    """Find the factors of a network's log-odds and of margins.

    The network's are made smaller where they spread further than those of the margins, of
    documents that both have learned from: a network is surer than it may be, and how much
    so differs from corpus to corpus. A network that errs more on them than the margins do
    on other documents counts the less, as sources of different variance do.

    Parameters
    ----------
    share : float
        The network's share, where it is worth no less than the margins.
    temperature : float
        Log-odds that a margin of one means.
    n_outputs : int
        Number of classes.
    held_out, learned : LogitStatistics
        Of margins: of documents before they were learned from, and of learned ones.
    network : LogitStatistics
        Of the network's log-odds of learned documents.
    """
    spread = max(temperature * learned.spread, LEAST_SPREAD / math.sqrt(n_outputs))
    trust = min(1.0, held_out.error / network.error) ** 2
    trust *= min(1.0, spread / max(network.spread, LEAST_NETWORK_SPREAD))
    return JointLogOdds(SURER_TOGETHER * share * trust, SURER_TOGETHER * (1 - share) * temperature)
