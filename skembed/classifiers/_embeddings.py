"""Word vectors for the ids a classifier was given."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from skembed._caller import warn_caller
from skembed.text import (
    Coverage,
    TokenSequences,
    count_ids,
    coverage_by_class,
    summarize_coverage,
)
from skembed.vectors import WordVectors, load_embeddings


def loaded(embeddings: Any) -> Any:
    """Load the vectors that a classifier's parameter names, if it names any."""
    if embeddings is None or isinstance(embeddings, np.ndarray):
        return embeddings
    return load_embeddings(embeddings)


def embedding_matrix(
    embeddings: Any, sequences: TokenSequences, n_rows: int
) -> tuple[NDArray[np.float32] | None, Coverage | None]:
    """Find the vector of each token id.

    Parameters
    ----------
    embeddings : str, path-like, WordVectors, KeyedVectors, ndarray or None
        The classifier's parameter.
    sequences : TokenSequences
        Training documents; their vocabulary, or vectors, are used.
    n_rows : int
        Number of ids.

    Returns
    -------
    matrix : ndarray of shape (n_rows, n_dims), dtype float32, or None
        Row ``i`` belongs to id ``i``. None if the vectors are to be learned.
    coverage : Coverage or None
        How much of the training text has a vector; None without a vocabulary.

    Raises
    ------
    ValueError
        If the ids' words are not known, no word has a vector, a given matrix
        has too few rows, or vectors come from two sides.
    """
    if sequences.vectors is not None:
        refuse_embeddings(embeddings)
        return np.asarray(sequences.vectors, dtype=np.float32), None
    return look_up(
        embeddings, sequences.vocabulary, n_rows, lambda: count_ids(sequences.ids, n_rows)
    )


def look_up(
    embeddings: Any,
    vocabulary: Mapping[str, int] | None,
    n_rows: int,
    count: Callable[[], NDArray[np.int64]],
) -> tuple[NDArray[np.float32] | None, Coverage | None]:
    """Find vectors as `embedding_matrix` does, for ids that are counted at need."""
    if embeddings is None:
        return None, None
    if isinstance(embeddings, np.ndarray):
        return _given_matrix(embeddings, n_rows), None
    if vocabulary is None:
        raise ValueError(
            f"embeddings={embeddings!r} needs words, but X is a matrix of ids, whose words are not "
            'known. Pass documents or the output of KerasTokenizer(output="sequences"), which '
            "carries its words, or an array with one row per id as embeddings."
        )
    vectors = load_embeddings(embeddings)
    found = vectors.words.find(vocabulary) >= 0
    coverage = summarize_coverage(vocabulary, count(), found.tolist(), vectors)
    _check_coverage(coverage, vectors)
    matrix = np.zeros((n_rows, vectors.n_dims), dtype=np.float32)
    aligned = vectors.align(vocabulary)
    matrix[: len(aligned)] = aligned
    return matrix, coverage


def complete_coverage(
    coverage: Coverage,
    sequences: TokenSequences,
    targets: NDArray[Any],
    classes: NDArray[Any],
    tokenizer: Any,
) -> Coverage:
    """Add what each class has, and what the tokenizer cut, to the coverage of a training text."""
    vocabulary = sequences.vocabulary
    assert vocabulary is not None
    shares = coverage_by_class(coverage, vocabulary, sequences, targets)
    labels = classes.tolist()
    by_class = tuple(replace(share, label=labels[share.label]) for share in shares)
    return replace(with_truncated(coverage, tokenizer, len(sequences)), by_class=by_class)


def with_truncated(coverage: Coverage, tokenizer: Any, n_documents: int) -> Coverage:
    """Add what the tokenizer cut of so many training documents, if it knows."""
    n_truncated = getattr(tokenizer, "n_truncated_", None)
    share = None if n_truncated is None else n_truncated / n_documents
    return replace(coverage, truncated_share=share)


def refuse_embeddings(embeddings: Any) -> None:
    """Refuse the parameter where X brings its own vectors.

    Raises
    ------
    ValueError
        If `embeddings` is not None.
    """
    if embeddings is not None:
        raise ValueError(
            "embeddings is set, but X holds vectors already. Set embeddings=None, or pass "
            "documents or the output of KerasTokenizer."
        )


def _check_coverage(coverage: Coverage, vectors: WordVectors) -> None:
    """Refuse vectors of none of the words, and warn about vectors of few."""
    if coverage.type_share == 0:
        few = ", ".join(repr(word) for word, _ in coverage.missing[:5])
        raise ValueError(
            f"None of the {coverage.n_types} words of the vocabulary has a vector in {vectors!r}; "
            f"the most frequent are {few}. Check the language, and lowercase=... of the tokenizer."
        )
    if coverage.token_share < 0.5:
        warn_caller(
            f"Only {coverage.token_share:.0%} of the training words have a vector; see coverage_."
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
