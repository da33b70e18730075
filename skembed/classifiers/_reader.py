"""The way from X to a network's input: learned in fit, and taken again to predict."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone

from skembed._records import record
from skembed.classifiers._settings import Settings
from skembed.classifiers._sources import Mask, Source
from skembed.classifiers._vectors import to_ragged
from skembed.networks import AnyData, NetworkData, SpooledData
from skembed.text import (
    UNKNOWN_ID,
    Coverage,
    KerasTokenizer,
    Kind,
    Samples,
    TokenSequences,
    numbered_as,
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


@record
@dataclass(frozen=True)
class Reader:
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
        How much of the training text has a pre-trained vector.
    """

    kind: Kind
    tokenizer: Any = None
    vocabulary: Mapping[str, int] | None = None
    n_rows: int | None = None
    coverage: Coverage | None = None

    def read(self, samples: Samples, *, name: str = "X") -> NetworkData:
        """Turn samples into ragged numbers; ids that are too large are unknown words.

        Parameters
        ----------
        samples : Samples
            Documents, of which vectors have passed `check_vectors`.
        name : str, default="X"
            What the user's argument is called.

        Raises
        ------
        TypeError, ValueError
            If they are of another kind than in fit.
        """
        self.refuse_other_kind(samples, name)
        if self.kind == "vectors":
            return to_ragged(samples.values)
        return as_data(self.read_sequences(samples, name=name))

    def read_sequences(self, samples: Samples, *, name: str = "X") -> TokenSequences:
        """Turn samples, which are not vectors, into sequences of known ids."""
        self.refuse_other_kind(samples, name)
        values = samples.values
        if samples.kind == "documents":
            with numbered_as(name, samples.rows):
                values = as_sequences(self.tokenizer.transform(values))
        elif samples.kind == "sequences" and self._is_another(values.vocabulary):
            raise ValueError(
                f"{name} was made with another vocabulary than the classifier was fitted "
                "with. Transform with the tokenizer used in fit, for example in a Pipeline."
            )
        return to_sequences(values, self.n_rows, name=name)

    def refuse_other_kind(self, samples: Samples, name: str) -> None:
        """Refuse documents of another kind than in fit.

        Raises
        ------
        ValueError
            Naming both kinds.
        """
        kind = samples.kind
        if self.kind == "vectors":
            is_other = kind not in ("ids", "vectors") or isinstance(samples.values, TokenSequences)
        else:
            is_other = kind != "sequences" and (kind == "documents") != (self.kind == "documents")
        if not is_other:
            return
        message = (
            f"{name} is {_MEANING[kind]}, but the classifier was fitted on {_MEANING[self.kind]}."
        )
        if name == "X_val" and kind == "documents":
            message += (
                " For the steps before it to transform X_val as well, set "
                "transform_input=['X_val'] on the Pipeline."
            )
        raise ValueError(message)

    def _is_another(self, vocabulary: Mapping[str, int] | None) -> bool:
        known = None not in (self.vocabulary, vocabulary)
        return known and self.vocabulary != vocabulary

    def read_source(
        self, source: Source, kept: Mask, files: ExitStack
    ) -> tuple[AnyData, AnyData | None]:
        """Read documents as `Source.collect` returns them."""
        read = partial(self.read, name=source.name)
        return source.collect(
            ((is_kept, read(samples)) for is_kept, samples in source.batches(kept)), files
        )


@dataclass(frozen=True)
class TrainingDocuments:
    """What is read of the training documents before their words have vectors.

    Attributes
    ----------
    data, held_out : NetworkData, SpooledData or None
        Those to train on, and those set aside.
    tokenizer : estimator or None
        Fitted, where they were texts.
    vocabulary : mapping of str to int, or None
        Meaning of the ids, where it is known.
    vectors : ndarray of shape (n_ids, n_dims), dtype float32, or None
        Word vectors that came with the ids.
    """

    data: AnyData
    held_out: AnyData | None
    tokenizer: Any = None
    vocabulary: Mapping[str, int] | None = None
    vectors: Any = None


def read_training(
    settings: Settings, source: Source, embeddings: Any, kept: Mask, files: ExitStack
) -> TrainingDocuments:
    """Learn how to read documents, and read them.

    Parameters
    ----------
    settings : Settings
        The tokenizer, which is cloned; None makes the one of `own_tokenizer`.
    source : Source
        The documents.
    embeddings : WordVectors, ndarray or None
        The classifier's vectors, opened.
    kept : ndarray of shape (n_samples,), dtype bool
        Documents to learn from.
    files : ExitStack
        Removes files at the end of the fit.
    """
    if source.kind == "vectors":
        if settings.wide:
            raise ValueError(
                "wide=True needs words or token ids, but X holds vectors. Pass documents, or set "
                "wide=False."
            )
        ragged = ((is_kept, to_ragged(some.values)) for is_kept, some in source.batches(kept))
        return TrainingDocuments(*source.collect(ragged, files))
    fitted = None
    if source.kind == "documents":
        given = settings.tokenizer
        fitted = own_tokenizer(embeddings) if given is None else clone(given)
        source.check_tokenizer(fitted)
        ids = source.fit_tokenizer(fitted, kept)
    else:
        ids = ((is_kept, to_sequences(some.values)) for is_kept, some in source.batches(kept))
    first: list[TokenSequences] = []

    def encoded() -> Iterator[tuple[bool, NetworkData]]:
        for is_kept, some in ids:
            sequences = as_sequences(some, getattr(fitted, "vocabulary_", None))
            if is_kept and not first:
                first.append(sequences[:0])
            yield is_kept, as_data(sequences)

    data, held_out = source.collect(encoded(), files)
    return TrainingDocuments(data, held_out, fitted, first[0].vocabulary, first[0].vectors)


def limit_ids(data: AnyData, n_rows: int | None, files: ExitStack) -> AnyData:
    """Read ids that are too large as unknown words, which those set aside may have."""
    if n_rows is None or data.largest_id < n_rows:
        return data
    if isinstance(data, NetworkData):
        return replace(data, steps=np.where(data.steps < n_rows, data.steps, UNKNOWN_ID))
    limited = files.enter_context(SpooledData())
    for _, some in data.blocks():
        limited.append(np.where(some.steps < n_rows, some.steps, UNKNOWN_ID), some.lengths)
    limited.finish()
    return limited


def own_tokenizer(embeddings: Any) -> KerasTokenizer:
    """Make the tokenizer of a classifier that was given none.

    It cuts texts as GloVe's were cut. Words that have a vector get an id even if
    no training text has them: a document to come may.
    """
    words = None
    if isinstance(embeddings, WordVectors):
        words = embeddings.words[:N_EXTRA_WORDS]
    return KerasTokenizer(tokenizer="glove", extra_words=words)


def as_data(sequences: TokenSequences) -> NetworkData:
    """Hand sequences on as a network's input."""
    return NetworkData(sequences.ids, sequences.offsets)


def as_sequences(tokens: Any, vocabulary: Mapping[str, int] | None = None) -> TokenSequences:
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
