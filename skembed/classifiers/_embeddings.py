"""Word vectors for the ids of a classifier, and how much of its training text has one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from skembed._caller import warn_caller
from skembed.classifiers._answers import Answers
from skembed.classifiers._training_documents import TrainingDocuments
from skembed.networks import AnyData, NetworkData
from skembed.text import (
    LARGEST_ID,
    UNKNOWN_ID,
    Coverage,
    Kind,
    TokenSequences,
    as_value,
    count_ids,
    coverage_by_class,
    measure_coverage,
    share_of_short,
)
from skembed.vectors import CUT_WITH_THEIR_OWN, WordVectors, load_embeddings

_CHECK_LANGUAGE = "Check the language, and lowercase=... of the tokenizer."


@dataclass(frozen=True)
class Embedding:
    """The first vectors of a network's steps.

    Attributes
    ----------
    n_rows : int or None
        Number of ids. None if documents are vectors.
    n_dims : int
        Components of a vector.
    matrix : ndarray of shape (n_rows, n_dims), dtype float32, or None
        Row ``i`` belongs to id ``i``. None: they are learned, or documents are vectors.
    coverage : Coverage or None
        How much of the training text has a pre-trained vector.
    """

    n_rows: int | None
    n_dims: int
    matrix: NDArray[np.float32] | None = None
    coverage: Coverage | None = None


def open_embeddings(embeddings: Any, kind: Kind) -> Any:
    """Open the vectors that a classifier's parameter names, if texts need them."""
    if kind != "documents" or embeddings is None or isinstance(embeddings, np.ndarray):
        return embeddings
    return load_embeddings(embeddings)


def align(
    embeddings: Any,
    documents: TrainingDocuments,
    answers: Answers,
    *,
    n_dims: int,
) -> Embedding:
    """Find the vector of each token id."""
    data = documents.data
    if documents.vectors is not None or data_holds_vectors(data):
        _refuse_embeddings(embeddings)
    if data_holds_vectors(data):
        return Embedding(None, data.steps.shape[1])
    n_rows = _count_rows(documents)
    if documents.vectors is not None:
        matrix = np.asarray(documents.vectors, dtype=np.float32)
    elif embeddings is None:
        return Embedding(n_rows, n_dims)
    elif isinstance(embeddings, np.ndarray):
        matrix = _given_matrix(embeddings, n_rows)
    else:
        return _look_up(embeddings, documents, answers, n_rows)
    return Embedding(len(matrix), matrix.shape[1], matrix)


def data_holds_vectors(data: AnyData) -> TypeGuard[NetworkData]:
    """Return whether samples are vectors instead of token ids."""
    steps = getattr(data, "steps", None)
    return steps is not None and steps.dtype.kind == "f"


def sequences_of(data: AnyData) -> Iterator[tuple[slice, TokenSequences]]:
    """Yield a network's documents as sequences of ids again, some at a time."""
    for rows, block in data.blocks():
        yield rows, TokenSequences(block.steps, block.offsets)


def _count_rows(documents: TrainingDocuments) -> int:
    """Return the number of ids, each of which has a row in the embedding matrix."""
    largest = documents.data.largest_id
    if largest <= UNKNOWN_ID:
        raise ValueError(
            f"X holds no known words: every token id is {UNKNOWN_ID}, which stands for unknown "
            "words, so there is nothing to learn from. Fit the tokenizer on the training "
            "documents, and check its max_length and min_df."
        )
    if documents.vectors is not None:
        n_rows = len(documents.vectors)
    else:
        n_rows = 1 + max(largest, max((documents.vocabulary or {}).values(), default=0))
    if n_rows > LARGEST_ID:
        raise ValueError(
            f"X holds a token id of {LARGEST_ID:,} or more, but each id has a row in the embedding "
            "matrix. Number the words without gaps, as KerasTokenizer does."
        )
    return n_rows


def _look_up(
    embeddings: Any, documents: TrainingDocuments, answers: Answers, n_rows: int
) -> Embedding:
    """Find the vectors of words, and how much of the training text has one."""
    vocabulary = documents.vocabulary
    if vocabulary is None:
        raise ValueError(
            f"embeddings={embeddings!r} needs words, but X is a matrix of ids, whose words are not "
            'known. Pass documents or the output of KerasTokenizer(output="sequences"), which '
            "carries its words, or an array with one row per id as embeddings."
        )
    vectors = load_embeddings(embeddings)
    found = vectors.words.find(vocabulary) >= 0
    counts = sum(count_ids(some.ids, n_rows) for _, some in sequences_of(documents.data))
    coverage = measure_coverage(vocabulary, np.asarray(counts), found.tolist(), vectors)
    cut = as_value(getattr(documents.tokenizer, "tokenizer", None))
    _check_coverage(coverage, vectors, vectors.tokenizer in (None, cut))
    shares = coverage_by_class(coverage, vocabulary, sequences_of(documents.data), answers.targets)
    names = answers.task.labels.tolist()
    n_truncated = getattr(documents.tokenizer, "n_truncated_", None)
    coverage = replace(
        coverage,
        truncated_share=None if n_truncated is None else n_truncated / len(documents.data),
        short_share=share_of_short(np.diff(documents.data.offsets)),
        by_class=tuple(replace(share, label=names[share.label]) for share in shares),
    )
    matrix = np.zeros((n_rows, vectors.n_dims), dtype=np.float32)
    aligned = vectors.align(vocabulary)
    matrix[: len(aligned)] = aligned
    return Embedding(n_rows, vectors.n_dims, matrix, coverage)


def _refuse_embeddings(embeddings: Any) -> None:
    """Refuse the parameter if X holds its own vectors."""
    if embeddings is not None:
        raise ValueError(
            "embeddings is set, but X holds vectors already. Set embeddings=None, or pass "
            "documents or the output of KerasTokenizer."
        )


def _check_coverage(coverage: Coverage, vectors: WordVectors, is_cut_so: bool) -> None:
    """Refuse vectors that have none of the words, and warn if they have few.

    `is_cut_so` says whether the texts were cut by the tokenizer that belongs to the vectors.
    """
    if coverage.type_share == 0:
        few = ", ".join(repr(word) for word, _ in coverage.missing[:5])
        raise ValueError(
            f"None of the {coverage.n_types} words of the vocabulary has a vector in {vectors!r}; "
            f"the most frequent are {few}. "
            + (_CHECK_LANGUAGE if is_cut_so else CUT_WITH_THEIR_OWN)
        )
    if coverage.token_share < 0.5:
        warn_caller(
            f"Only {coverage.token_share:.0%} of the training words have a vector; see coverage_."
            + ("" if is_cut_so else f" {CUT_WITH_THEIR_OWN}")
        )


def _given_matrix(matrix: NDArray[Any], n_rows: int) -> NDArray[np.float32]:
    if matrix.ndim != 2 or len(matrix) < n_rows:
        raise ValueError(
            f"embeddings given as an array must have one row per token id: the largest id is "
            f"{n_rows - 1}, whose vector is row {n_rows - 1}, so at least {n_rows} rows are needed "
            f"here, got shape {matrix.shape}."
        )
    checked: NDArray[np.float32] = check_array(matrix, dtype=np.float32, input_name="embeddings")
    return checked
