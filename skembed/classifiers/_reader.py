"""The fitted way from X to a network's input: tokenizer, vocabulary, number of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from skembed.classifiers._inputs import read_vectors
from skembed.networks import NetworkData
from skembed.text import (
    LARGEST_ID,
    UNKNOWN_ID,
    Coverage,
    KerasTokenizer,
    Kind,
    Samples,
    TokenSequences,
    numbered_as,
    recognise,
    to_sequences,
)
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

    def read(self, estimator: BaseEstimator, X: Any) -> NetworkData:
        """Turn X into ragged numbers; ids that are too large are unknown words.

        Raises
        ------
        TypeError, ValueError
            If X is of another kind than in fit.
        """
        return self.read_samples(estimator, recognise(X, wanted=self.kind))

    def read_samples(
        self, estimator: BaseEstimator, samples: Samples, *, name: str = "X"
    ) -> NetworkData:
        """Turn samples into ragged numbers."""
        if self.kind != "vectors":
            return as_data(self.read_sequences(samples, name=name))
        if samples.kind not in ("ids", "vectors") or isinstance(samples.values, TokenSequences):
            raise ValueError(self._other_kind(samples, name))
        return read_vectors(estimator, samples, reset=False, name=name)

    def read_sequences(self, samples: Samples, *, name: str = "X") -> TokenSequences:
        """Turn samples, which are not vectors, into sequences of known ids."""
        kind, values = samples.kind, samples.values
        if kind != "sequences" and (kind == "documents") != (self.kind == "documents"):
            raise ValueError(self._other_kind(samples, name))
        if kind == "documents":
            with numbered_as(name, samples.rows):
                values = as_sequences(self.tokenizer.transform(values))
        elif kind == "sequences" and self._is_another(values.vocabulary):
            raise ValueError(
                f"{name} was made with another vocabulary than the classifier was fitted "
                "with. Transform with the tokenizer used in fit, for example in a Pipeline."
            )
        return to_sequences(values, self.n_rows, name=name)

    def _is_another(self, vocabulary: Mapping[str, int] | None) -> bool:
        known = None not in (self.vocabulary, vocabulary)
        return known and self.vocabulary != vocabulary

    def _other_kind(self, samples: Samples, name: str) -> str:
        kind = samples.kind
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
    estimator: BaseEstimator, samples: Samples, *, tokenizer: Any, embeddings: Any, wide: bool
) -> tuple[InputReader, TokenSequences | NetworkData]:
    """Learn how to read samples, and read them.

    Parameters
    ----------
    estimator : estimator
        Remembers the number of features, if X has any.
    samples : Samples
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
    kind, values = samples.kind, samples.values
    if kind == "vectors":
        if wide:
            raise ValueError(
                "wide=True needs words or token ids, but X holds vectors. Pass documents, or set "
                "wide=False."
            )
        return InputReader(kind), read_vectors(estimator, samples, reset=True)
    fitted = None
    if kind == "documents":
        fitted = own_tokenizer(embeddings) if tokenizer is None else clone(tokenizer)
        with numbered_as("X", samples.rows):
            tokens = fitted.fit_transform(values)
        sequences = as_sequences(tokens, getattr(fitted, "vocabulary_", None))
    else:
        sequences = to_sequences(values)
    if len(sequences) == 0:
        raise ValueError("X holds no documents (0 samples): at least one is needed to train.")
    check_known(bool((sequences.ids > UNKNOWN_ID).any()))
    vocabulary = sequences.vocabulary
    n_rows = int(sequences.ids.max()) + 1
    if vocabulary:
        n_rows = max(n_rows, max(vocabulary.values()) + 1)
    if sequences.vectors is not None:
        n_rows = len(sequences.vectors)
    if n_rows > LARGEST_ID:
        raise ValueError(
            f"X holds a token id of {LARGEST_ID:,} or more, but each id has a row in the embedding "
            "matrix. Number the words without gaps, as KerasTokenizer does."
        )
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
