"""What is compared: the TF-IDF baselines and skembed's classifiers, by name."""

from functools import partial
from typing import Any

from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.accuracy.runs import Make
from benchmarks.alone import network_alone
from benchmarks.vectors import GLOVE
from skembed import CNNTextClassifier, KerasTokenizer, LSTMTextClassifier
from skembed.text import recognise


def untuned(seed: int) -> Pipeline:
    """Make TF-IDF and logistic regression as scikit-learn has them."""
    return make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))


def svm(seed: int) -> Pipeline:
    """Make TF-IDF of words and pairs, and a linear SVM, where classes are too small to search."""
    tfidf = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    return make_pipeline(tfidf, LinearSVC(random_state=seed))


def tuned_svm(seed: int) -> GridSearchCV:
    """Make TF-IDF and a linear SVM whose n-grams and C are searched in three inner folds."""
    return _search(LinearSVC(random_state=seed), [0.1, 0.3, 1.0, 3.0])


def tuned_regression(seed: int) -> GridSearchCV:
    """Make TF-IDF and a logistic regression whose n-grams and C are searched too."""
    return _search(LogisticRegression(max_iter=300), [3.0, 10.0, 30.0])


def _search(model: Any, strengths: list[float]) -> GridSearchCV:
    pipeline = Pipeline([("tfidf", TfidfVectorizer(sublinear_tf=True)), ("model", model)])
    space = {"tfidf__ngram_range": [(1, 1), (1, 2)], "model__C": strengths}
    return GridSearchCV(pipeline, space, cv=3)


def network(kind: str, **parameters: Any) -> Make:
    """Make a network without a linear model, as the first studies had it, with GloVe."""
    name = f"{kind.upper()}TextClassifier"
    make = partial(network_alone, name, **{"embeddings": GLOVE, **parameters})
    return lambda seed: make(random_state=seed)


def classifier(kind: str, **parameters: Any) -> Make:
    """Make a classifier with GloVe; parameters that are not given have their defaults."""
    make = {"cnn": CNNTextClassifier, "lstm": LSTMTextClassifier}[kind]
    return lambda seed: make(**{"embeddings": GLOVE, **parameters}, random_state=seed)


def averaged(*makers: Make) -> Make:
    """Make three classifiers of each kind, whose probabilities are averaged; seeds differ."""
    return lambda seed: VotingClassifier(
        [(f"{k}-{i}", make(3 * seed + i)) for k, make in enumerate(makers) for i in range(3)],
        voting="soft",
    )


def linear_half(**parameters: Any) -> Make:
    """Make the linear model of a classifier, fitted as it is there."""
    make = classifier("cnn", **{**parameters, "epochs": 1})
    return lambda seed: LinearMargins(make(seed))


class LinearMargins:
    """A classifier of which only the linear model predicts.

    Parameters
    ----------
    classifier : CNNTextClassifier
        With a linear model.
    """

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    def fit(self, X: list[str], y: Any) -> "LinearMargins":
        """Fit both halves, of which one knows nothing of the other."""
        self.classifier.fit(X, y)
        return self

    def predict(self, X: list[str]) -> Any:
        linear = self.classifier._model.linear
        documents = self.classifier._model.reader.read_sequences(recognise(X))
        return self.classifier.classes_[linear.margins(documents).argmax(axis=1)]


# Only the beginning of a message is read, by the linear model too; more words than by default.
LONG = KerasTokenizer(60_000, 500, tokenizer="glove", truncating="post")
of_long: dict[str, Any] = {"tokenizer": LONG, "epochs": 8}
alone: dict[str, Any] = {"wide": False}

CONFIGURATIONS: dict[str, Make] = {
    "TF-IDF + logistic regression": untuned,
    "TF-IDF + logistic regression, tuned": tuned_regression,
    "TF-IDF + SVM, tuned": tuned_svm,
    "CNN": classifier("cnn"),
    "LSTM": classifier("lstm"),
    "CNN alone": classifier("cnn", **alone),
    "LSTM alone": classifier("lstm", **alone),
    "linear model alone": linear_half(),
    "three CNNs and three LSTMs": averaged(classifier("cnn"), classifier("lstm")),
    "CNN, long documents": classifier("cnn", **of_long),
    "CNN alone, long documents": classifier("cnn", **alone, **of_long),
    "linear model alone, long documents": linear_half(**of_long),
    "CNN, balanced class weights": classifier("cnn", class_weight="balanced"),
    "CNN, tuned decision": classifier("cnn", decision="tuned"),
    "CNN alone, balanced class weights": classifier("cnn", **alone, class_weight="balanced"),
    "CNN alone, focal loss": classifier("cnn", **alone, loss="focal"),
    "CNN alone, top-k loss": classifier("cnn", **alone, loss="top_k", top_k=32),
    "CNN alone, tuned decision": classifier("cnn", **alone, decision="tuned"),
}
