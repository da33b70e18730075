"""gensim's own format: a pickled KeyedVectors, perhaps with `.npy` files beside it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skembed._optional import need
from skembed.vectors._layouts import side_files
from skembed.vectors._reading._block import ROWS_AT_ONCE, Block
from skembed.vectors._reading._refusals import PASS_PARTS
from skembed.words import WordIndex


def read_gensim(path: Path, limit: int | None, kept: WordIndex | None) -> Iterator[Block]:
    """Read a file written by gensim's ``KeyedVectors.save`` or ``Word2Vec.save``."""
    KeyedVectors = need("gensim.models", f"{path.name}, a file of gensim, needs").KeyedVectors
    try:
        # gensim refuses to memory-map only compressed files.
        loaded = KeyedVectors.load(str(path), mmap="r" if list(side_files(path)) else None)
    except Exception as error:
        raise ValueError(
            f"{path.name}: expected a gensim KeyedVectors file, found a pickle that gensim cannot "
            f"load ({type(error).__name__}: {error}). {PASS_PARTS}"
        ) from error
    words, matrix = words_and_matrix(getattr(loaded, "wv", loaded), path.name)
    n_read = len(words) if limit is None else min(limit, len(words))
    for start in range(0, n_read, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, n_read)
        rows = np.array(matrix[start:stop], dtype=np.float32)
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            entry = start + int(np.argmin(finite)) + 1
            raise ValueError(
                f"{path.name}, entry {entry}: expected finite numbers, found NaN or infinity."
            )
        positions = np.arange(start + 1, stop + 1, dtype=np.int64)
        encoded = [word.encode("utf-8", "surrogateescape") for word in words[start:stop]]
        yield Block.of_words(encoded, rows, positions, kept)


def words_and_matrix(keyed: object, name: str) -> tuple[list[str], np.ndarray]:
    """Take words and matrix out of a KeyedVectors; their names differ between versions."""
    words, matrix = getattr(keyed, "index_to_key", None), getattr(keyed, "vectors", None)
    if words is None or matrix is None or len(words) != len(matrix):
        raise ValueError(
            f"{name}: expected gensim KeyedVectors, found {type(keyed).__name__} without words "
            f"and vectors of equal number. {PASS_PARTS}"
        )
    return [str(word) for word in words], matrix
