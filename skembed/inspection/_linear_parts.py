"""What each token adds to the margins of a linear half: exact, for a sum has parts."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed.classifiers._bags import BagReader
from skembed.classifiers._linear import LinearHalf
from skembed.text import TokenSequences


def linear_parts(
    linear: LinearHalf, document: TokenSequences, mixing: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Share the margins of one document among its tokens.

    A word's share goes to its tokens alike; a pair's to both of its words; that of a part of
    words to the words that have it.

    Parameters
    ----------
    linear : LinearHalf
        Fitted.
    document : TokenSequences of shape (1,)
        The document.
    mixing : ndarray of shape (n_outputs, n_wanted), dtype float32
        Which sums of the margins are wanted.

    Returns
    -------
    parts : ndarray of shape (n_tokens, n_wanted), dtype float32
        They add up to the margins without the intercepts.
    """
    bag = linear.bags.read(document)
    # Not by BLAS, whose products of few rows have raised floating-point warnings for nothing.
    worth = np.einsum("f,fc,cw->fw", bag.data, linear.coef[bag.indices], mixing)
    found: NDArray[np.float32] = token_shares(linear.bags, document.ids, bag.indices) @ worth
    return found


def token_shares(
    bags: BagReader, ids: NDArray[np.int32], columns: NDArray[np.integer]
) -> sparse.csr_matrix:
    """Return how much of each feature each token has: (n_tokens, n_features), columns sum to 1."""
    n_words, (n_ids, n_parts) = bags.n_words, bags.parts.shape
    first_part = n_words + len(bags.pairs)
    words = np.flatnonzero(ids < n_words)
    codes = ids[:-1].astype(np.int64) * n_ids + ids[1:]
    firsts = np.flatnonzero(np.isin(codes, bags.pairs))
    pairs = n_words + np.searchsorted(bags.pairs, codes[firsts])
    parts = bags.parts[ids].tocoo()
    rows = np.concatenate([words, firsts, firsts + 1, parts.row])
    features = np.concatenate([ids[words], pairs, pairs, parts.col + first_part])
    counts = np.concatenate([np.ones(len(rows) - len(parts.data)), parts.data])
    shape = len(ids), first_part + n_parts
    found = sparse.csc_matrix((counts, (rows, features)), shape, dtype=np.float32)[:, columns]
    totals = np.asarray(found.sum(axis=0)).ravel()
    return (found @ sparse.diags(1 / totals)).tocsr().astype(np.float32)
