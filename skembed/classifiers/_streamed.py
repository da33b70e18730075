"""What a fit begins with when documents come as a stream: labels, words, and ids on disk."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skembed.classifiers._embeddings import loaded, look_up, with_truncated
from skembed.classifiers._fitted import Fitted
from skembed.classifiers._prepare import (
    Prepared,
    begin_network,
    check_validation,
    read_held_out,
    resume,
    sets_aside,
)
from skembed.classifiers._reader import InputReader, as_sequences, check_known, own_tokenizer
from skembed.classifiers._split import set_aside
from skembed.classifiers._streamed_labels import read_targets
from skembed.classifiers._targets import Labels
from skembed.data import Stream
from skembed.files import explain_disk_errors
from skembed.networks import Examples, SpooledData
from skembed.text import FIRST_WORD_ID, KerasTokenizer, SpooledTokens, count_ids, numbered_as


def prepare_stream(
    estimator: Any,
    X: Stream,
    validation: tuple[Any, Any] | None,
    *,
    earlier: Fitted | None,
    seed: int,
    files: ExitStack,
) -> Prepared:
    """Read a stream for its labels, and then for its words, whose ids go to a file.

    Parameters
    ----------
    estimator, validation, earlier : object
        As for `fit_network`.
    X : Stream
        Training documents and labels.
    seed : int
        Fixes which documents are set aside, and the network.
    files : ExitStack
        Removes the files of ids.
    """
    labels, targets = read_targets(X.labels(), "X", None if earlier is None else earlier.labels)
    labels.warn_if_many(len(targets))
    weights = labels.weigh(targets, estimator.class_weight, None)
    kept = np.ones(len(targets), dtype=bool)
    if validation is None and sets_aside(estimator):
        kept[set_aside(targets, weights, estimator.validation_fraction, seed)[1]] = False
    embeddings = loaded(estimator.embeddings) if earlier is None else None
    if earlier is not None and earlier.reader.kind != "documents":
        raise ValueError("X is a Stream of documents, but the classifier was fitted on other X.")
    folder = Path(tempfile.gettempdir())
    with (
        explain_disk_errors(folder, "the documents' ids", "set TMPDIR to another folder"),
        SpooledTokens() as tokens,
    ):
        if earlier is None:
            reader, encoded = learn_words(estimator, X, kept, embeddings, tokens)
        else:
            reader, encoded = earlier.reader, encode_texts(X, kept, earlier.reader)
        data, others, counts = write_ids(encoded, files)
    if earlier is None:
        check_known(bool(counts[FIRST_WORD_ID:].any()))
        last = max((reader.vocabulary or {}).values(), default=0)
        reader.n_rows = max(last + 1, len(counts))
        counts = np.pad(counts, (0, reader.n_rows - len(counts)))
        matrix, coverage = look_up(embeddings, reader.vocabulary, reader.n_rows, lambda: counts)
        reader.coverage = coverage and with_truncated(coverage, reader.tokenizer, len(data))
        state = begin_network(estimator, labels, reader, matrix, seed)
    else:
        state = resume(estimator, earlier)
    examples = Examples(data, targets[kept], weights[kept])
    if validation is not None:
        validating = _read_validation(estimator, *validation, labels, reader, files)
    elif len(others):
        validating = Examples(others, targets[~kept], weights[~kept])
    else:
        validating = None
    return Prepared(labels, reader, state, examples, validating)


def check_stream(estimator: Any, y: Any, sample_weight: Any) -> None:
    """Refuse what does not go with a stream.

    Raises
    ------
    TypeError, ValueError
        Saying what to do instead.
    """
    if y is not None:
        raise ValueError("y must be None where X is a Stream, which gives the labels itself.")
    if sample_weight is not None:
        raise ValueError(
            "sample_weight cannot be used where X is a Stream. Weigh classes with class_weight, or "
            "pass documents, y and sample_weight in memory."
        )
    if estimator.wide:
        raise ValueError(
            "wide=True cannot be used where X is a Stream: its linear half needs all documents in "
            "memory. Set wide=False."
        )
    tokenizer = estimator.tokenizer
    if tokenizer is None:
        return
    if not hasattr(tokenizer, "partial_fit"):
        raise TypeError(
            "Where X is a Stream, tokenizer must have partial_fit, as KerasTokenizer has; got "
            f"{type(tokenizer).__name__}."
        )
    if isinstance(tokenizer, KerasTokenizer):
        longest = tokenizer.max_length
        if not (
            isinstance(longest, Integral) or (longest is None and tokenizer.output != "padded")
        ):
            raise ValueError(
                "Where X is a Stream, the tokenizer does not know all lengths at first, but "
                f"it has max_length={longest!r} and output={tokenizer.output!r}. Set max_length to "
                "a number of tokens, or to None with output='sequences'."
            )


def learn_words(
    estimator: Any, X: Stream, kept: NDArray[np.bool_], embeddings: Any, tokens: SpooledTokens
) -> tuple[InputReader, Iterable[tuple[bool, Any]]]:
    """Let a tokenizer count the words of the training documents.

    Parameters
    ----------
    estimator, X : object
        As for `prepare_stream`.
    kept : ndarray of shape (n_samples,), dtype bool
        Documents to count; the others are held out.
    embeddings : object
        Word vectors that have been loaded, or None.
    tokens : SpooledTokens
        Keeps what our own tokenizer has cut documents into.

    Returns
    -------
    reader : InputReader
    encoded : iterable of (bool, sequences of ids)
        What `encode_texts` yields, from `tokens` if the tokenizer is our own.
    """
    given = estimator.tokenizer
    tokenizer = own_tokenizer(embeddings) if given is None else clone(given)
    if type(tokenizer) is not KerasTokenizer:  # another class may encode in another way
        for is_kept, rows, texts in _read_parts(X, kept):
            if is_kept:
                with numbered_as("X", rows):
                    tokenizer.partial_fit(texts)
        reader = InputReader("documents", tokenizer, getattr(tokenizer, "vocabulary_", None))
        return reader, encode_texts(X, kept, reader)
    tokenizer._validate_params()
    are_kept = []
    for is_kept, rows, texts in _read_parts(X, kept):
        with numbered_as("X", rows):
            numbered = tokenizer._number(texts)
        if is_kept:
            tokenizer._count_on(numbered)
        tokens.append(numbered)
        are_kept.append(is_kept)
    tokenizer._end_counting()
    encoded = zip(are_kept, map(tokenizer._encode_numbered, tokens), strict=True)
    return InputReader("documents", tokenizer, tokenizer.vocabulary_), encoded


def encode_texts(
    stream: Stream, kept: NDArray[np.bool_], reader: InputReader, *, name: str = "X"
) -> Iterator[tuple[bool, Any]]:
    """Yield whether some documents are kept, and their ids as the tokenizer gives them."""
    for is_kept, rows, texts in _read_parts(stream, kept):
        with numbered_as(name, rows):
            ids = reader.tokenizer.transform(texts)
        yield is_kept, ids


def _read_parts(
    stream: Stream, kept: NDArray[np.bool_]
) -> Iterator[tuple[bool, NDArray[np.int64], list[str]]]:
    """Divide each batch of texts into those that are kept and the others, with their rows."""
    for rows, texts in read_texts(stream, len(kept)):
        for is_kept in (True, False):
            chosen = np.flatnonzero(kept[rows] == is_kept)
            if len(chosen):
                yield is_kept, rows.start + chosen, [texts[i] for i in chosen]


def read_texts(stream: Stream, n_documents: int) -> Iterator[tuple[slice, list[str]]]:
    """Yield the texts of a stream with their rows.

    Raises
    ------
    ValueError
        If it has not as many documents as before.
    """
    start = 0
    for texts, _ in stream:
        stop = start + len(texts)
        if stop <= n_documents:
            yield slice(start, stop), texts
        start = stop
    if start != n_documents:
        raise ValueError(
            f"The stream gave {n_documents:,} documents at first and {start:,} when it was read "
            "again, but a fit needs the same ones each time. Leave its source alone until the fit "
            "has ended."
        )


def write_ids(
    encoded: Iterable[tuple[bool, Any]], files: ExitStack
) -> tuple[SpooledData, SpooledData, NDArray[np.int64]]:
    """Write the ids of all documents to files that go with the process.

    Parameters
    ----------
    encoded : iterable of (bool, sequences of ids)
        What `encode_texts` yields.
    files : ExitStack
        Removes the files.

    Returns
    -------
    data, others : SpooledData
        Documents that are kept, and the others.
    counts : ndarray of shape (largest id + 1,), dtype int64
        How often each id stands in those that are kept.
    """
    counts = np.zeros(FIRST_WORD_ID, dtype=np.int64)
    data, others = (files.enter_context(SpooledData()) for _ in range(2))
    for is_kept, documents in encoded:
        some = as_sequences(documents)
        (data if is_kept else others).append(some.ids, some.lengths)
        if is_kept:
            counts = np.pad(counts, (0, max(int(some.ids.max()) + 1 - len(counts), 0)))
            counts += count_ids(some.ids, len(counts))
    data.finish()
    others.finish()
    return data, others, counts


def _read_validation(
    estimator: Any, X_val: Any, y_val: Any, labels: Labels, reader: InputReader, files: ExitStack
) -> Examples:
    """Read validation documents, which may be a stream of their own."""
    if not isinstance(X_val, Stream):
        return read_held_out(estimator, reader, check_validation(X_val, y_val, labels))
    _, targets = read_targets(X_val.labels(), "X_val", labels)
    kept = np.ones(len(targets), dtype=bool)
    data, _, _ = write_ids(encode_texts(X_val, kept, reader, name="X_val"), files)
    return Examples(data, targets, np.ones(targets.shape, dtype=np.float32))
