"""Bags of words as SciPy's sparse matrices, whose products the linear model needs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from scipy import sparse

from skembed.bags import BagTables, SparseRows, learn_tables
from skembed.text import UNKNOWN_ID, TokenSequences

Bag: TypeAlias = sparse.csr_matrix

Documents: TypeAlias = TokenSequences | Iterable[TokenSequences]
"""All documents at once, or block by block, in order; blocks may be read more than once."""


def blocks_of(documents: Documents) -> Iterable[TokenSequences]:
    """Return the blocks of documents, all of them being one.

    Raises
    ------
    TypeError
        If the blocks can be read but once.
    """
    if isinstance(documents, TokenSequences):
        return [documents]
    if isinstance(documents, Iterator):
        raise TypeError(
            "documents are read more than once, but this "
            f"{type(documents).__name__} can be read once. Pass a list of blocks, or an object "
            "whose __iter__ begins anew."
        )
    return documents


def learn_bags(
    documents: Documents, n_ids: int, vocabulary: Mapping[str, int] | None
) -> tuple[BagTables, Bag]:
    """Find the pairs and n-grams that are worth counting, and count the training documents.

    Parameters
    ----------
    documents : TokenSequences of shape (n_samples,), or re-iterable of such
        Training documents. The result is the same to the last bit, whatever the blocks.
    n_ids, vocabulary : int, mapping of str to int or None
        As for `skembed.bags.learn_tables`.

    Returns
    -------
    tables : BagTables
        What documents are counted by.
    bag : csr_matrix of shape (n_samples, n_features), dtype float32
        The training documents, `without_unknown` words.
    """
    tables, counts = learn_tables(blocks_of(documents), n_ids, vocabulary, multiply)
    counts.reverse()
    weighed = (tables.weigh(counts.pop()) for _ in range(len(counts)))  # counts go as bags come
    return tables, without_unknown(_stacked(map(as_csr, weighed)))


def read_bags(tables: BagTables, documents: Documents) -> Bag:
    """Return weighted bags of shape (n_samples, n_features), of Euclidean length one."""
    return _stacked(as_csr(tables.read(block, multiply)) for block in blocks_of(documents))


def _stacked(bags: Iterator[Bag]) -> Bag:
    found = list(bags)
    return found[0] if len(found) == 1 else sparse.vstack(found, format="csr")


def without_unknown(bag: Bag) -> Bag:
    """Make bags to learn from: unknown words make a document longer, but tell no class.

    They are seldom unknown in training, and then of an odd document; later they are of any.
    An empty training document, whose one token is unknown, once drew all later
    documents with unknown words to its class: 0.39 instead of 0.55 right on 300 posts.
    The bag itself is changed.
    """
    bag.data[bag.indices <= UNKNOWN_ID] = 0
    return bag


def multiply(left: SparseRows, right: SparseRows) -> SparseRows:
    """Multiply two matrices as `skembed.bags.multiply` does, in compiled code."""
    product = as_csr(left) @ as_csr(right)
    return SparseRows(product.data, product.indices, product.indptr, right.n_columns)


def as_csr(rows: SparseRows) -> Bag:
    """Hand rows to SciPy, without a copy."""
    arrays = rows.values, rows.columns, rows.ends
    return sparse.csr_matrix(arrays, shape=(rows.n_rows, rows.n_columns))
