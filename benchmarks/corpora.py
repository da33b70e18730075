"""The corpora of all measurements: real texts, passages cut from them, and how to divide them."""

import csv
import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.child import Settings

Split = tuple[NDArray[np.intp], NDArray[np.intp]]

N_FOLDS = 5
PASSAGE_WORDS = 15, 40


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
    scoring : {"accuracy", "f1", "f1_macro", "r2"}
        What is measured.
    """

    texts: list[str]
    labels: NDArray[Any]
    splits: list[Split]
    scoring: str = "accuracy"

    def part(self, rows: NDArray[np.intp]) -> tuple[list[str], NDArray[Any]]:
        """Return documents and labels of some rows."""
        return [self.texts[i] for i in rows], self.labels[rows]


@dataclass(frozen=True)
class TableCorpus(Corpus):
    """Rows of a table in place of documents.

    Attributes
    ----------
    table : pandas.DataFrame
        Texts, categories and numbers.
    """

    table: Any = None

    def part(self, rows: NDArray[np.intp]) -> tuple[Any, NDArray[Any]]:
        """Return some rows and their labels."""
        return self.table.iloc[rows], self.labels[rows]


def data_folder() -> Path:
    """Return the folder that holds the tables; the environment variable SKEMBED_DATA names it."""
    folder = os.environ.get("SKEMBED_DATA")
    if folder is None:
        raise FileNotFoundError(
            "Set the environment variable SKEMBED_DATA to the folder with the tables; "
            "benchmarks/README.md says what belongs there."
        )
    return Path(folder)


def numbered(name: str, label: str) -> tuple[list[str], NDArray[np.int64]]:
    """Return texts and labels of a table, the labels as numbers from 0."""
    from skembed.datasets import load_table

    texts, labels = load_table(data_folder() / name, text="text", label=label, return_X_y=True)
    return texts, labels


def named(name: str, label: str) -> tuple[list[str], NDArray[Any]]:
    """Return texts and labels of a table, the labels as they are written."""
    from skembed.datasets import load_table

    bunch = load_table(data_folder() / name, text="text", label=label)
    return bunch.data, np.array(bunch.target_names)[bunch.target]


def newsgroups(
    subset: str, settings: Settings | None = None, remove: tuple[str, ...] = ()
) -> tuple[list[str], NDArray[np.int64]]:
    """Return messages and classes of 20 Newsgroups; scikit-learn finds or downloads them."""
    from sklearn.datasets import fetch_20newsgroups

    corpus = fetch_20newsgroups(subset=subset, remove=remove)
    n = 600 if settings is not None and settings.quick else None
    return corpus.data[:n], corpus.target[:n]


def passages_file(settings: Settings, n_documents: int) -> Path:
    """Return a Parquet file of so many passages, written by another process where there is none."""
    n_documents //= 100 if settings.quick else 1
    path = settings.work / f"passages.{n_documents}.parquet"
    if not path.exists():
        arguments = [sys.executable, "-m", "benchmarks.corpora", str(path), str(n_documents)]
        subprocess.run(arguments, check=True)
    return path


def first_of(path: Path, n_documents: int) -> tuple[list[str], list[int]]:
    """Read the first documents of such a file."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        texts, labels = (c.to_pylist() for c in next(file.iter_batches(n_documents)).columns)
    return texts, labels


def passages() -> tuple[list[str], list[int]]:
    """Cut the messages of 20 Newsgroups into passages of 15 to 40 words."""
    messages, labels = newsgroups("train")
    rng = np.random.default_rng(0)
    texts, classes = [], []
    for message, label in zip(messages, labels.tolist(), strict=True):
        words, start = message.split(), 0
        while len(words) - start >= PASSAGE_WORDS[0]:
            stop = start + int(rng.integers(PASSAGE_WORDS[0], PASSAGE_WORDS[1] + 1))
            texts.append(" ".join(words[start:stop]))
            classes.append(label)
            start = stop
    return texts, classes


def write_passages(path: Path, n_documents: int) -> None:
    """Write the passages again and again, each time in another order, to one Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet

    texts, classes = passages()
    table = pa.table({"text": texts, "label": classes})
    rng, part = np.random.default_rng(0), path.with_suffix(".part")
    # Not as a dictionary, which would know that passages come again.
    with pyarrow.parquet.ParquetWriter(
        part, table.schema, compression="zstd", use_dictionary=False
    ) as file:
        for start in range(0, n_documents, len(texts)):
            file.write_table(table.take(rng.permutation(len(texts))[: n_documents - start]))
    part.rename(path)


def in_folds(
    texts: Sequence[str], labels: NDArray[Any], scoring: str = "accuracy", min_rows: int = N_FOLDS
) -> Corpus:
    """Make a corpus of folds, without repeated texts and without classes too small."""
    from sklearn.model_selection import StratifiedKFold

    _, first = np.unique(np.asarray(texts, dtype=object), return_index=True)
    rows = np.sort(first)
    names, sizes = np.unique(labels[rows], return_counts=True)
    rows = rows[np.isin(labels[rows], names[sizes >= min_rows])]
    texts, labels = [texts[i] for i in rows], labels[rows]
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    return Corpus(texts, labels, list(folds.split(labels, labels)), scoring)


def with_test_set(name: str, label: str) -> Corpus:
    """Make a corpus of a table with a column ``split``; what is not "test" is to train on."""
    texts, labels = named(name, label)
    _, split = named(name, "split")
    tested = split == "test"
    return Corpus(texts, labels, [(np.flatnonzero(~tested), np.flatnonzero(tested))])


def by_date(remove: tuple[str, ...] = ()) -> Corpus:
    """Make a corpus of 20 Newsgroups, divided by date."""
    train, test = (newsgroups(subset, remove=remove) for subset in ("train", "test"))
    rows = np.arange(len(train[0]) + len(test[0]))
    divided = rows[: len(train[0])], rows[len(train[0]) :]
    return Corpus(train[0] + test[0], np.concatenate([train[1], test[1]]), [divided])


def docstrings() -> Corpus:
    """Make a corpus of the docstrings of installed packages."""
    from skembed.datasets import load_docstrings

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
    from sklearn.model_selection import train_test_split

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


def drawn_by_class(corpus: Corpus, n_documents: int, n_draws: int) -> Corpus:
    """Draw so many training documents of each class, all of a smaller one, several times."""
    train, test = corpus.splits[0]
    splits = []
    for seed in range(n_draws):
        rows = np.random.default_rng(seed).permutation(train)
        of_classes = [rows[corpus.labels[rows] == label] for label in np.unique(corpus.labels)]
        splits.append((np.concatenate([some[:n_documents] for some in of_classes]), test))
    return replace(corpus, splits=splits)


def grouped_table(name: str, label: str, group: Callable[[Any], Any], scoring: str) -> TableCorpus:
    """Make a corpus of a table whose rows of one group share a fold."""
    import pandas as pd
    from sklearn.model_selection import StratifiedGroupKFold

    table = pd.read_csv(data_folder() / name).dropna(subset=["title", "description", label])
    labels, groups = table[label].to_numpy(), group(table).to_numpy()
    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=0)
    splits = list(folds.split(labels, labels, groups))
    return TableCorpus([], labels, splits, scoring, table.drop(columns=label))


def fake_postings() -> TableCorpus:
    """Make a corpus of postings, some of them fake; equal beginnings share a fold."""
    return grouped_table(
        "emscad_partial.csv.gz",
        "fraudulent",
        lambda table: table["description"].str.lower().str.split().str.join(" ").str[:80],
        "f1",
    )


def sectors() -> TableCorpus:
    """Make a corpus of postings and their companies' sectors; a company's postings share a fold."""
    return grouped_table(
        "job_salaries.csv.gz", "sector", lambda table: table["company"], "accuracy"
    )


def salaries() -> Corpus:
    """Make a corpus of job postings and their salaries; a company's postings share a fold."""
    from sklearn.model_selection import GroupKFold

    with gzip.open(data_folder() / "job_salaries.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["salary"] and row["description"]]
    texts = [f"{row['title']}\n{row['description']}" for row in rows]
    numbers = np.array([float(row["salary"]) for row in rows])
    groups = [row["company"] for row in rows]
    folds = GroupKFold(N_FOLDS).split(texts, numbers, groups)
    return Corpus(texts, numbers, list(folds), "r2")


def sst2_as_numbers() -> Corpus:
    """Make a corpus of SST-2 whose classes, 0 and 1, are numbers."""
    corpus = with_test_set("sst2.csv.gz", "label")
    return replace(corpus, labels=corpus.labels.astype(float), scoring="r2")


CORPORA: dict[str, Callable[[], Corpus]] = {
    "TREC, 6 classes": lambda: with_test_set("trec.csv.gz", "coarse"),
    "TREC, 50 classes": lambda: with_test_set("trec.csv.gz", "fine"),
    "SST-2": lambda: with_test_set("sst2.csv.gz", "label"),
    "banking77": lambda: with_test_set("banking77.csv.gz", "label"),
    "MR": lambda: in_folds(*named("mr.csv.gz", "label")),
    "SMS spam": lambda: in_folds(*named("sms_spam.csv.gz", "label"), scoring="f1_macro"),
    "O*NET, 22 groups": lambda: in_folds(*named("onet_tasks.csv.gz", "major")),
    "O*NET, 94 groups": lambda: in_folds(*named("onet_tasks.csv.gz", "minor"), "f1_macro", 10),
    "20 Newsgroups": lambda: by_date(),
    "20 Newsgroups, no headers": lambda: by_date(("headers",)),
    "docstrings": docstrings,
    "job postings, industry": postings,
}

LANGUAGES: dict[str, Callable[[], Corpus]] = {
    "Chinese hotel reviews": lambda: with_test_set("hotel_reviews_zh.csv.gz", "label"),
    "Indonesian posts": lambda: with_test_set("smsa_id.csv.gz", "label"),
    "German tweets": lambda: with_test_set("germeval2018_de.csv.gz", "label"),
    "Turkish news": lambda: with_test_set("ttc3600_tr.csv.gz", "label"),
}
"""Other languages than English, each divided as its source divides it, or once at random."""


NUMBERS: dict[str, Callable[[], Corpus]] = {
    "salaries": salaries,
    "SST-2 as numbers": sst2_as_numbers,
}
"""Texts with numbers; those of SST-2 are its classes, 0 and 1."""

TABLES: dict[str, Callable[[], Corpus]] = {
    "postings, fake or real": fake_postings,
    "postings, sector": sectors,
}
"""Rows with several texts, categories and flags."""


if __name__ == "__main__":
    write_passages(Path(sys.argv[1]), int(sys.argv[2]))
