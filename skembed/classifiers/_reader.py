"""The fitted way from X to a network's input: tokenizer, vocabulary, number of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from skembed.classifiers._inputs import Kind, check_rows, kind_of, read_ids, read_vectors
from skembed.networks import NetworkData
from skembed.text import UNKNOWN_ID, Coverage, KerasTokenizer, TokenSequences
from skembed.vectors import WordVectors

N_EXTRA_WORDS = 50_000
"""Words of pre-trained vectors, the most frequent ones, that a classifier knows in any case."""

_MEANING = {
    "documents": "documents",
    "sequences": "TokenSequences",
    "ids": "a matrix of token ids",
    "vectors": "vectors",
}


@dataclass
class InputReader:
    """Turns X into numbers the way it was done in fit.

    Attributes
    ----------
    kind : {"documents", "sequences", "ids", "vectors"}
        What X was in fit.
    tokenizer : estimator or None
        Fitted, where X was documents.
    vocabulary : dict of str to int or None
        Meaning of the ids, where it is known.
    n_rows : int or None
        Number of ids; None for vectors.
    coverage : Coverage or None
        How much of the training text has a vector.
    """

    kind: Kind
    tokenizer: Any = None
    vocabulary: Mapping[str, int] | None = None
    n_rows: int | None = None
    coverage: Coverage | None = None

    def read(self, estimator: BaseEstimator, X: Any, *, name: str = "X") -> NetworkData:
        """Turn X into ragged numbers.

        Raises
        ------
        ValueError
            If X is of another kind than in fit, or holds an unknown id.
        """
        if self.kind == "vectors":
            if kind_of(X) in ("documents", "sequences"):
                raise ValueError(self._other_kind(X, name))
            return read_vectors(estimator, X, reset=False, name=name)
        return as_data(self.read_sequences(X, name=name))

    def read_sequences(self, X: Any, *, name: str = "X") -> TokenSequences:
        """Turn X, which is not vectors, into sequences of known ids."""
        kind = kind_of(X)
        if kind == "documents" and self.kind == "documents":
            sequences = as_sequences(self.tokenizer.transform(X))
        elif kind == "sequences":
            sequences = X
            if None not in (self.vocabulary, X.vocabulary) and self.vocabulary != X.vocabulary:
                raise ValueError(
                    f"{name} was made with another vocabulary than the classifier was fitted "
                    "with. Transform with the tokenizer used in fit, for example in a Pipeline."
                )
        elif kind != "documents" and self.kind != "documents":
            sequences = read_ids(X, name=name)
        else:
            raise ValueError(self._other_kind(X, name))
        assert self.n_rows is not None
        check_rows(sequences, self.n_rows)
        return sequences

    def _other_kind(self, X: Any, name: str) -> str:
        kind = kind_of(X)
        message = (
            f"{name} is {_MEANING[kind]}, but the classifier was fitted on {_MEANING[self.kind]}."
        )
        if name == "X_val" and kind == "documents":
            message += (
                " For the steps before it to transform X_val as well, set "
                "transform_input=['X_val'] on the Pipeline."
            )
        return message


def own_tokenizer(embeddings: Any) -> KerasTokenizer:
    """Make the tokenizer of a classifier that was given none.

    It cuts texts as GloVe's were cut. Words that have a vector get an id even if
    no training text has them: a document to come may.
    """
    words = None
    if isinstance(embeddings, WordVectors):
        words = embeddings.words[:N_EXTRA_WORDS]
    return KerasTokenizer(tokenizer="glove", extra_words=words)


def fit_reader(
    estimator: BaseEstimator, X: Any, *, tokenizer: Any, embeddings: Any, wide: bool
) -> tuple[InputReader, TokenSequences | NetworkData]:
    """Learn how to read X, and read it.

    Parameters
    ----------
    estimator : estimator
        Remembers the number of features, if X has any.
    X : collection of str, TokenSequences or array-like
        Training documents.
    tokenizer : estimator or None
        The classifier's parameter; None makes the one of `own_tokenizer`.
    embeddings : WordVectors, ndarray or None
        The classifier's vectors, loaded.
    wide : bool
        Whether a linear half is to count words.

    Returns
    -------
    reader : InputReader
        Fitted, but for ``n_rows`` of ids that come with a matrix of their own.
    read : TokenSequences or NetworkData
        The training documents: sequences of ids, or vectors.
    """
    kind = kind_of(X)
    if kind == "vectors":
        if wide:
            raise ValueError(
                "wide=True needs words or token ids, but X holds vectors. Pass documents, or set "
                "wide=False."
            )
        return InputReader(kind), read_vectors(estimator, X, reset=True)
    fitted = None
    if kind == "documents":
        fitted = own_tokenizer(embeddings) if tokenizer is None else clone(tokenizer)
        sequences = as_sequences(fitted.fit_transform(X), getattr(fitted, "vocabulary_", None))
    else:
        sequences = X if kind == "sequences" else read_ids(X)
    if len(sequences) == 0:
        raise ValueError("X holds no documents (0 samples): at least one is needed to train.")
    check_known(bool((sequences.ids > UNKNOWN_ID).any()))
    vocabulary = sequences.vocabulary
    n_rows = int(sequences.ids.max()) + 1
    if vocabulary:
        n_rows = max(n_rows, max(vocabulary.values()) + 1)
    if sequences.vectors is not None:
        n_rows = len(sequences.vectors)
    return InputReader(kind, fitted, vocabulary, n_rows), sequences


def check_known(has_words: bool) -> None:
    """Refuse training documents in which every word is unknown: all classes would look alike.

    Raises
    ------
    ValueError
        If they have no words.
    """
    if not has_words:
        raise ValueError(
            f"X holds no known words: every token id is {UNKNOWN_ID}, which stands for unknown "
            "words, so there is nothing to learn from. Fit the tokenizer on the training "
            "documents, and check its max_length and min_df."
        )


def as_data(sequences: TokenSequences) -> NetworkData:
    """Hand sequences on as a network's input."""
    return NetworkData(sequences.ids, sequences.offsets)


def as_sequences(tokens: Any, vocabulary: Any = None) -> TokenSequences:
    """Take a tokenizer's output as sequences, be it padded or not."""
    if isinstance(tokens, TokenSequences):
        return tokens
    if not (isinstance(tokens, np.ndarray) and tokens.dtype.kind in "iu"):
        raise TypeError(
            "tokenizer must turn documents into TokenSequences or a padded matrix of ids, as "
            f"KerasTokenizer does, but gave {type(tokens).__name__}. Pooled or counted features go "
            "into a Pipeline before the classifier."
        )
    sequences = TokenSequences.from_dense(tokens)
    return TokenSequences(sequences.ids, sequences.offsets, vocabulary)
