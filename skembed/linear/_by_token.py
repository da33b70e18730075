"""What each token adds to the margins of a document, which is exact because they are sums."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed.bags import BagTables, columns_of
from skembed.linear._bag_model import BagModel
from skembed.linear._bags import as_csr, read_bags
from skembed.linear._targets import Floats
from skembed.text import TokenSequences


def margins_by_token(linear: BagModel, document: TokenSequences, mixing: Floats) -> Floats:
    """Share the margins of one document among its tokens, as sums with coefficients `mixing`.

    A word's share is divided evenly among its tokens, that of a pair or triple among all of its
    words, and that of an n-gram among the words that contain it. With mixing of shape (n_outputs,
    n_wanted), shares of shape (n_tokens, n_wanted), float32, add up to the margins without the
    intercepts.
    """
    bag = read_bags(linear.bags, document)
    # Not by BLAS, whose products of few rows have raised false floating-point warnings.
    worth = np.einsum("f,fc,cw->fw", bag.data, linear.coef[bag.indices], mixing)
    found: Floats = token_shares(linear.bags, document.ids, bag.indices) @ worth
    return found


def token_shares(
    bags: BagTables, ids: NDArray[np.int32], columns: NDArray[np.integer]
) -> sparse.csr_matrix:
    """Return how much of each feature each token has: (n_tokens, n_features), columns sum to 1."""
    n_words, n_ids = bags.n_words, bags.ngrams.n_rows
    first_triple = n_words + len(bags.pairs)
    words = np.flatnonzero(ids < n_words)
    codes = ids[:-1].astype(np.int64) * n_ids + ids[1:]
    of_pairs = columns_of(codes, bags.pairs)
    firsts = np.flatnonzero(of_pairs >= 0)
    pairs = n_words + of_pairs[firsts]
    of_triples = columns_of(of_pairs[:-1] * n_ids + ids[2:], bags.triples)
    starts = np.flatnonzero((of_pairs[:-1] >= 0) & (of_triples >= 0))
    triples = first_triple + of_triples[starts]
    ngrams = as_csr(bags.ngrams)[ids].tocoo()
    rows = np.concatenate([words, firsts, firsts + 1, starts, starts + 1, starts + 2, ngrams.row])
    features = np.concatenate(
        [ids[words], pairs, pairs, triples, triples, triples, ngrams.col + bags.n_sequences]
    )
    counts = np.concatenate([np.ones(len(rows) - len(ngrams.data)), ngrams.data])
    shape = len(ids), bags.n_features
    found = sparse.csc_matrix((counts, (rows, features)), shape, dtype=np.float32)[:, columns]
    totals = np.asarray(found.sum(axis=0)).ravel()
    return (found @ sparse.diags(1 / totals)).tocsr().astype(np.float32)
