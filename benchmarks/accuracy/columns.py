"""Texts in a table: what categories and flags beside the texts are worth."""

from functools import partial
from itertools import product
from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder

from benchmarks.accuracy.runs import Key, Make, Study
from benchmarks.corpora import N_FOLDS, TABLES
from benchmarks.figures import with_error
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import CNNTextClassifier, LSTMTextClassifier, TextColumns

TEXTS = ["title", "company_profile", "description", "requirements", "benefits"]
FLAGS = ["telecommuting", "has_company_logo", "has_questions"]
CATEGORIES = [
    *("employment_type", "required_experience", "required_education", "industry", "function"),
    *("ownership", "size"),
]


def features_of(X: Any) -> ColumnTransformer:
    """Make what encodes those of the categories and flags that a table has."""
    categories = [name for name in CATEGORIES if name in X.columns]
    flags = [name for name in FLAGS if name in X.columns]
    rare = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=3)
    return ColumnTransformer([("categories", rare, categories), ("flags", "passthrough", flags)])


class OnColumns(ClassifierMixin, BaseEstimator):
    """A model of those columns that a table has, with their features or without."""

    def __init__(self, kind: type[Any] | None, has_features: bool, seed: int) -> None:
        self.kind = kind
        self.has_features = has_features
        self.seed = seed

    def fit(self, X: Any, y: Any) -> "OnColumns":
        """Choose the columns, and train."""
        import keras  # noqa: F401 - imports are not counted, for nobody

        texts = [name for name in TEXTS if name in X.columns]
        features = features_of(X) if self.has_features else None
        self.model_ = self._network(texts, features) if self.kind else self._tfidf(texts, features)
        self.model_.fit(X, y)
        return self

    def predict(self, X: Any) -> Any:
        """Predict labels."""
        return self.model_.predict(X)

    def _network(self, texts: list[str], features: Any) -> Any:
        columns = {"text_columns": texts, "features": features}
        return self.kind(embeddings=GLOVE, random_state=self.seed, **columns)

    def _tfidf(self, texts: list[str], features: Any) -> Any:
        """Make the baseline of `compare`."""
        words = make_pipeline(TextColumns(texts), TfidfVectorizer(sublinear_tf=True))
        read = words if features is None else make_union(words, features)
        return make_pipeline(read, LogisticRegression(C=10.0, solver="newton-cg", max_iter=1000))


KINDS = {"TF-IDF + logistic regression": None, "CNN": CNNTextClassifier, "LSTM": LSTMTextClassifier}
BESIDE = {"texts": False, "texts and features": True}
CONFIGURATIONS: dict[str, Make] = {
    f"{name}, {read}": partial(OnColumns, kind, has_features)
    for (name, kind), (read, has_features) in product(KINDS.items(), BESIDE.items())
}


SLOW = "postings, fake or real", "LSTM"
"""What is not run: an LSTM of documents of a thousand words takes minutes a fold."""


def wanted() -> list[Key]:
    """List the runs: five folds of each table."""
    every = product(range(N_FOLDS), TABLES, CONFIGURATIONS)
    return [
        (corpus, name, k, None, 0)
        for k, corpus, name in every
        if (corpus, name.split(",")[0]) != SLOW
    ]


def table_of() -> str:
    """Write the mean scores of each model, with texts alone and with features beside them."""
    runs, rows = STUDY.ledger(), []
    for name in KINDS:
        cells = []
        for corpus, read in product(TABLES, BESIDE):
            found = runs.select(corpus, f"{name}, {read}", inner=False)
            cells.append(with_error([run.score for run in found], digits=3) if found else "")
        rows.append([name, *cells])
    header = [f"{corpus}: {read}" for corpus, read in product(TABLES, BESIDE)]
    return table(["", *header], rows)


STUDY = Study("columns", CONFIGURATIONS, wanted, TABLES)
