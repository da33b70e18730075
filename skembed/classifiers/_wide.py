"""The linear half of a wide and deep network: weighted bags of words."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed.networks import NetworkData
from skembed.text import TokenSequences


def count_words(sequences: TokenSequences, n_rows: int) -> sparse.csr_matrix:
    """Count each id in each document.

    Returns
    -------
    counts : csr_matrix of shape (n_samples, n_rows), dtype float32
        With sorted ids and no duplicates.
    """
    counts = sparse.csr_matrix(
        (np.ones(len(sequences.ids), np.float32), sequences.ids, sequences.offsets),
        shape=(len(sequences), n_rows),
        copy=True,  # the duplicates are summed in place
    )
    counts.sum_duplicates()
    return counts


def inverse_document_frequency(counts: sparse.csr_matrix) -> NDArray[np.float32]:
    """Return ``ln((1 + n_samples) / (1 + df)) + 1`` of each id, as scikit-learn does."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1).astype(np.float32)


def weigh_words(counts: sparse.csr_matrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    """Return ``(1 + ln(count)) * idf``, each document scaled to Euclidean length one."""
    weighed = counts.copy()
    weighed.data = (1 + np.log(counts.data)) * idf[counts.indices]
    norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.data /= np.repeat(norms, np.diff(weighed.indptr))
    return weighed


def naive_bayes_kernel(
    data: NetworkData, targets: NDArray[np.generic], n_rows: int, n_outputs: int
) -> NDArray[np.float32]:
    """Return each word's log-ratio of its share inside and outside each class.

    Parameters
    ----------
    data : NetworkData of length n_samples
        Documents with their bags of words.
    targets : ndarray of shape (n_samples,), int, or (n_samples, n_outputs)
        Class numbers or indicators.
    n_rows, n_outputs : int
        Number of ids and of classes.

    Returns
    -------
    kernel : ndarray of shape (n_rows, n_outputs), dtype float32
        First weights of the linear half.

    References
    ----------
    Wang, Manning (2012), Baselines and bigrams: simple, good sentiment and
    topic classification, ACL, https://aclanthology.org/P12-2018.
    """
    words = sparse.csr_matrix(
        (data.bag_values, data.bag_ids, data.bag_offsets), shape=(len(data), n_rows)
    )
    member = np.eye(n_outputs, dtype=np.float32)[targets] if targets.ndim == 1 else targets
    inside = np.asarray(words.T @ member) + 1
    outside = np.asarray(words.T @ (1 - member)) + 1
    return np.log(inside / inside.sum(axis=0) / (outside / outside.sum(axis=0))).astype(np.float32)
