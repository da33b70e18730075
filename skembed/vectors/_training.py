"""Train word vectors on tokenised documents with gensim; the results are arrays."""

from collections.abc import Iterator, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from skembed.text import UNKNOWN_ID, TokenSequences

MAX_SENTENCE_TOKENS = 10_000
"""gensim ignores what follows in a longer sentence, so documents are cut here."""

TRAINING_CONSTRAINTS: dict[str, list[Any]] = {
    "n_dims": [Interval(Integral, 1, None, closed="left")],
    "window": [Interval(Integral, 1, None, closed="left")],
    "min_count": [Interval(Integral, 1, None, closed="left")],
    "sg": ["boolean"],
    "negative": [Interval(Integral, 1, None, closed="left")],
    "epochs": [Interval(Integral, 1, None, closed="left")],
    "learning_rate": [Interval(Real, 0, None, closed="neither")],
    "random_state": ["random_state"],
}


def gensim_parameters(estimator: Any, seed: int) -> dict[str, Any]:
    """Translate an estimator's parameters into gensim's, for a reproducible training.

    It uses one worker, because with several the order of the updates is random.
    """
    return {
        "vector_size": int(estimator.n_dims),
        "window": int(estimator.window),
        "min_count": int(estimator.min_count),
        "sg": int(estimator.sg),
        "negative": int(estimator.negative),
        "epochs": int(estimator.epochs),
        "alpha": float(estimator.learning_rate),
        "min_alpha": min(1e-4, float(estimator.learning_rate)),
        "seed": seed,
        "workers": 1,
    }


def sentences_of(sequences: TokenSequences, vocabulary: Mapping[str, int]) -> list[list[str]]:
    """Write documents as lists of words, without the unknown ones.

    Each list has at most 10,000 words; a longer document gives several lists.
    """
    words = np.full(max(vocabulary.values(), default=UNKNOWN_ID) + 1, None, dtype=object)
    words[list(vocabulary.values())] = list(vocabulary)
    return [words[piece].tolist() for piece in _pieces(sequences)]


def _pieces(sequences: TokenSequences) -> Iterator[NDArray[np.int32]]:
    for document in sequences:
        known = document[document != UNKNOWN_ID]
        for start in range(0, len(known), MAX_SENTENCE_TOKENS):
            yield known[start : start + MAX_SENTENCE_TOKENS]


def check_min_count(counts: NDArray[np.int64], min_count: int) -> None:
    """Refuse a corpus in which no word is frequent enough to be trained."""
    most = int(counts[UNKNOWN_ID + 1 :].max(initial=0))
    if most < min_count:
        raise ValueError(
            f"No word of X occurs min_count={min_count} times, the most frequent one occurs "
            f"{most} times. Lower min_count or pass more documents."
        )


def rows_by_id(
    words: list[str], matrix: NDArray[np.float32], vocabulary: Mapping[str, int]
) -> NDArray[np.float32]:
    """Lay out trained rows by token id, shape (n_ids, n_dims); ids without a row get zeros."""
    vectors = np.zeros((max(vocabulary.values()) + 1, matrix.shape[1]), dtype=np.float32)
    vectors[[vocabulary[word] for word in words]] = matrix
    return vectors
