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
from benchmarks.corpora import data_folder
from benchmarks.vectors import GLOVE
from skembed import KerasTokenizer
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
    """Make a classifier with GloVe and other than the usual parameters."""
    name = f"{kind.upper()}TextClassifier"
    make = partial(network_alone, name, **{"embeddings": GLOVE, **parameters})
    return lambda seed: make(random_state=seed)


def averaged(*makers: Make) -> Make:
    """Make three networks of each kind, of seeds of their own, whose probabilities are averaged."""
    return lambda seed: VotingClassifier(
        [(f"{k}-{i}", make(3 * seed + i)) for k, make in enumerate(makers) for i in range(3)],
        voting="soft",
    )


def six(seed: int, *, wide_lstm: bool = True, epochs: int = 10) -> VotingClassifier:
    """Make three wide CNNs and three LSTMs that know 100-dimensional vectors."""
    of_all = {"embeddings": data_folder() / "glove.6B.100d.txt", "epochs": epochs}
    lstm = network("lstm", bidirectional=True, pooling="max", wide=wide_lstm, **of_all)
    return averaged(network("cnn", wide=True, **of_all), lstm)(seed)


def pair(seed: int) -> VotingClassifier:
    """Make a wide network of each kind, whose probabilities are averaged."""
    kinds = [(kind, network(kind, wide=True)(seed)) for kind in ("cnn", "lstm")]
    return VotingClassifier(kinds, voting="soft")


def linear_half(**parameters: Any) -> Make:
    """Make the linear model of a wide network, fitted as it is there."""
    make = network("cnn", wide=True, **{**parameters, "epochs": 1})
    return lambda seed: LinearMargins(make(seed))


class LinearMargins:
    """A wide network of which only the linear model predicts.

    Parameters
    ----------
    classifier : CNNTextClassifier
        With ``wide=True``.
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
wide_for_long = network("cnn", wide=True, **of_long)

CONFIGURATIONS: dict[str, Make] = {
    "TF-IDF + logistic regression": untuned,
    "TF-IDF + logistic regression, tuned": tuned_regression,
    "TF-IDF + SVM, tuned": tuned_svm,
    "CNN": network("cnn"),
    "LSTM": network("lstm"),
    "wide CNN": network("cnn", wide=True),
    "wide LSTM": network("lstm", wide=True),
    "wide CNN, long documents": wide_for_long,
    "CNN, long documents": network("cnn", **of_long),
    "linear model alone, long documents": linear_half(**of_long),
    "CNN, balanced class weights": network("cnn", class_weight="balanced"),
    "CNN, focal loss": network("cnn", loss="focal"),
    "CNN, top-k loss": network("cnn", loss="top_k", top_k=32),
    "CNN, tuned decision": network("cnn", decision="tuned"),
    "wide CNN, balanced class weights": network("cnn", wide=True, class_weight="balanced"),
    "wide CNN, tuned decision": network("cnn", wide=True, decision="tuned"),
    "linear model alone": linear_half(),
    "six wide networks, 100 dimensions": six,
    "six wide networks, 20 epochs": partial(six, epochs=20),
    "three wide CNNs and three LSTMs": partial(six, wide_lstm=False),
    "wide CNN and wide LSTM": pair,
}
