"""What a fit begins with when documents come as a stream: labels, words, then ids on disk."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import compress
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
from skembed.classifiers._reader import InputReader, as_sequences, own_tokenizer
from skembed.classifiers._split import split_validation
from skembed.classifiers._streamed_labels import read_targets
from skembed.classifiers._targets import Labels
from skembed.data import Stream
from skembed.networks import Examples, SpooledData
from skembed.text import FIRST_WORD_ID, KerasTokenizer, count_ids
from skembed.vectors._workshop import explained


def prepare_stream(
    estimator: Any,
    X: Stream,
    validation: tuple[Any, Any] | None,
    *,
    earlier: Fitted | None,
    seed: int,
    files: ExitStack,
) -> Prepared:
    """Read a stream: for the labels, for the words, and to write ids to a file.

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
    weights = labels.weigh(targets, estimator.class_weight, None)
    kept = np.ones(len(targets), dtype=bool)
    if validation is None and sets_aside(estimator):
        kept[split_validation(targets, estimator.validation_fraction, seed)[1]] = False
    embeddings = loaded(estimator.embeddings) if earlier is None else None
    reader = _learn_words(estimator, X, kept, embeddings) if earlier is None else earlier.reader
    if reader.kind != "documents":
        raise ValueError("X is a Stream of documents, but the classifier was fitted on other X.")
    data, others, counts = write_ids(X, kept, reader, files)
    if earlier is None:
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


def _learn_words(
    estimator: Any, X: Stream, kept: NDArray[np.bool_], embeddings: Any
) -> InputReader:
    """Let a tokenizer count the words of the training documents."""
    given = estimator.tokenizer
    tokenizer = own_tokenizer(embeddings) if given is None else clone(given)
    ours = isinstance(tokenizer, KerasTokenizer)
    count = tokenizer.partial_fit
    for rows, texts in read_texts(X, len(kept)):
        some = list(compress(texts, kept[rows]))
        if some:
            count(some)
            count = tokenizer._count_on if ours else count
    if ours:
        tokenizer._end_counting()
    return InputReader("documents", tokenizer, getattr(tokenizer, "vocabulary_", None))


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
    stream: Stream, kept: NDArray[np.bool_], reader: InputReader, files: ExitStack
) -> tuple[SpooledData, SpooledData, NDArray[np.int64]]:
    """Write the ids of all documents to files that go with the process.

    Returns
    -------
    data, others : SpooledData
        Documents that are kept, and the others.
    counts : ndarray of shape (largest id + 1,), dtype int64
        How often each id stands in those that are kept.
    """
    folder = Path(tempfile.gettempdir())
    counts = np.zeros(FIRST_WORD_ID, dtype=np.int64)
    with explained(folder, "the documents' ids", "set TMPDIR to another folder"):
        data, others = (files.enter_context(SpooledData()) for _ in range(2))
        for rows, texts in read_texts(stream, len(kept)):
            sequences = as_sequences(reader.tokenizer.transform(texts))
            for spool, chosen in ((data, kept[rows]), (others, ~kept[rows])):
                some = sequences if chosen.all() else sequences[chosen]
                if not len(some):
                    continue
                spool.append(some.ids, some.lengths)
                if spool is data:
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
    data, _, _ = write_ids(X_val, np.ones(len(targets), dtype=bool), reader, files)
    return Examples(data, targets, np.ones(targets.shape, dtype=np.float32))
