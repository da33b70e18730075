"""The linear model of a wide network: what it counts, how it is fitted, how it is joined."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from benchmarks.accuracy.configurations import network
from benchmarks.accuracy.runs import Key, Make, Study, in_inner_folds
from benchmarks.figures import with_error
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import WordVectors
from skembed.bags import BagTables
from skembed.classifiers._training_documents import words_of
from skembed.linear import learn_bags, read_bags
from skembed.networks import predict_logits
from skembed.text import TokenSequences, make_tokenizer, recognise

ON = ["TREC, 50 classes", "SST-2", "banking77", "O*NET, 22 groups", "docstrings"]

Bag = sparse.csr_matrix


class OnBags:
    """A linear model on the bags of a wide network.

    Parameters
    ----------
    model : estimator
        What is fitted.
    columns : callable, default=None
        Takes the reader of the bags, and returns the columns that are kept; the rows
        then get length one again.
    """

    def __init__(self, model: Any, columns: Callable[[BagTables], Any] | None = None) -> None:
        self.model = model
        self.columns = columns

    def fit(self, X: list[str], y: Any) -> "OnBags":
        """Learn what to count, and fit the model."""
        self.tokenizer = make_tokenizer(None, extra_words=words_of(WordVectors.load(GLOVE)))
        sequences = self.tokenizer.fit_transform(X)
        words = self.tokenizer.vocabulary_
        self.bags, bag = learn_bags(sequences, max(words.values()) + 1, words)
        self.model.fit(self._kept(bag), y)
        return self

    def predict(self, X: list[str]) -> Any:
        return self.model.predict(self._kept(read_bags(self.bags, self.tokenizer.transform(X))))

    def _kept(self, bag: Bag) -> Bag:
        return bag if self.columns is None else normalize(bag[:, self.columns(self.bags)])


class NaiveBayesSVM:
    """Linear SVMs, before each of which the features are weighed for its class.

    References
    ----------
    Wang, Manning (2012), Baselines and bigrams: simple, good sentiment and
    topic classification, ACL, https://aclanthology.org/P12-2018.
    """

    def fit(self, X: Bag, y: Any) -> "NaiveBayesSVM":
        """Weigh and fit, class by class."""
        self.classes_ = np.unique(y)
        self._fitted = []
        for label in self.classes_:
            inside = y == label
            shares = [np.asarray(X[rows].sum(axis=0)).ravel() + 1 for rows in (inside, ~inside)]
            ratios = np.log(shares[0] / shares[0].sum() / (shares[1] / shares[1].sum()))
            ratios /= np.abs(ratios).mean()
            svm = LinearSVC(tol=1e-2, random_state=0)
            self._fitted.append((ratios, svm.fit(X.multiply(ratios).tocsr(), inside)))
        return self

    def predict(self, X: Bag) -> Any:
        margins = [
            svm.decision_function(X.multiply(ratios).tocsr()) for ratios, svm in self._fitted
        ]
        return self.classes_[np.argmax(margins, axis=0)]


class Joined:
    """A wide network whose halves are joined in another way.

    Parameters
    ----------
    classifier : CNNTextClassifier
        With ``wide=True``.
    share : callable
        Takes the linear model, and the spread of the network's log-odds on the documents to
        predict, and returns the factors of the network's log-odds and of the margins.
    """

    def __init__(self, classifier: Any, share: Callable[[Any, float], tuple[float, float]]) -> None:
        self.classifier = classifier
        self.share = share

    def fit(self, X: list[str], y: Any) -> "Joined":
        self.classifier.fit(X, y)
        return self

    def predict(self, X: list[str]) -> Any:
        data = self.classifier._model.reader.read(recognise(X))
        logits = predict_logits(self.classifier._model.state, data)
        spread = float((logits - logits.mean(axis=1, keepdims=True)).std())
        linear = self.classifier._model.linear
        share, factor = self.share(linear, spread)
        joined = share * logits + factor * linear.margins(TokenSequences(data.steps, data.offsets))
        return self.classifier.classes_[joined.argmax(axis=1)]


def svm(c: float = 1.0, columns: Callable[[BagTables], Any] | None = None) -> Make:
    """Make an SVM like that of the linear model, except for C or the columns."""
    return lambda seed: OnBags(LinearSVC(C=c, tol=1e-2, random_state=seed), columns)


def n_pairs_end(bags: BagTables) -> int:
    """Return the column in which the parts of words begin."""
    return bags.n_words + len(bags.pairs)


ALONE: dict[str, Make] = {
    "as it is": svm(),
    "words alone": svm(columns=lambda bags: slice(bags.n_words)),
    "words and pairs": svm(columns=lambda bags: slice(n_pairs_end(bags))),
    "words and parts of words": svm(
        columns=lambda bags: np.r_[: bags.n_words, n_pairs_end(bags) : len(bags.idf)]
    ),
    "C = 0.3": svm(0.3),
    "C = 3": svm(3.0),
    "naive Bayes ratios": lambda seed: OnBags(NaiveBayesSVM()),
    "logistic regression, C = 30": lambda seed: OnBags(LogisticRegression(C=30, max_iter=300)),
}
WITH_CNN: dict[str, Make] = {
    "joined as it is": network("cnn", wide=True),
    "joined, log-odds as they are": lambda seed: Joined(
        network("cnn", wide=True)(seed), lambda linear, spread: (1.0, linear.temperature)
    ),
    "joined, log-odds of one spread": lambda seed: Joined(
        network("cnn", wide=True)(seed),
        lambda linear, spread: (
            linear.temperature * linear.learned.spread / spread,
            linear.temperature,
        ),
    ),
}
CONFIGURATIONS = ALONE | WITH_CNN


def wanted() -> list[Key]:
    """List the runs."""
    return in_inner_folds(ON, CONFIGURATIONS)


def table_of() -> str:
    """Write the accuracies in percent."""
    runs = STUDY.ledger()
    rows = []
    for name in CONFIGURATIONS:
        found = [runs.select(corpus, name, inner=True) for corpus in ON]
        rows.append([name, *(with_error([100 * run.score for run in those]) for those in found)])
    return table(["", *ON], rows)


STUDY = Study("linear", CONFIGURATIONS, wanted)
