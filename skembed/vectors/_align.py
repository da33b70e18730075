"""Station 3: word vectors + vocabulary → matrix by token id."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skembed.text import PADDING_ID, UNKNOWN_ID
from skembed.vectors._word_index import NOT_FOUND, WordIndex


def align(
    words: WordIndex, matrix: NDArray[np.float32], vocabulary: Mapping[str, int]
) -> NDArray[np.float32]:
    """Lay out the rows of `matrix` by token id; see `WordVectors.align`.

    Returns
    -------
    aligned : ndarray of shape (max(ids) + 1, n_dims), dtype float32
        Zero where an id has no vector; at least two rows.
    """
    ids = _check_ids(vocabulary)
    n_ids = max(UNKNOWN_ID, int(ids.max(initial=PADDING_ID))) + 1
    row_of = np.full(n_ids, NOT_FOUND, dtype=np.int64)
    row_of[ids] = words.find(list(vocabulary))
    row_of[[PADDING_ID, UNKNOWN_ID]] = NOT_FOUND
    if len(words) == 0:
        return np.zeros((n_ids, matrix.shape[1]), dtype=np.float32)
    aligned = np.asarray(matrix).take(row_of, axis=0, mode="clip")
    aligned[row_of == NOT_FOUND] = 0
    return aligned


def _check_ids(vocabulary: Mapping[str, int]) -> NDArray[np.int64]:
    ids = np.array(list(vocabulary.values()))
    if len(ids) == 0:
        return np.empty(0, dtype=np.int64)
    if ids.dtype.kind not in "iu" or ids.min() < 0:
        word, found = next(
            (w, i)
            for w, i in vocabulary.items()
            if isinstance(i, bool) or not isinstance(i, int | np.integer) or i < 0
        )
        raise ValueError(
            f"The ids of a vocabulary must be integers that are not negative; got {found!r} "
            f"for {word!r}."
        )
    return ids.astype(np.int64)
