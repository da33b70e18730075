"""What is compared: the TF-IDF baselines and skembed's classifiers, by name."""

from functools import partial
from typing import Any

from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from skembed import CNNTextClassifier, KerasTokenizer, LSTMTextClassifier
from studies.runs import Make

GLOVE = "glove.6B.50d"


def untuned(seed: int) -> Pipeline:
    """Make TF-IDF and logistic regression as scikit-learn has them."""
    return make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))


def tuned_svm(seed: int) -> GridSearchCV:
    """Make TF-IDF and a linear SVM whose n-grams and C are searched in three inner folds."""
    return _search(LinearSVC(random_state=seed), [0.1, 0.3, 1.0, 3.0])


def tuned_regression(seed: int) -> GridSearchCV:
    """Make TF-IDF and a logistic regression whose n-grams and C are searched alike."""
    return _search(LogisticRegression(max_iter=300), [3.0, 10.0, 30.0])


def _search(model: Any, strengths: list[float]) -> GridSearchCV:
    pipeline = Pipeline([("tfidf", TfidfVectorizer(sublinear_tf=True)), ("model", model)])
    space = {"tfidf__ngram_range": [(1, 1), (1, 2)], "model__C": strengths}
    return GridSearchCV(pipeline, space, cv=3)


def network(kind: str, **parameters: Any) -> Make:
    """Make a classifier with GloVe and other than the default parameters."""
    classes = {"cnn": CNNTextClassifier, "lstm": LSTMTextClassifier}
    make = partial(classes[kind], **{"embeddings": GLOVE, **parameters})
    return lambda seed: make(random_state=seed)


def both(seed: int) -> VotingClassifier:
    """Make three wide CNNs and three wide LSTMs whose probabilities are averaged."""
    members = [
        (f"{kind} {i}", network(kind, wide=True)(3 * seed + i))
        for kind in ("cnn", "lstm")
        for i in range(3)
    ]
    return VotingClassifier(members, voting="soft")


def linear_half(seed: int) -> "LinearHalf":
    """Make the linear half of a wide CNN, trained as it is trained there."""
    return LinearHalf(network("cnn", wide=True)(seed))


class LinearHalf:
    """A wide network that is asked what its linear half says alone.

    Parameters
    ----------
    classifier : CNNTextClassifier
        With ``wide=True``.
    """

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    def fit(self, X: list[str], y: Any) -> "LinearHalf":
        """Train both halves, which learn as if they were alone."""
        self.classifier.fit(X, y)
        return self

    def predict(self, X: list[str]) -> Any:
        """Predict with the bag of words' weights."""
        weights, reader = self.classifier._state.weights, self.classifier._reader
        bag = reader.bags.read(reader.read_sequences(X))
        logits = bag @ weights["wide/kernel"] + weights["wide/bias"]
        return self.classifier.classes_[logits.argmax(axis=1)]


# Only the beginning of a message is read, by the linear half too; more words than by default.
LONG = KerasTokenizer(60_000, 500, tokenizer="glove", truncating="post")

CONFIGURATIONS: dict[str, Make] = {
    "TF-IDF + logistic regression": untuned,
    "TF-IDF + logistic regression, tuned": tuned_regression,
    "TF-IDF + SVM, tuned": tuned_svm,
    "CNN": network("cnn"),
    "LSTM": network("lstm"),
    "wide CNN": network("cnn", wide=True),
    "wide LSTM": network("lstm", wide=True),
    "wide CNN, long documents": network("cnn", wide=True, tokenizer=LONG, epochs=8),
    "wide CNN, balanced class weights": network("cnn", wide=True, class_weight="balanced"),
    "wide CNN, focal loss": network("cnn", wide=True, loss="focal"),
    "wide CNN, top-k loss": network("cnn", wide=True, loss="top_k", top_k=32),
    "wide CNN, tuned decision": network("cnn", wide=True, decision="tuned"),
    "linear half alone": linear_half,
    "three wide CNNs, three wide LSTMs": both,
}
