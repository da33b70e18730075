"""The linear half of a wide and deep network: a linear SVM on bags of words."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skembed.classifiers._bags import Bag, BagReader, learn_bags
from skembed.classifiers._reader import InputReader
from skembed.classifiers._svm import Floats, find_temperature, fit_svm, go_on, margins_of_others
from skembed.networks import (
    Examples,
    LinearWeights,
    NetworkData,
    NetworkState,
    predict_logits,
)
from skembed.text import TokenSequences

SHORT = 40.0
"""Tokens of a document up to which both halves count alike."""

N_MEASURED = 1000
"""Training documents on which a network is measured."""

LEAST_SPREAD = 0.7
"""A network's log-odds may always spread so far, by the root of the number of classes.

Where words alone say nothing, the margins have next to no spread.
"""


@dataclass(frozen=True)
class LinearHalf:
    """A linear SVM on bags of words, and how its margins and a network's log-odds are joined.

    Attributes
    ----------
    bags : BagReader
        Counts words.
    kernel : ndarray of shape (n_features, n_outputs), dtype float32
        Weights of the margins, a margin of one being wanted on either side.
    bias : ndarray of shape (n_outputs,), dtype float32
        What is added to them.
    factor : float
        What a margin counts in the joint log-odds.
    most : float
        What the network's log-odds count at most.
    spread : float
        Standard deviation of the margins on documents not trained on, as log-odds.
    error : float
        Share of such documents, or of their labels, that the margins get wrong.
    share : float
        What the network's log-odds count.
    """

    bags: BagReader
    kernel: Floats
    bias: Floats
    factor: float
    most: float
    spread: float
    error: float
    share: float = 1.0

    def read(self, data: NetworkData) -> Bag:
        """Count the words of a network's documents."""
        return self.bags.read(as_sequences(data))

    def margins(self, bag: Bag) -> Floats:
        """Compute margins of shape (n_samples, n_outputs)."""
        return bag @ self.kernel + self.bias

    def join(self, logits: Floats, data: NetworkData) -> Floats:
        """Add the margins to a network's log-odds of the same documents, each by its weight."""
        margins = self.margins(self.read(data))
        return np.float32(self.share) * logits + np.float32(self.factor) * margins

    def updated(self, examples: Examples) -> "LinearHalf":
        """Go on with more documents, whose new words are not counted."""
        bag = self.read(examples.data)
        solution = self.kernel, self.bias
        kernel, bias = go_on(solution, bag, examples.targets, examples.weights)
        return replace(self, kernel=kernel, bias=bias)

    def weights(self) -> LinearWeights:
        """Return what makes a layer of it that gives joint log-odds."""
        factor = np.float32(self.factor)
        return LinearWeights(factor * self.kernel, factor * self.bias, self.share)

    def suited_to(self, state: NetworkState, examples: Examples) -> "LinearHalf":
        """Find out what a network's log-odds shall count, on some of its training documents.

        They are made smaller where they are larger than those of the margins, for a network
        is surer than it may be, and how much so differs from corpus to corpus. A network that
        errs more on documents it was trained on than the margins do on others counts the
        less, as sources of different variance do.
        """
        rows = spaced_rows(len(examples.data), N_MEASURED)
        logits = predict_logits(state, pick(examples.data, rows))
        spread = spread_of(logits, multilabel=state.objective.multilabel)
        error = error_of(logits, examples.targets[rows])
        trust = min(1.0, self.error / error) ** 2 * min(1.0, self.spread / max(spread, 1e-6))
        return replace(self, share=self.most * trust)


def predict_jointly(state: NetworkState, linear: LinearHalf | None, data: NetworkData) -> Floats:
    """Compute the log-odds of a network and its linear half, if it has one."""
    logits = predict_logits(state, data)
    return logits if linear is None else linear.join(logits, data)


def learn_linear_half(
    reader: InputReader,
    examples: Examples,
    n_outputs: int,
    *,
    seed: int,
    bags: BagReader | None = None,
) -> LinearHalf:
    """Fit a linear half, and find out on held-out folds what its margins mean.

    Parameters
    ----------
    reader : InputReader
        Knows the ids' words.
    examples : Examples
        Training documents.
    n_outputs : int
        Number of classes.
    seed : int
        Fixes the folds, and the order in which the SVM sees the documents.
    bags : BagReader, default=None
        Counts words. None learns what to count.

    Notes
    -----
    LIBLINEAR solves one SVM with squared hinge loss for each class. Margins
    become log-odds by one factor, the one with the least cross-entropy on the
    held-out folds. Two sources that err apart are surer together than each
    alone: the mean of their log-odds is multiplied by the root of two.

    References
    ----------
    Cheng et al. (2016), Wide & deep learning for recommender systems,
    arXiv:1606.07792. Guo et al. (2017), On calibration of modern neural networks,
    arXiv:1706.04599. Wang, Manning (2012), Baselines and bigrams: simple,
    good sentiment and topic classification, https://aclanthology.org/P12-2018.
    """
    sequences = as_sequences(examples.data)
    if bags is None:
        assert reader.n_rows is not None
        bags, bag = learn_bags(sequences, reader.n_rows, reader.vocabulary)
    else:
        bag = bags.read(sequences)
    learned = examples.targets, examples.weights, n_outputs, seed
    kernel, bias = fit_svm(bag, *learned)
    held_out = margins_of_others(bag, *learned)
    temperature = find_temperature(held_out, examples.targets, examples.weights)
    network = network_share(len(sequences.ids) / len(sequences))
    spread = temperature * spread_of(held_out, multilabel=examples.targets.ndim == 2)
    return LinearHalf(
        bags,
        kernel,
        bias,
        factor=float(np.sqrt(2) * (1 - network) * temperature),
        most=float(np.sqrt(2) * network),
        spread=max(spread, LEAST_SPREAD / np.sqrt(n_outputs)),
        error=error_of(held_out, examples.targets),
    )


def network_share(mean_tokens: float) -> float:
    """Return the network's share of the joint log-odds, one half where documents are short.

    The longer the documents, the more words the linear half sums over, while what a
    network keeps of them, its last state or its maxima, grows no longer.

    Examples
    --------
    >>> [round(network_share(tokens), 2) for tokens in (10, 40, 160, 1000)]
    [0.5, 0.5, 0.33, 0.17]
    """
    return 1 / (1 + max(1.0, np.sqrt(mean_tokens / SHORT)))


def spaced_rows(n_rows: int, n_most: int) -> NDArray[np.int64]:
    """Return rows from the first to the last, so many at most."""
    return np.unique(np.linspace(0, n_rows - 1, min(n_rows, n_most)).astype(np.int64))


def pick(data: NetworkData, rows: NDArray[np.int64]) -> NetworkData:
    """Return some of the documents."""
    parts = [data.steps[data.offsets[i] : data.offsets[i + 1]] for i in rows]
    return NetworkData(np.concatenate(parts), np.cumsum([0, *(len(part) for part in parts)]))


def spread_of(logits: Floats, *, multilabel: bool) -> float:
    """Return the standard deviation of log-odds, without what all classes or documents share."""
    return float((logits - logits.mean(axis=0 if multilabel else 1, keepdims=True)).std())


def error_of(logits: Floats, targets: NDArray[np.generic]) -> float:
    """Return the share of wrong classes, or of wrong labels, with one of each kind more."""
    if targets.ndim == 2:
        wrong = (logits > 0) != targets.astype(bool)
    else:
        wrong = logits.argmax(axis=1) != targets
    return float((wrong.sum() + 1) / (wrong.size + 2))


def as_sequences(data: NetworkData) -> TokenSequences:
    """Take a network's documents as sequences of ids again."""
    return TokenSequences(data.steps, data.offsets)
