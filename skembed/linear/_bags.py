"""Documents to bags of words as SciPy's sparse matrices, and the choice of their columns."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import count as numbers_from
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed.bags import BagTables, SparseRows, columns_of, count, find_pairs, find_triples
from skembed.linear._targets import Floats, Targets
from skembed.text import UNKNOWN_ID, TokenSequences, is_character

NGRAM_SIZES = (3, 4, 5)
"""Characters in an n-gram, including blanks before and after the word.

These are usual sizes, not tried one by one. In addition to words and pairs they are worth 0.4 to
2.0 percent on the five corpora of docs/accuracy.md.
"""

MAX_FEATURES = 50_000
"""Largest number of pairs, of triples and of n-grams: those in the most documents are kept.

This bounds memory. It was chosen, not tuned: each takes a coefficient for each class.
"""

MOST_CHARACTERS = 0.5
"""Share of tokens that are single characters, as in Chinese, up to which n-grams are counted.

The n-grams of a text's few numbers and Latin words would weigh as much as all of its characters.
That cost accuracy in three inner folds of Chinese hotel reviews (ChnSentiCorp).
"""

Bag: TypeAlias = sparse.csr_matrix

Documents: TypeAlias = TokenSequences | Iterable[TokenSequences]
"""All documents at once, or block by block in order. Blocks may be read more than once."""


def blocks_of(documents: Documents) -> Iterable[TokenSequences]:
    """Return the blocks of documents. Documents in memory are one block."""
    if isinstance(documents, TokenSequences):
        return [documents]
    if isinstance(documents, Iterator):
        raise TypeError(
            "documents are read more than once, but this "
            f"{type(documents).__name__} can be read once. Pass a list of blocks, or an object "
            "whose __iter__ starts again."
        )
    return documents


def learn_bags(
    documents: Documents, n_ids: int, vocabulary: Mapping[str, int] | None
) -> tuple[BagTables, Bag]:
    """Choose what to count, and count the training documents.

    Without the ids' words there are no n-grams and no triples. The bags have the shape (n_samples,
    n_features), and are `without_unknown` words. They are the same to the last bit for all sizes of
    blocks.
    """
    blocks = blocks_of(documents)
    words, n_documents = _document_frequencies(blocks, n_ids)
    pairs = _frequent(blocks, partial(find_pairs, n_ids=n_ids))
    are_characters = _find_characters(vocabulary or {}, n_ids)
    triples = np.empty(0, dtype=np.int64)
    if are_characters.any():
        find = partial(_triples, pairs=pairs, are_characters=are_characters)
        triples = _frequent(blocks, find)
    n_words = int(np.flatnonzero(words)[-1]) + 1
    has_words = words[are_characters].sum() <= MOST_CHARACTERS * words.sum()
    ngrams = shared_ngrams(vocabulary or {} if has_words else {}, words)
    tables = BagTables(pairs, ngrams, np.empty(0, dtype=np.float32), n_words, triples)
    counts = [tables.count(block, multiply) for block in blocks]
    tables = replace(tables, idf=_inverse_frequencies(counts, n_documents))
    counts.reverse()
    weighed = (tables.weigh(counts.pop()) for _ in range(len(counts)))  # frees counts
    return tables, without_unknown(_stacked(map(as_csr, weighed)))


def learn_bags_beside(
    documents: Documents,
    n_ids: int,
    vocabulary: Mapping[str, int] | None,
    numbers: Floats | None,
    targets: Targets,
) -> tuple[BagTables, Bag, float]:
    """Do what `learn_bags` does, with numbers as last columns; also return their unit."""
    bags, bag = learn_bags(documents, n_ids, vocabulary)
    if bag.shape[0] != len(targets):
        raise ValueError(f"documents are {bag.shape[0]:,}, but targets {len(targets):,}.")
    unit = unit_of(numbers)
    return bags, with_numbers(bag, numbers, unit), unit


def _inverse_frequencies(counts: list[list[SparseRows]], n_documents: int) -> Floats:
    frequencies = sum(
        np.concatenate([each.n_in_columns() for each in of_block]) for of_block in counts
    )
    idf: Floats = (np.log((1 + n_documents) / (1 + frequencies)) + 1).astype(np.float32)
    return idf  # as scikit-learn has it


def read_bags(tables: BagTables, documents: Documents) -> Bag:
    """Return weighted bags of shape (n_samples, n_features), of Euclidean length one."""
    return _stacked(as_csr(tables.read(block, multiply)) for block in blocks_of(documents))


def unit_of(numbers: Floats | None) -> float:
    """Return how long the rows of numbers are, compared with bags of the length one.

    The root of their mean squared length, or one if all numbers are zero.
    """
    if numbers is None:
        return 1.0
    length = float(np.sqrt(np.square(numbers, dtype=np.float64).sum(axis=1).mean()))
    return length if length > 0 else 1.0


def with_numbers(bag: Bag, numbers: Floats | None, unit: float) -> Bag:
    """Append numbers of documents to bags, in units in which they count as much as words."""
    if numbers is None:
        return bag
    columns = sparse.csr_matrix(numbers / np.float32(unit))
    return sparse.hstack([bag, columns], format="csr", dtype=np.float32)


def _stacked(bags: Iterator[Bag]) -> Bag:
    found = list(bags)
    return found[0] if len(found) == 1 else sparse.vstack(found, format="csr")


def without_unknown(bag: Bag) -> Bag:
    """Make bags to learn from: unknown words make a document longer, but show no class.

    In training they are rare, and in odd documents; later they are in any document. An empty
    training document, whose one token is unknown, once drew all later documents with unknown words
    to its class: 0.39 instead of 0.55 right on 300 posts. The bag itself is changed.
    """
    bag.data[bag.indices <= UNKNOWN_ID] = 0
    return bag


def multiply(left: SparseRows, right: SparseRows) -> SparseRows:
    """Multiply two matrices as `skembed.bags.multiply` does, in compiled code."""
    product = as_csr(left) @ as_csr(right)
    return SparseRows(product.data, product.indices, product.indptr, right.n_columns)


def as_csr(rows: SparseRows) -> Bag:
    """Turn rows into a matrix of SciPy, without a copy."""
    arrays = rows.values, rows.columns, rows.ends
    return sparse.csr_matrix(arrays, shape=(rows.n_rows, rows.n_columns))


def as_rows(matrix: Bag) -> SparseRows:
    """Turn a matrix of SciPy into rows, with indices of the types that files have."""
    columns, ends = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int64)
    return SparseRows(matrix.data, columns, ends, matrix.shape[1])


def _document_frequencies(
    blocks: Iterable[TokenSequences], n_ids: int
) -> tuple[NDArray[np.int64], int]:
    """Count in how many documents each id occurs, and count documents."""
    words, n_documents = np.zeros(n_ids, dtype=np.int64), 0
    for block in blocks:
        words += count(block.ids, block.offsets, n_ids).n_in_columns()
        n_documents += len(block)
    return words, n_documents


Found: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Codes of the pairs or triples in a block, and the place of each among its ids."""


def _frequent(
    blocks: Iterable[TokenSequences], find: Callable[[TokenSequences], Found]
) -> NDArray[np.int64]:
    """Return the codes that occur in the most documents, sorted."""
    codes, frequencies = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for block in blocks:
        found, places = find(block)
        distinct, columns = np.unique(found, return_inverse=True)
        counts = count(columns, places.searchsorted(block.offsets), len(distinct))
        codes.append(distinct)
        frequencies.append(counts.n_in_columns())
        # When as many wait as there are sums, many small blocks take little longer than a large one
        if sum(map(len, codes[1:])) >= len(codes[0]):
            codes, frequencies = _added_up(codes, frequencies)
    (sums,), (n_documents,) = _added_up(codes, frequencies)
    return sums[_most_frequent(n_documents)]


def _find_characters(vocabulary: Mapping[str, int], n_ids: int) -> NDArray[np.bool_]:
    """Return which ids are characters of scripts that are written without blanks."""
    are_characters = np.zeros(n_ids, dtype=bool)
    for word, i in vocabulary.items():
        if not word.isascii() and is_character(word):
            are_characters[i] = True
    return are_characters


def _triples(
    block: TokenSequences, pairs: NDArray[np.int64], are_characters: NDArray[np.bool_]
) -> Found:
    """Find three characters side by side."""
    n_ids = len(are_characters)
    codes, places = find_pairs(block, n_ids)
    codes, places = find_triples(block, columns_of(codes, pairs), places, n_ids)
    inside = are_characters[block.ids]
    inside = inside[places] & inside[places + 1] & inside[places + 2]
    return codes[inside], places[inside]


def _added_up(
    codes: list[NDArray[np.int64]], frequencies: list[NDArray[np.int64]]
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    found, places = np.unique(np.concatenate(codes), return_inverse=True)
    sums = np.zeros(len(found), dtype=np.int64)
    np.add.at(sums, places, np.concatenate(frequencies))
    return [found], [sums]


def shared_ngrams(vocabulary: Mapping[str, int], words: NDArray[np.int64]) -> SparseRows:
    """Count the n-grams that two words or more share, in each word: (n_ids, n_ngrams).

    `words` holds in how many documents each id occurs. The n-grams in the most documents are kept,
    each counted once for each of its words.
    """
    numbers: defaultdict[str, int] = defaultdict(numbers_from().__next__)
    found, lengths = [], np.zeros(len(words), dtype=np.int64)
    for word, i in sorted(vocabulary.items(), key=itemgetter(1)):
        text = f" {word} "
        ngrams = [
            numbers[text[start : start + size]]
            for size in NGRAM_SIZES
            for start in range(len(text) - size + 1)
        ]
        found += ngrams
        lengths[i] = len(ngrams)
    ends = np.append(0, np.cumsum(lengths))
    counts = count(np.array(found, dtype=np.int32), ends, len(numbers))
    n_documents = np.zeros(len(numbers), dtype=np.int64)
    np.add.at(n_documents, counts.columns, words[counts.rows])
    n_documents[counts.n_in_columns() < 2] = 0  # an n-gram of one word says the same as the word
    return as_rows(as_csr(counts)[:, _most_frequent(n_documents)])


def _most_frequent(frequencies: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions, ascending, of those that occur in two documents or more."""
    order = np.argsort(-frequencies, kind="stable")[:MAX_FEATURES]
    return np.sort(order[frequencies[order] >= 2])
