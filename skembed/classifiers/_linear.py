"""The linear half of a wide network: an SVM on bags of words, and how both halves are joined."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.classifiers._bags import Bag, BagReader, learn_bags, without_unknown
from skembed.classifiers._reader import Reader, as_data
from skembed.classifiers._svm import (
    Floats,
    curvature_of,
    find_temperature,
    fit_svm,
    go_on,
    margins_of_others,
)
from skembed.networks import (
    AnyData,
    Examples,
    LinearLayer,
    NetworkData,
    NetworkState,
    predict_logits,
)
from skembed.text import TokenSequences

SHORT = 40.0
"""Tokens of a document up to which both halves count alike."""

N_MEASURED = 1000
"""Training documents on which the halves are measured."""

USUAL_TEMPERATURE, N_USUAL = 4.0, 3
"""What a margin of one means where few documents tell, and as how many documents that counts."""

LEAST_SPREAD = 0.7
"""How far a network's log-odds may always spread, times the root of the number of classes.

Where words alone say nothing, the margins have next to no spread.
"""

LEAST_ERROR = 1e-3
"""Added to the share of errors, so that none at all is no proof."""


@record
@dataclass(frozen=True)
class Measured:
    """How far log-odds or margins spread, and how often they are wrong.

    Attributes
    ----------
    n : float
        Documents measured.
    square : float
        Mean square, of several classes without what they share.
    wrong : float
        Share of wrong classes, or of wrong labels.
    """

    n: float = 0.0
    square: float = 0.0
    wrong: float = 0.0

    def with_more(
        self, logits: Floats, targets: NDArray[np.generic], weights: Floats
    ) -> "Measured":
        """Measure more documents; they count the more, the fewer there were before."""
        if not weights.any():
            return self
        if targets.ndim == 2:
            squares, wrong = logits**2, (logits > 0) != targets.astype(bool)
        else:
            squares = ((logits - logits.mean(axis=1, keepdims=True)) ** 2).mean(axis=1)
            wrong = logits.argmax(axis=1) != targets
        n_before = min(self.n, N_MEASURED)
        part = len(targets) / (n_before + len(targets))
        return Measured(
            n_before + len(targets),
            (1 - part) * self.square + part * float(np.average(squares, weights=weights)),
            (1 - part) * self.wrong + part * float(np.average(wrong, weights=weights)),
        )

    @property
    def spread(self) -> float:
        """Root of the mean square."""
        return self.square**0.5

    @property
    def error(self) -> float:
        """Share of errors, more than zero."""
        return self.wrong + LEAST_ERROR


@record
@dataclass(frozen=True, eq=False)
class LinearHalf:
    """A linear SVM on bags of words, and how its margins and a network's log-odds are joined.

    Attributes
    ----------
    bags : BagReader
        Counts words.
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
    held_out : Measured
        Margins of documents before they were learned from.
    learned : Measured
        Margins of training documents.
    network_part : float
        The network's part of the joint log-odds, where it is worth no less than the SVM.
    trained : Measured
        The network's log-odds of training documents.
    """

    bags: BagReader
    coef: Floats
    intercept: Floats
    curvature: Floats
    unit: float
    temperature: float
    held_out: Measured
    learned: Measured
    network_part: float
    trained: Measured = field(default_factory=Measured)

    @property
    def margin_factor(self) -> float:
        """What a margin counts in the joint log-odds."""
        return float(np.sqrt(2)) * (1 - self.network_part) * self.temperature

    @property
    def network_factor(self) -> float:
        """What the network's log-odds count.

        They are made smaller where they spread further than those of the margins, of
        documents that both have learned from: a network is surer than it may be, and how much
        so differs from corpus to corpus. A network that errs more on them than the margins do
        on other documents counts the less, as sources of different variance do.
        """
        spread = self.temperature * self.learned.spread
        spread = max(spread, LEAST_SPREAD / float(np.sqrt(len(self.intercept))))
        trust = min(1.0, self.held_out.error / self.trained.error) ** 2
        trust *= min(1.0, spread / max(self.trained.spread, 1e-6))
        return float(np.sqrt(2)) * self.network_part * trust

    def read(self, data: AnyData) -> Bag:
        """Count the words of a network's documents."""
        return self.bags.read(sequences_of(data))

    def margins(self, bag: Bag) -> Floats:
        """Compute margins of shape (n_samples, n_outputs)."""
        return bag @ self.coef + self.intercept

    def join(self, logits: Floats, data: AnyData) -> Floats:
        """Add the margins to a network's log-odds of the same documents, each by its factor."""
        margins = self.margins(self.read(data))
        return np.float32(self.network_factor) * logits + np.float32(self.margin_factor) * margins

    def as_layer(self) -> LinearLayer:
        """Return it as a layer that gives its part of the joint log-odds."""
        factor = np.float32(self.margin_factor)
        return LinearLayer(factor * self.coef, factor * self.intercept, self.network_factor)

    def updated(self, examples: Examples) -> "LinearHalf":
        """Go on with more documents, whose new words are not counted.

        Where few documents have told so far what margins mean, these do before they are
        learned from. Later ones may have been learned from already.
        """
        bag = without_unknown(self.read(examples.data))
        targets, weights = examples.targets, examples.weights / np.float32(self.unit)
        temperature, held_out = self.temperature, self.held_out
        if held_out.n < N_MEASURED:
            margins, n_before = self.margins(bag), N_USUAL + held_out.n
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

    def suited_to(
        self, state: NetworkState, examples: Examples, *, anew: bool = True
    ) -> "LinearHalf":
        """Measure a network on some of its training documents, anew or besides those before."""
        rows = spaced_rows(len(examples.data), N_MEASURED)
        logits = predict_logits(state, as_data(sequences_of(examples.data)[rows]))
        before = Measured() if anew else self.trained
        measured = before.with_more(logits, examples.targets[rows], examples.weights[rows])
        return replace(self, trained=measured)


def predict_jointly(state: NetworkState, linear: LinearHalf | None, data: AnyData) -> Floats:
    """Compute the log-odds of a network and its linear half, if it has one."""
    logits = predict_logits(state, data)
    return logits if linear is None else linear.join(logits, data)


def learn_linear_half(
    reader: Reader, examples: Examples, n_outputs: int, *, seed: int
) -> LinearHalf:
    """Fit a linear half, and find out on held-out folds what its margins mean.

    Parameters
    ----------
    reader : Reader
        Knows the ids' words.
    examples : Examples
        Training documents.
    n_outputs : int
        Number of classes.
    seed : int
        Fixes the folds, and the order in which the SVM sees the documents.

    Notes
    -----
    LIBLINEAR solves one SVM with squared hinge loss for each class. Margins
    become log-odds by one factor, the one with the least cross-entropy on the
    held-out folds. Two sources that err apart are surer together than each
    alone: the mean of their log-odds is multiplied by the root of two.

    References
    ----------
    Fan et al. (2008), LIBLINEAR: a library for large linear classification,
    JMLR 9. Guo et al. (2017), On calibration of modern neural networks,
    arXiv:1706.04599. Beside a network: Cheng et al. (2016), Wide & deep learning
    for recommender systems, arXiv:1606.07792, who train both as one.
    """
    sequences = sequences_of(examples.data)
    assert reader.n_rows is not None
    bags, bag = learn_bags(sequences, reader.n_rows, reader.vocabulary)
    targets, unit = examples.targets, float(examples.weights.mean())
    weights = examples.weights / np.float32(unit)
    margins, rows = margins_of_others(bag, targets, weights, n_outputs, seed)
    told = weights[rows]
    if targets.ndim == 2:  # a label that all documents have, or none, tells nothing
        told = told * (targets.min(axis=0) != targets.max(axis=0))
    temperature = find_temperature(
        margins, targets[rows], told, before=USUAL_TEMPERATURE, n_before=N_USUAL
    )
    coef, intercept = fit_svm(bag, targets, weights, n_outputs, seed)
    some = spaced_rows(len(targets), N_MEASURED)
    of_some = bag[some] @ coef + intercept
    return LinearHalf(
        bags,
        coef,
        intercept,
        curvature_of(bag, weights),
        unit,
        temperature,
        Measured().with_more(margins, targets[rows], weights[rows]),
        Measured().with_more(of_some, targets[some], weights[some]),
        network_part(len(sequences.ids) / len(sequences)),
    )


def network_part(mean_tokens: float) -> float:
    """Return the network's part of the joint log-odds, one half where documents are short.

    The longer the documents, the more words the linear half sums over, while what a
    network keeps of them, its last state or its maxima, grows no longer.

    Examples
    --------
    >>> [round(network_part(tokens), 2) for tokens in (10, 40, 160, 1000)]
    [0.5, 0.5, 0.33, 0.17]
    """
    return 1 / (1 + max(1.0, float(np.sqrt(mean_tokens / SHORT))))


def spaced_rows(n_rows: int, n_most: int) -> NDArray[np.int64]:
    """Return rows from the first to the last, so many at most."""
    return np.unique(np.linspace(0, n_rows - 1, min(n_rows, n_most)).astype(np.int64))


def sequences_of(data: AnyData) -> TokenSequences:
    """Take a network's documents as sequences of ids again."""
    assert isinstance(data, NetworkData), "a wide network has all documents in memory"
    return TokenSequences(data.steps, data.offsets)
