"""The labelled texts of the demo."""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from sklearn.utils import Bunch

from skembed.datasets import load_docstrings

_N_SHOWN = 5  # names in a list before "and ... more"


class Corpus(NamedTuple):
    """Texts, a class for each, and a sentence that describes them."""

    texts: list[str]
    labels: NDArray[np.str_]
    description: str


def load_newsgroups() -> Bunch:
    """Load 20 Newsgroups, which scikit-learn downloads at first use.

    Headers, footers and quotes are removed: they reveal the group without the text.
    """
    from sklearn.datasets import fetch_20newsgroups

    try:
        bunch = fetch_20newsgroups(subset="all", remove=("headers", "footers", "quotes"))
    except OSError as error:
        raise OSError(
            f"20 Newsgroups could not be downloaded ({error}). Without a network, set "
            "SCIKIT_LEARN_DATA to a folder to which scikit-learn has downloaded it."
        ) from error
    bunch.DESCR = f"{len(bunch.data)} posts of 20 Newsgroups without headers, footers, quotes."
    return bunch


CORPORA = {"docstrings": load_docstrings, "20newsgroups": load_newsgroups}
"""The functions that load the demo's corpora, by name."""


def corpus_of(bunch: Bunch) -> Corpus:
    """Take texts, labels and description from a dataset."""
    labels = np.array(bunch.target_names)[bunch.target]
    return Corpus(list(bunch.data), labels, bunch.DESCR)


def fit_for_folds(corpus: Corpus, n_folds: int, max_documents: int | None = None) -> Corpus:
    """Draw a sample if there are too many documents, and drop classes with too few.

    The description says what was left out. Classes keep their proportions in the sample. At least
    two classes must remain.
    """
    corpus = _without_small_classes(corpus, n_folds)
    if max_documents is None or max_documents >= len(corpus.texts):
        return corpus
    n_classes = len(set(corpus.labels))
    if max_documents < n_classes:
        raise ValueError(
            f"--max-documents is {max_documents}, but there are {n_classes} classes. Raise it to "
            "their number or more."
        )
    positions = np.arange(len(corpus.texts))
    if len(positions) - max_documents >= n_classes:  # a smaller rest cannot hold every class
        positions, _ = train_test_split(
            positions, train_size=max_documents, stratify=corpus.labels, random_state=0
        )
    else:
        positions = np.random.default_rng(0).permutation(positions)[:max_documents]
    sampled = _select(corpus, np.sort(positions))
    sampled = sampled._replace(
        description=f"{corpus.description} A random {max_documents} of them, stratified."
    )
    return _without_small_classes(sampled, n_folds)


def _without_small_classes(corpus: Corpus, n_folds: int) -> Corpus:
    sizes = Counter(corpus.labels.tolist())
    small = sorted(label for label, size in sizes.items() if size < n_folds)
    if len(sizes) - len(small) < 2:
        raise ValueError(
            f"{n_folds} folds need at least two classes of {n_folds} documents or more, but the "
            f"largest classes are {sizes.most_common(3)}. Use fewer --folds or more documents."
        )
    if not small:
        return corpus
    kept = _select(corpus, np.flatnonzero(~np.isin(corpus.labels, small)))
    shown = ", ".join(f"{label} ({sizes[label]})" for label in small[:_N_SHOWN])
    more = f" and {len(small) - _N_SHOWN} more" if len(small) > _N_SHOWN else ""
    left_out = f" Classes too small for {n_folds} folds, left out: {shown}{more}."
    return kept._replace(description=corpus.description + left_out)


def _select(corpus: Corpus, positions: NDArray[np.intp]) -> Corpus:
    return corpus._replace(
        texts=[corpus.texts[i] for i in positions], labels=corpus.labels[positions]
    )
