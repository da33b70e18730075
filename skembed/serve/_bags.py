"""What words are counted by, as `to_onnx` writes it."""

import base64

from skembed.bags import BagTables, SparseRows
from skembed.serve._arrays import unpack_arrays

_ARRAYS = {
    "pairs": ("<i8", 1),
    "idf": ("<f4", 1),
    "n_words": ("<i8", 0),
    "parts_counts": ("<f4", 1),
    "parts_columns": ("<i4", 1),
    "parts_ends": ("<i8", 1),
}
"""Types and dimensions; the parts are the n-grams of the words, word by word."""


def unpack_tables(text: str, n_ids: int) -> BagTables:
    """Read tables that `to_onnx` has written.

    Parameters
    ----------
    text : str
        The tables.
    n_ids : int
        Ids that documents may have; the tables must know as many.

    Raises
    ------
    ValueError
        If they are not as `to_onnx` writes them.
    """
    arrays = unpack_arrays(base64.b64decode(text, validate=True))
    if {name: (array.dtype.str, array.ndim) for name, array in arrays.items()} != _ARRAYS:
        raise ValueError("tables of words are not the right arrays")
    pairs, idf, n_words = arrays["pairs"], arrays["idf"], int(arrays["n_words"])
    counts, columns, ends = (arrays[f"parts_{name}"] for name in ("counts", "columns", "ends"))
    n_ngrams = len(idf) - n_words - len(pairs)
    tables = BagTables(pairs, SparseRows(counts, columns, ends, n_ngrams), idf, n_words)
    tables.check(n_ids)
    return tables
