"""How much of a corpus has a word vector."""

import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import not_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.text._counting import count_ids
from skembed.text._coverage_report import as_html, as_text, draw
from skembed.text._ids import FIRST_WORD_ID, UNKNOWN_ID
from skembed.text._sequences import TokenSequences


@record
@dataclass(frozen=True)
class ClassCoverage:
    """Shares of a class's documents that have a vector.

    Attributes
    ----------
    label : object
        The class; for multi-label targets the number of the label.
    n_tokens : int
        Words in its documents.
    type_share : float in [0, 1]
        Share of its distinct words that have a vector. All words outside the vocabulary count as
        one.
    token_share : float in [0, 1]
        Share of its words that have a vector.
    """

    label: Any
    n_tokens: int
    type_share: float
    token_share: float


@record
@dataclass(frozen=True)
class Coverage:
    """Shares of a corpus that have a vector.

    Printing it shows them as sentences, and as a table if classes are known.

    Attributes
    ----------
    n_types, n_tokens : int
        Distinct words of the vocabulary, and words counted in fit.
    type_share : float in [0, 1]
        Share of the vocabulary's words that have a vector.
    token_share : float in [0, 1]
        Share of the counted words that have a vector. Words that the vocabulary left out count as
        missing.
    unknown_share : float in [0, 1]
        Share of the counted words that the vocabulary left out.
    missing_words : tuple of str
        Words of the vocabulary without a vector, most frequent first.
    missing_counts : tuple of int
        How often each of them was counted.
    missing : tuple of (str, int)
        Both as pairs.
    lowercase_gain, unaccented_gain : float in [0, 1]
        Additional share of the counted words that would have a vector if they were lowercased, or
        their accents stripped.
    truncated_share : float in [0, 1] or None
        Share of the documents that were cut at ``max_length``. None if it is not known.
    short_share : float in [0, 1] or None
        Share of the documents that are one or two tokens long, among a classifier's training
        documents or `X` in ``tokenizer.coverage(vectors, X, y)``. If it is large, the texts may be
        cut in the wrong places.
    by_class : tuple of ClassCoverage
        The same for each class, in the order of the classes; empty without
        labels.
    """

    n_types: int
    n_tokens: int
    type_share: float
    token_share: float
    unknown_share: float
    missing_words: tuple[str, ...]
    missing_counts: tuple[int, ...]
    lowercase_gain: float
    unaccented_gain: float
    truncated_share: float | None = None
    short_share: float | None = None
    by_class: tuple[ClassCoverage, ...] = ()

    @cached_property
    def missing(self) -> tuple[tuple[str, int], ...]:
        """The missing words with their counts."""
        # Made only when needed, because many small tuples trigger the garbage collector.
        return tuple(zip(self.missing_words, self.missing_counts, strict=True))

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(self)

    def plot(self, ax: Any = None) -> Any:
        """Draw the share of words without a vector, by class or for the most frequent ones.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        ax : matplotlib.axes.Axes
            A bar for each of the twenty classes with the largest share, with the worst on top.
            Without classes, a bar for each of the twenty most frequent missing words.
        """
        return draw(self, ax)


SHORT = 2
"""Most tokens of a document that is probably cut in the wrong places."""


def measure_coverage(
    vocabulary: Mapping[str, int],
    counts: NDArray[np.int64],
    has_vector: Iterable[bool],
    vectors: Container[str],
) -> Coverage:
    """Compare a counted vocabulary with the words that have vectors.

    Ids are gapless from 2 and in order; counts have the shape (n_ids,). `has_vector` says which
    words have one. Other spellings of the others are looked up in `vectors`.
    """
    occurs = counts[np.fromiter(vocabulary.values(), dtype=np.int64)] > 0
    is_missing = occurs & ~np.fromiter(has_vector, dtype=bool)
    missing_words = tuple(compress(vocabulary, is_missing))
    ids = np.fromiter(compress(vocabulary.values(), is_missing), dtype=np.int64)
    missing_counts = tuple(counts[ids].tolist())
    n_tokens = int(counts.sum())
    covered = int(counts[FIRST_WORD_ID:].sum()) - int(counts[ids].sum())
    n_types = int(occurs.sum())

    def gain(respell: Callable[[str], str], may_change: Iterable[bool]) -> float:
        changed = compress(zip(missing_words, missing_counts, strict=True), may_change)
        found = [n for word, n in changed if (new := respell(word)) != word and new in vectors]
        return sum(found) / max(n_tokens, 1)

    return Coverage(
        n_types=n_types,
        n_tokens=n_tokens,
        type_share=(n_types - len(missing_words)) / max(n_types, 1),
        token_share=covered / max(n_tokens, 1),
        unknown_share=int(counts[UNKNOWN_ID]) / max(n_tokens, 1),
        missing_words=missing_words,
        missing_counts=missing_counts,
        lowercase_gain=gain(str.lower, map(not_, map(str.islower, missing_words))),
        unaccented_gain=gain(take_accents_off, map(not_, map(str.isascii, missing_words))),
    )


def share_of_short(lengths: NDArray[np.int64]) -> float:
    """Return the share of documents with few tokens."""
    return float(np.mean(lengths <= SHORT))


def take_accents_off(word: str) -> str:
    """Return a word without the marks that Unicode can split from its letters."""
    split = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def coverage_by_class(
    coverage: Coverage,
    vocabulary: Mapping[str, int],
    blocks: Iterable[tuple[slice, TokenSequences]],
    y: NDArray[Any],
) -> tuple[ClassCoverage, ...]:
    """Measure the shares of each class.

    Blocks are rows and their documents; `y` has the shape (n_samples,), or (n_samples, n_labels) of
    0 and 1. Words that the vocabulary lacks have no vector. Shares come in the order of the sorted
    labels.
    """
    labels = (np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])).tolist()
    missing = [vocabulary[word] for word in coverage.missing_words]
    counted = {label: _Counted() for label in labels}
    for rows, sequences in blocks:
        n_ids = max(max(vocabulary.values(), default=0), int(sequences.ids.max(initial=0))) + 1
        has_vector = np.ones(max(n_ids, FIRST_WORD_ID), dtype=bool)
        has_vector[:FIRST_WORD_ID] = False
        has_vector[missing] = False
        some = y[rows]
        for label in labels:
            members = np.flatnonzero(some == label if y.ndim == 1 else some[:, label])
            counted[label].add(count_ids(sequences[members].ids, len(has_vector)), has_vector)
    return tuple(counted[label].share(label) for label in labels)


class _Counted:
    """Words of one class, and those that have a vector."""

    def __init__(self) -> None:
        self._n_tokens = self._n_covered = 0
        # A bit for each id, as there may be many classes and many words.
        self._seen = self._seen_covered = np.zeros(0, dtype=np.uint8)

    def add(self, counts: NDArray[np.int64], has_vector: NDArray[np.bool_]) -> None:
        """Count the ids of some more documents."""
        self._n_tokens += int(counts.sum())
        self._n_covered += int(counts[has_vector].sum())
        self._seen = _either(self._seen, np.packbits(counts > 0))
        covered = np.packbits((counts > 0) & has_vector)
        self._seen_covered = _either(self._seen_covered, covered)

    def share(self, label: object) -> ClassCoverage:
        """Return the shares of all documents."""
        n_types, n_covered = (int(np.unpackbits(a).sum()) for a in (self._seen, self._seen_covered))
        return ClassCoverage(
            label,
            self._n_tokens,
            type_share=n_covered / max(n_types, 1),
            token_share=self._n_covered / max(self._n_tokens, 1),
        )


def _either(bits: NDArray[np.uint8], more: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Join two sets of bits, of which either may be longer."""
    if len(bits) > len(more):
        bits, more = more, bits
    joined = more.copy()
    joined[: len(bits)] |= bits
    return joined
