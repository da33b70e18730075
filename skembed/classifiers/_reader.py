"""From X to a network's input, as learned in fit."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._records import record
from skembed.classifiers._door import Expected
from skembed.classifiers._features import Features
from skembed.classifiers._sources import Source
from skembed.networks import AnyData, NetworkData, RaggedFile
from skembed.text import (
    UNKNOWN_ID,
    Coverage,
    Kind,
    Samples,
    TokenSequences,
    numbered_as,
    to_sequences,
)

_MEANING = {
    "documents": "documents",
    "sequences": "TokenSequences",
    "ids": "a matrix of token ids",
    "vectors": "vectors",
}


@record
@dataclass(frozen=True)
class Reader:
    """Turns X into numbers as fit did.

    Attributes
    ----------
    kind : {"documents", "sequences", "ids", "vectors"}
        The kind of X in fit.
    tokenizer : estimator or None
        The fitted tokenizer, if X was documents.
    vocabulary : dict of str to int or None
        The words of the ids, if they are known.
    n_rows : int or None
        Number of ids; None for vectors.
    coverage : Coverage or None
        How much of the training text has a pre-trained vector.
    text_columns : tuple of str or None
        Columns whose texts are joined to one document, if X was a table.
    features : Features or None
        The fitted transformer that makes numbers beside the documents.
    """

    kind: Kind
    tokenizer: Any = None
    vocabulary: Mapping[str, int] | None = None
    n_rows: int | None = None
    coverage: Coverage | None = None
    text_columns: tuple[str, ...] | None = None
    features: Features | None = None

    @property
    def expected(self) -> Expected:
        """The expected kind of X."""
        columns = None if self.features is None else self.features.columns
        return Expected(self.kind, self.text_columns, columns or False)

    def read(self, samples: Samples, *, name: str = "X") -> NetworkData:
        """Turn samples into ragged numbers. `check_vectors` has checked vectors."""
        if self.kind == "vectors":
            self.refuse_other_kind(samples, name)
            return to_ragged(samples.values)
        data = as_data(self.read_sequences(samples, name=name))
        if self.features is None:
            return data
        return replace(data, numbers=self.features.read(samples, name))

    def read_sequences(self, samples: Samples, *, name: str = "X") -> TokenSequences:
        """Turn samples that are not vectors into sequences.

        Ids that are too large are unknown words.
        """
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

    def read_source(
        self, source: Source, kept: NDArray[np.bool_], files: ExitStack
    ) -> tuple[AnyData, AnyData | None]:
        """Read documents as `Source.collect` returns them."""
        read = partial(self.read, name=source.name)
        return source.collect(
            ((is_kept, read(samples)) for is_kept, samples in source.batches(kept)), files
        )

    def refuse_other_kind(self, samples: Samples, name: str) -> None:
        """Refuse documents of another kind than in fit."""
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


def limit_ids(data: AnyData, n_rows: int | None, files: ExitStack) -> AnyData:
    """Replace ids that are too large by the unknown word. Documents set aside may have them."""
    if n_rows is None or data.largest_id < n_rows:
        return data
    if isinstance(data, NetworkData):
        return replace(data, steps=np.where(data.steps < n_rows, data.steps, UNKNOWN_ID))
    limited = files.enter_context(RaggedFile())
    for _, some in data.blocks():
        known = np.where(some.steps < n_rows, some.steps, UNKNOWN_ID)
        limited.append(known, some.lengths, some.numbers)
    limited.finish()
    return limited


def as_data(sequences: TokenSequences) -> NetworkData:
    """Turn sequences into a network's input."""
    return NetworkData(sequences.ids, sequences.offsets)


def as_sequences(tokens: object, vocabulary: Mapping[str, int] | None = None) -> TokenSequences:
    """Turn a tokenizer's output into sequences, padded or not."""
    if isinstance(tokens, TokenSequences):
        return tokens
    if hasattr(tokens, "columns"):  # scikit-learn is set to give data frames
        tokens = np.asarray(tokens)
    if not (isinstance(tokens, np.ndarray) and tokens.dtype.kind in "iu"):
        raise TypeError(
            "tokenizer must turn documents into TokenSequences or a padded matrix of ids, as "
            f"KerasTokenizer does, but gave {type(tokens).__name__}. Pooled or counted features go "
            "into a Pipeline before the classifier."
        )
    sequences = TokenSequences.from_dense(tokens)
    return TokenSequences(sequences.ids, sequences.offsets, vocabulary)


def to_ragged(vectors: NDArray[np.float32]) -> NetworkData:
    """Read vectors: one step a sample from a matrix, or n_steps from a 3-D array.

    In a 3-D array steps of zeros at either end of a sample are padding.
    """
    if vectors.ndim == 2:
        return NetworkData(vectors, np.arange(len(vectors) + 1, dtype=np.int64))
    filled = (vectors != 0).any(axis=2).astype(np.int32)
    # Numbered steps stand for their vectors, so that ids and vectors lose padding in one way.
    numbered = filled * np.arange(1, filled.shape[1] + 1, dtype=np.int32)
    sequences = TokenSequences.from_dense(_fill_inside(numbered))
    rows = np.repeat(np.arange(len(vectors)), sequences.lengths)
    return NetworkData(vectors[rows, sequences.ids - 1], sequences.offsets)


def _fill_inside(numbered: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the steps of zeros inside a sample, between filled ones, their numbers as well."""
    steps = np.arange(1, numbered.shape[1] + 1, dtype=np.int32)
    last = numbered.max(axis=1, keepdims=True, initial=0)
    first = np.where(numbered > 0, numbered, len(steps) + 1).min(axis=1, keepdims=True)
    return np.where((steps >= first) & (steps <= last), steps, 0)
