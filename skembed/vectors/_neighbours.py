"""The words nearest to a word."""

import numpy as np
from numpy.typing import NDArray


def row_norms(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each row, or 1 for a zero row; shape (n_words,), dtype float32."""
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    return np.where(norms > 0, norms, np.float32(1))


def nearest_rows(
    matrix: NDArray[np.float32], norms: NDArray[np.float32], position: int, n: int
) -> list[tuple[int, float]]:
    """Return positions and cosines of the `n` rows nearest to a row, nearest first."""
    cosines = np.asarray(matrix @ (matrix[position] / norms[position]) / norms)
    n = min(n, len(cosines) - 1)
    cosines[position] = -np.inf
    nearest = np.argpartition(-cosines, max(n - 1, 0))[:n]
    nearest = nearest[np.argsort(-cosines[nearest], kind="stable")]
    return [(int(i), float(cosines[i])) for i in nearest]
