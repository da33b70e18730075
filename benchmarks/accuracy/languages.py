"""Other languages than English: the classifiers next to TF-IDF of words and of characters."""

from functools import partial
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.accuracy.configurations import untuned
from benchmarks.accuracy.runs import Key, Make, Study
from benchmarks.corpora import LANGUAGES
from benchmarks.page import table
from skembed import CNNTextClassifier, LSTMTextClassifier


def of_characters(seed: int) -> Pipeline:
    """Make TF-IDF of one to four characters, and a linear SVM."""
    tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4))
    return make_pipeline(tfidf, LinearSVC(random_state=seed))


def usual(kind: type[Any], **parameters: Any) -> Make:
    """Make a classifier with its defaults."""
    make = partial(kind, **parameters)
    return lambda seed: make(random_state=seed)


CONFIGURATIONS: dict[str, Make] = {
    "TF-IDF of words + logistic regression": untuned,
    "TF-IDF of characters + SVM": of_characters,
    "CNN": usual(CNNTextClassifier),
    "LSTM": usual(LSTMTextClassifier),
    "CNN alone": usual(CNNTextClassifier, wide=False),
    "LSTM alone": usual(LSTMTextClassifier, wide=False),
}


def wanted() -> list[Key]:
    """List the runs, on the test parts."""
    return [(corpus, name, 0, None, 0) for corpus in LANGUAGES for name in CONFIGURATIONS]


def table_of() -> str:
    """Write the accuracies."""
    runs = STUDY.ledger()
    rows = []
    for name in CONFIGURATIONS:
        found = [runs.get((corpus, name, 0, None, 0)) for corpus in LANGUAGES]
        if any(found):
            rows.append([name, *("" if run is None else f"{run.score:.3f}" for run in found)])
    return table(["", *LANGUAGES], rows)


STUDY = Study("languages", CONFIGURATIONS, wanted, LANGUAGES)
