"""The real corpora of the studies, each with the splits that it is judged by."""

import csv
import gzip
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import fetch_20newsgroups
from sklearn.model_selection import StratifiedKFold, train_test_split

from skembed.datasets import load_docstrings, load_table

Split = tuple[NDArray[np.intp], NDArray[np.intp]]

N_FOLDS = 5


@dataclass(frozen=True)
class Corpus:
    """Documents, labels, and how to divide them.

    Attributes
    ----------
    texts : list of str, length n_samples
        Documents.
    labels : ndarray of shape (n_samples,)
        Their classes.
    splits : list of (ndarray, ndarray)
        Rows to train and to test on: one pair for a given test set, else folds.
    scoring : {"accuracy", "f1_macro"}
        What is measured.
    """

    texts: list[str]
    labels: NDArray[Any]
    splits: list[Split]
    scoring: str = "accuracy"

    def part(self, rows: NDArray[np.intp]) -> tuple[list[str], NDArray[Any]]:
        """Return documents and labels of some rows."""
        return [self.texts[i] for i in rows], self.labels[rows]


def data_folder() -> Path:
    """Return the folder that holds the tables; the environment variable SKEMBED_DATA names it."""
    folder = os.environ.get("SKEMBED_DATA")
    if folder is None:
        raise FileNotFoundError(
            "Set the environment variable SKEMBED_DATA to the folder with the tables; "
            "benchmarks/accuracy/README.md says what belongs there."
        )
    return Path(folder)


def in_folds(
    texts: Sequence[str], labels: NDArray[Any], scoring: str = "accuracy", min_rows: int = N_FOLDS
) -> Corpus:
    """Make a corpus of folds, without repeated texts and without classes too small."""
    _, first = np.unique(np.asarray(texts, dtype=object), return_index=True)
    rows = np.sort(first)
    names, sizes = np.unique(labels[rows], return_counts=True)
    rows = rows[np.isin(labels[rows], names[sizes >= min_rows])]
    texts, labels = [texts[i] for i in rows], labels[rows]
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    return Corpus(texts, labels, list(folds.split(labels, labels)), scoring)


def read_table(name: str, label: str, text: str = "text") -> tuple[list[str], NDArray[Any]]:
    """Return texts and labels of a table, the labels as they are written."""
    bunch = load_table(data_folder() / name, text=text, label=label)
    return bunch.data, np.array(bunch.target_names)[bunch.target]


def with_test_set(name: str, label: str) -> Corpus:
    """Make a corpus of a table with a column ``split``; what is not "test" is to train on."""
    texts, labels = read_table(name, label)
    _, split = read_table(name, "split")
    tested = split == "test"
    return Corpus(texts, labels, [(np.flatnonzero(~tested), np.flatnonzero(tested))])


def newsgroups(remove: tuple[str, ...]) -> Corpus:
    """Make a corpus of 20 Newsgroups, divided by date."""
    parts = [fetch_20newsgroups(subset=subset, remove=remove) for subset in ("train", "test")]
    n_train, n_test = (len(part.data) for part in parts)
    labels = np.concatenate([part.target for part in parts])
    rows = np.arange(n_train + n_test)
    return Corpus(parts[0].data + parts[1].data, labels, [(rows[:n_train], rows[n_train:])])


def docstrings() -> Corpus:
    """Make a corpus of the docstrings of installed packages."""
    texts, labels = load_docstrings(return_X_y=True)
    return in_folds(texts, np.asarray(labels), min_rows=20)


def postings() -> Corpus:
    """Make a corpus of job descriptions, each once, and the industries of ten or more."""
    with gzip.open(data_folder() / "emscad_partial.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["industry"] and row["description"]]
    labels = np.array([row["industry"] for row in rows])
    return in_folds([row["description"] for row in rows], labels, "f1_macro", min_rows=10)


def subsampled(corpus: Corpus, n_documents: int) -> Corpus:
    """Draw that many training documents, each class in proportion, three times.

    All are drawn if fewer than one of each class would be left.
    """
    train, test = corpus.splits[0]
    splits = []
    for seed in range(3):
        drawn = train
        if len(train) - n_documents >= len(np.unique(corpus.labels[train])):
            drawn, _ = train_test_split(
                train, train_size=n_documents, stratify=corpus.labels[train], random_state=seed
            )
        splits.append((drawn, test))
    return replace(corpus, splits=splits)


CORPORA: dict[str, Callable[[], Corpus]] = {
    "TREC, 6 classes": lambda: with_test_set("trec.csv.gz", "coarse"),
    "TREC, 50 classes": lambda: with_test_set("trec.csv.gz", "fine"),
    "SST-2": lambda: with_test_set("sst2.csv.gz", "label"),
    "banking77": lambda: with_test_set("banking77.csv.gz", "label"),
    "MR": lambda: in_folds(*read_table("mr.csv.gz", "label")),
    "SMS spam": lambda: in_folds(*read_table("sms_spam.csv.gz", "label"), scoring="f1_macro"),
    "O*NET, 22 groups": lambda: in_folds(*read_table("onet_tasks.csv.gz", "major")),
    "O*NET, 94 groups": lambda: in_folds(*read_table("onet_tasks.csv.gz", "minor"), "f1_macro", 10),
    "20 Newsgroups": lambda: newsgroups(()),
    "20 Newsgroups, no headers": lambda: newsgroups(("headers",)),
    "docstrings": docstrings,
    "job postings, industry": postings,
}
