"""The training documents of a first fit: a tokenizer is fitted to them, and gives them ids."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.classifiers._answers import Answers
from skembed.classifiers._features import NONE_BESIDE, Features, fit_features
from skembed.classifiers._reader import as_data, as_sequences, to_ragged
from skembed.classifiers._settings import Settings
from skembed.classifiers._sources import InMemory, Source
from skembed.classifiers._task import Targets
from skembed.networks import AnyData, NetworkData
from skembed.text import (
    KerasTokenizer,
    Samples,
    TokenSequences,
    fit_tokenizer_on_stream,
    make_tokenizer,
    numbered_as,
    to_sequences,
)
from skembed.vectors import WordVectors

N_EXTRA_WORDS = 50_000
"""Number of words of pre-trained vectors, the most frequent ones, that always get an id."""


@dataclass(frozen=True)
class TrainingDocuments:
    """The training documents, before their words have vectors.

    Attributes
    ----------
    data, held_out : NetworkData, RaggedFile or None
        The documents to train on, and those set aside.
    tokenizer : estimator or None
        The fitted tokenizer, if the documents were texts.
    vocabulary : mapping of str to int, or None
        The words of the ids, if they are known.
    vectors : ndarray of shape (n_ids, n_dims), dtype float32, or None
        Word vectors that came with the ids.
    features : Features or None
        The fitted transformer, if there are numbers beside the documents.
    """

    data: AnyData
    held_out: AnyData | None
    tokenizer: Any = None
    vocabulary: Mapping[str, int] | None = None
    vectors: NDArray[np.float32] | None = None
    features: Features | None = None


def read_training(
    settings: Settings,
    source: Source,
    embeddings: WordVectors | NDArray[Any] | None,
    answers: Answers,
    kept: NDArray[np.bool_],
    files: ExitStack,
) -> TrainingDocuments:
    """Learn how to read documents, and read them: the kept ones, and those set aside."""
    if settings.features is not None and source.kind != "documents":
        raise ValueError(
            f"features needs texts, or with text_columns a table, but {source.name} holds "
            f"{source.kind}. Pass the documents, and give the estimator its tokenizer=... instead "
            "of a step before it."
        )
    if source.kind == "vectors":
        if settings.wide is True:
            raise ValueError(
                "wide=True needs words or token ids, but X holds vectors. Pass documents, or set "
                "wide='auto'."
            )
        ragged = ((is_kept, to_ragged(some.values)) for is_kept, some in source.batches(kept))
        return TrainingDocuments(*source.collect(ragged, files))
    if source.kind == "documents":
        own = embeddings.tokenizer if isinstance(embeddings, WordVectors) else None
        fitted = make_tokenizer(settings.tokenizer, own=own, extra_words=words_of(embeddings))
        beside = fit_features(settings.features, source, kept, answers.targets)
        encoded = fit_tokenizer(fitted, source, kept, answers.targets)
        return _collect(source, encoded, files, fitted, *beside)
    ids = ((is_kept, to_sequences(some.values)) for is_kept, some in source.batches(kept))
    return _collect(source, ids, files)


def _collect(
    source: Source,
    ids: Iterator[tuple[bool, Any]],
    files: ExitStack,
    tokenizer: Any = None,
    features: Features | None = None,
    numbers: Iterable[NDArray[np.float32] | None] = NONE_BESIDE,
) -> TrainingDocuments:
    """Put ids together, with the words and vectors of the first kept documents."""
    first: list[TokenSequences] = []

    def read() -> Iterator[tuple[bool, NetworkData]]:
        for (is_kept, some), beside in zip(ids, numbers, strict=False):
            sequences = as_sequences(some, getattr(tokenizer, "vocabulary_", None))
            if is_kept and not first:
                first.append(sequences[:0])
            yield is_kept, replace(as_data(sequences), numbers=beside)

    data, held_out = source.collect(read(), files)
    words = first[0].vocabulary, first[0].vectors
    return TrainingDocuments(data, held_out, tokenizer, *words, features)


def words_of(embeddings: object) -> Sequence[str] | None:
    """Return the words that get an id even if no training text has them: later texts may."""
    return embeddings.words[:N_EXTRA_WORDS] if isinstance(embeddings, WordVectors) else None


def fit_tokenizer(
    tokenizer: Any, source: Source, kept: NDArray[np.bool_], targets: Targets
) -> Iterator[tuple[bool, Any]]:
    """Fit a tokenizer to the kept documents; yield the ids of all as it gives them."""
    batches, name = source.batches(kept), source.name

    def numbered(method: Callable[[list[str]], Any], samples: Samples) -> Any:
        with numbered_as(name, samples.rows):
            return method(samples.values)

    if isinstance(source, InMemory):
        learn = tokenizer.fit_transform
        if type(tokenizer) is KerasTokenizer:  # another class may take no labels
            learn = partial(learn, y=targets[kept])
        for is_kept, samples in batches:
            encode = learn if is_kept else tokenizer.transform
            yield is_kept, numbered(encode, samples)
        return
    check_tokenizer_of_streams(tokenizer)
    if type(tokenizer) is KerasTokenizer:  # another class may encode in another way
        yield from fit_tokenizer_on_stream(tokenizer, batches, name)
        return
    for is_kept, samples in batches:
        if is_kept:
            numbered(tokenizer.partial_fit, samples)
    for is_kept, samples in source.batches(kept):
        yield is_kept, numbered(tokenizer.transform, samples)


def check_tokenizer_of_streams(tokenizer: object) -> None:
    """Refuse a tokenizer that must see all documents at once."""
    if not hasattr(tokenizer, "partial_fit"):
        raise TypeError(
            "If X is a Stream, tokenizer must have partial_fit, as KerasTokenizer has; got "
            f"{type(tokenizer).__name__}."
        )
    if not isinstance(tokenizer, KerasTokenizer):
        return
    longest = tokenizer.max_length
    if not (isinstance(longest, Integral) or (longest is None and tokenizer.output != "padded")):
        raise ValueError(
            "If X is a Stream, the tokenizer does not know all lengths at first, but "
            f"it has max_length={longest!r} and output={tokenizer.output!r}. Set max_length to "
            "a number of tokens, or to None with output='sequences'."
        )
