"""How far log-odds or margins spread, and how often they are wrong."""

from dataclasses import dataclass

import numpy as np

from skembed._records import record
from skembed.linear._targets import (
    Floats,
    Targets,
    squares_and_errors,
    weights_of_documents,
)

N_MEASURED = 1000
"""Number of training documents on which a network and a linear model are measured.

It was chosen by cost, not tuned: predicting them takes a fraction of an epoch, and the share of
errors is then known to 1.6 percent or better (one standard error).
"""

LEAST_ERROR = 1e-3
"""Least amount added to the share of errors, because a model without errors may still err.

It is the inverse of `N_MEASURED`. With fewer documents, one more error is added.
"""


@record
@dataclass(frozen=True)
class LogitStatistics:
    """How far log-odds or margins spread, and how often they are wrong."""

    n: float = 0.0  # documents measured
    square: float = 0.0  # mean square, for several classes minus their mean
    wrong: float = 0.0  # share of wrong classes, or of wrong labels
    doubt: float = LEAST_ERROR  # added to it
    means: tuple[float, ...] = ()  # of the log-odds of each label

    def with_more(self, logits: Floats, targets: Targets, weights: Floats) -> "LogitStatistics":
        """Measure more documents that have a weight; their share grows if there were few before."""
        if not weights.any():
            return self
        squares, wrong = squares_and_errors(logits, targets)
        of_documents = weights_of_documents(weights)
        n_more = int(np.count_nonzero(of_documents))
        n = min(self.n, N_MEASURED) + n_more
        share = n_more / n
        means = ()
        if targets.ndim == 2:
            after = np.average(logits, axis=0, weights=of_documents)
            means = tuple(((1 - share) * np.array(self.means or 0.0) + share * after).tolist())
        return LogitStatistics(
            n,
            (1 - share) * self.square + share * float(np.average(squares, weights=weights)),
            (1 - share) * self.wrong + share * float(np.average(wrong, weights=weights)),
            doubt=max(1 / n, LEAST_ERROR),
            means=means,
        )

    @property
    def spread(self) -> float:
        """Root of the mean square."""
        return self.square**0.5

    @property
    def error(self) -> float:
        """Share of errors, more than zero."""
        return self.wrong + self.doubt
