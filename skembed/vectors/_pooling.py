"""Pool the word vectors of each document into one vector: functions on arrays.

Documents are flat token ids with offsets, as in `TokenSequences`: document
``i`` is ``ids[offsets[i]:offsets[i + 1]]`` and may be empty. Weights say how
much an occurrence of each id counts; 0 means that the id has no vector. Every
pooling skips its occurrences. A document in which no token has a vector becomes
zeros.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skembed._bar import show_bar
from skembed.text import TokenSequences

POOLINGS: Final = ("mean", "max", "min", "sum", "sif", "tfidf")
"""Names of the poolings."""

_BLOCK_BYTES = 1 << 20
"""Word vectors gathered at the same time by `max` and `min`: what fits a cache."""

_TOKENS_AT_ONCE = 1 << 18
"""Tokens that are added up at the same time."""

_ROWS_AT_ONCE = 1 << 13
"""Documents converted to double precision at the same time."""


def token_weights(
    pooling: str,
    counts: NDArray[np.int64],
    frequencies: NDArray[np.int64],
    *,
    n_tokens: int,
    n_documents: int,
    sif_a: float,
) -> NDArray[np.float32]:
    """Return how much one occurrence of each word counts in a pooling.

    "sif" gives ``a / (a + p(word))``, "tfidf" scikit-learn's smooth ``ln((1 + n) / (1 + df)) + 1``,
    the others 1: all greater than 0. Counts, numbers of documents and weights have the shape
    (n_words,).
    """
    if pooling == "sif":
        weights = sif_a / (sif_a + counts / max(n_tokens, 1))
    elif pooling == "tfidf":
        weights = np.log((1 + n_documents) / (1 + frequencies)) + 1
    else:
        weights = np.ones(len(counts))
    return weights.astype(np.float32)


def pool(
    pooling: str,
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    vectors: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Pool the vectors of each document's tokens.

    "sum" and "mean" add the vectors of the tokens, "sif" and "tfidf" ``weight * vector``; "mean"
    and "sif" divide by the number of tokens that have a vector, "tfidf" by the sum of their
    weights. "max" and "min" are taken in each dimension. The common component of "sif" is not
    removed yet. Vectors have the shape (n_ids, n_dims), weights (n_ids,), the features
    (n_samples, n_dims).
    """
    if pooling in ("max", "min"):
        extreme = np.maximum if pooling == "max" else np.minimum
        return _pool_extremes(extreme, ids, offsets, vectors, weights > 0)
    if pooling in ("sif", "tfidf"):
        vectors = vectors * weights[:, None]
    shares = weights if pooling == "tfidf" else np.sign(weights)
    features = np.empty((len(offsets) - 1, vectors.shape[1]), dtype=np.float32)
    for start, stop in _document_blocks(offsets):
        some = ids[offsets[start] : offsets[stop]]
        bounds = offsets[start : stop + 1] - offsets[start]
        ones = np.ones(len(some), dtype=np.float32)
        tokens = csr_array((ones, some, bounds), shape=(stop - start, len(vectors)))
        features[start:stop] = tokens @ vectors
        if pooling != "sum":
            totals = tokens @ shares
            features[start:stop] /= np.where(totals > 0, totals, 1)[:, None]
    return features


def _document_blocks(offsets: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Cut a corpus into blocks of whole documents, each of about `_TOKENS_AT_ONCE` tokens."""
    starts = np.searchsorted(offsets[:-1], np.arange(0, offsets[-1] + 1, _TOKENS_AT_ONCE))
    yield from pairwise([*np.unique(starts).tolist(), len(offsets) - 1])


def _pool_extremes(
    extreme: np.ufunc,
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    vectors: NDArray[np.float32],
    has_vector: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Take the largest or smallest value in each dimension, one block of tokens at a time."""
    features = np.zeros((len(offsets) - 1, vectors.shape[1]), dtype=np.float32)
    kept = has_vector[ids]
    documents = np.repeat(np.arange(len(features)), np.diff(offsets))[kept]
    ids = ids[kept]
    n_tokens = max(_BLOCK_BYTES // max(vectors[:1].nbytes, 1), 1)
    open_document = -1
    for start in range(0, len(ids), n_tokens):
        block = slice(start, start + n_tokens)
        firsts = np.flatnonzero(np.diff(documents[block], prepend=-1))
        values = extreme.reduceat(vectors[ids[block]], firsts, axis=0)
        rows = documents[block][firsts]
        if rows[0] == open_document:  # the block before ended inside this document
            values[0] = extreme(values[0], features[open_document])
        features[rows] = values
        open_document = rows[-1]
    return features


def common_component(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the direction that documents have in common, shape (n_dims,).

    It is the first right singular vector of the features, which are not centred. It has the length
    1. Its sign is fixed: the entry with the largest absolute value is positive.
    """
    n_dims = features.shape[1]
    gram = np.zeros((n_dims, n_dims))
    for start in range(0, len(features), _ROWS_AT_ONCE):
        rows = features[start : start + _ROWS_AT_ONCE].astype(np.float64)
        gram += rows.T @ rows
    component = np.linalg.eigh(gram).eigenvectors[:, -1]
    component *= np.sign(component[np.abs(component).argmax()])
    return component.astype(np.float32)


def remove_component(
    features: NDArray[np.float32], component: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Subtract from each row its projection on a direction of length 1."""
    return features - np.outer(features @ component, component)


class Encoded(NamedTuple):
    """Documents as ids, with the vector and the weights of each id.

    `weighted` is their SIF pooling, if that has been computed already.
    """

    sequences: TokenSequences
    vectors: NDArray[np.float32]
    weights: dict[str, NDArray[np.float32]]
    weighted: NDArray[np.float32] | None = None

    def pool(self, pooling: str) -> NDArray[np.float32]:
        """Return one vector for each document."""
        if pooling not in self.weights:
            raise ValueError(f"pooling={pooling!r} was set after fit. Fit again to use it.")
        if pooling == "sif" and self.weighted is not None:
            return self.weighted
        ids, offsets = self.sequences.ids, self.sequences.offsets
        with show_bar("Pooling word vectors"):
            return pool(pooling, ids, offsets, self.vectors, self.weights[pooling])
