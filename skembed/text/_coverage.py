"""How much of a corpus has a word vector."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

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
    missing : tuple of (str, int)
        Words of the vocabulary without a vector and their counts, most
        frequent first.
    """

    n_types: int
    n_tokens: int
    type_share: float
    token_share: float
    unknown_share: float
    missing: tuple[tuple[str, int], ...]

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
    missing = [(word, int(counts[i])) for word, i in vocabulary.items() if word not in vectors]
    known_tokens = int(counts[FIRST_WORD_ID:].sum())
    n_tokens = int(counts.sum())
    covered = known_tokens - sum(count for _, count in missing)
    n_types = len(vocabulary)
    return Coverage(
        n_types=n_types,
        n_tokens=n_tokens,
        type_share=(n_types - len(missing)) / max(n_types, 1),
        token_share=covered / max(n_tokens, 1),
        unknown_share=int(counts[UNKNOWN_ID]) / max(n_tokens, 1),
        missing=tuple(missing),
    )
