"""How much of a corpus has a word vector."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import not_

import numpy as np
from numpy.typing import NDArray

from skembed.text._ids import FIRST_WORD_ID, UNKNOWN_ID


@dataclass(frozen=True)
class Coverage:
    """Shares of a corpus that have a vector.

    Attributes
    ----------
    n_types, n_tokens : int
        Distinct words of the vocabulary, and words counted in fit.
    type_share : float in [0, 1]
        Share of the vocabulary's words that have a vector.
    token_share : float in [0, 1]
        Share of the counted words that have a vector; words that the
        vocabulary left out count as missing.
    unknown_share : float in [0, 1]
        Share of the counted words that the vocabulary left out.
    missing_words : tuple of str
        Words of the vocabulary without a vector, most frequent first.
    missing_counts : tuple of int
        How often each of them was counted.
    missing : tuple of (str, int)
        Both as pairs.
    """

    n_types: int
    n_tokens: int
    type_share: float
    token_share: float
    unknown_share: float
    missing_words: tuple[str, ...]
    missing_counts: tuple[int, ...]

    @cached_property
    def missing(self) -> tuple[tuple[str, int], ...]:
        """The missing words with their counts."""
        # Made when asked for: so many little tuples set off the garbage collector.
        return tuple(zip(self.missing_words, self.missing_counts, strict=True))

    def __str__(self) -> str:
        often = ", ".join(f"{word} ({count})" for word, count in self.missing[:10]) or "none"
        return (
            f"{self.type_share:.1%} of {self.n_types} distinct words and {self.token_share:.1%} "
            f"of {self.n_tokens} words have a vector; {self.unknown_share:.1%} of the words are "
            f"outside the vocabulary.\nMost frequent words without a vector: {often}"
        )


def measure_coverage(
    vocabulary: Mapping[str, int], counts: NDArray[np.int64], vectors: Container[str]
) -> Coverage:
    """Compare a counted vocabulary with the words that have vectors.

    Parameters
    ----------
    vocabulary : mapping of str to int
        Token ids, gapless from 2, in the order of their ids.
    counts : ndarray of shape (n_ids,), dtype int64
        How often each id was counted.
    vectors : container of str
        Anything that answers ``word in vectors``.
    """
    return summarize_coverage(vocabulary, counts, [word in vectors for word in vocabulary])


def summarize_coverage(
    vocabulary: Mapping[str, int], counts: NDArray[np.int64], has_vector: Iterable[bool]
) -> Coverage:
    """Do what `measure_coverage` does when it is known which words have a vector.

    Parameters
    ----------
    vocabulary : mapping of str to int
        Token ids.
    counts : ndarray of shape (n_ids,), dtype int64
        How often each id was counted.
    has_vector : iterable of bool, length len(vocabulary)
        Whether each word of the vocabulary has one.
    """
    is_missing = list(map(not_, has_vector))
    missing_words = tuple(compress(vocabulary, is_missing))
    ids = np.fromiter(compress(vocabulary.values(), is_missing), dtype=np.int64)
    n_tokens = int(counts.sum())
    covered = int(counts[FIRST_WORD_ID:].sum()) - int(counts[ids].sum())
    n_types = len(vocabulary)
    return Coverage(
        n_types=n_types,
        n_tokens=n_tokens,
        type_share=(n_types - len(missing_words)) / max(n_types, 1),
        token_share=covered / max(n_tokens, 1),
        unknown_share=int(counts[UNKNOWN_ID]) / max(n_tokens, 1),
        missing_words=missing_words,
        missing_counts=tuple(counts[ids].tolist()),
    )
