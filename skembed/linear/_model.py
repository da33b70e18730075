"""A fitted linear model: margins of documents, and how they are joined with a network."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.bags import BagTables
from skembed.linear._bags import Bag, Documents, blocks_of, read_bags, without_unknown
from skembed.linear._joint import JointLogOdds, weigh_both
from skembed.linear._statistics import N_MEASURED, LogitStatistics
from skembed.linear._svm import N_USUAL, find_temperature, go_on
from skembed.linear._targets import Floats, Targets


@record
@dataclass(frozen=True, eq=False)
class LinearModel:
    """A linear SVM on bags of words, and how its margins and a network's log-odds are joined.

    Attributes
    ----------
    bags : BagTables
        What documents are counted by.
    coef : ndarray of shape (n_features, n_outputs), dtype float32
        Coefficients of the margins, a margin of one being wanted on either side.
    intercept : ndarray of shape (n_outputs,), dtype float32
        What is added to them.
    curvature : ndarray of shape (n_features + 1,), dtype float32
        How firmly training documents hold each coefficient, and the intercepts.
    unit : float
        Weight of a training document that counts as one.
    temperature : float
        Log-odds that a margin of one means.
    held_out : LogitStatistics
        Margins of documents before they were learned from.
    learned : LogitStatistics
        Margins of training documents.
    network_share : float
        The network's share of the joint log-odds, where it is worth no less than the SVM.
    trained : LogitStatistics
        The network's log-odds of training documents.
    """

    bags: BagTables
    coef: Floats
    intercept: Floats
    curvature: Floats
    unit: float
    temperature: float
    held_out: LogitStatistics
    learned: LogitStatistics
    network_share: float
    trained: LogitStatistics = field(default_factory=LogitStatistics)

    @property
    def joint(self) -> JointLogOdds:
        """How margins are joined with the log-odds of the network of `calibrated_on`."""
        return weigh_both(
            self.network_share,
            self.temperature,
            len(self.intercept),
            held_out=self.held_out,
            learned=self.learned,
            network=self.trained,
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

        Parameters
        ----------
        documents : TokenSequences of shape (n_samples,), or re-iterable of such
            More documents.
        targets, weights : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Class numbers or indicators, and their weights.
        """
        bag = without_unknown(self.bag_of_words(documents))
        weights = weights / np.float32(self.unit)
        temperature, held_out = self.temperature, self.held_out
        if held_out.n < N_MEASURED:
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
        """Measure a network on some of its training documents.

        Parameters
        ----------
        logits : ndarray of shape (n_some, n_outputs), dtype float32
            The network's log-odds of the documents of `calibration_rows`.
        targets, weights : ndarray of shape (n_some,) or (n_some, n_outputs)
            Class numbers or indicators of the same documents, and their weights.
        anew : bool, default=True
            Forget what was measured before; False adds to it.
        """
        before = LogitStatistics() if anew else self.trained
        return replace(self, trained=before.with_more(logits, targets, weights))


def calibration_rows(n_samples: int) -> NDArray[np.int64]:
    """Return the training documents that are measured, from the first to the last."""
    rows = np.linspace(0, n_samples - 1, min(n_samples, N_MEASURED))
    return np.unique(rows.astype(np.int64))
