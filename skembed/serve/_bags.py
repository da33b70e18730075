"""The tables for counting words, in the form that `to_onnx` writes."""

import base64
import io
import math
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.bags import BagTables, SparseRows
from skembed.files import UNPACKING_ERRORS, unpacked_limit

_ARRAYS = {
    "pairs": ("<i8", 1),
    "idf": ("<f4", 1),
    "n_words": ("<i8", 0),
    "parts_counts": ("<f4", 1),
    "parts_columns": ("<i4", 1),
    "parts_ends": ("<i8", 1),
    "triples": ("<i8", 1),
}
"""Types and dimensions of the arrays; `parts` are the character n-grams, word by word."""

BEFORE = {"triples": np.empty(0, dtype=np.int64)}
"""Defaults of arrays that files of earlier versions do not have."""


def unpack_tables(text: str, n_ids: int) -> BagTables:
    """Read tables that `to_onnx` has written; they must hold all ids that documents may have."""
    arrays = BEFORE | _unpacked(base64.b64decode(text, validate=True))
    if {name: (array.dtype.str, array.ndim) for name, array in arrays.items()} != _ARRAYS:
        raise ValueError("tables of words are not the right arrays")
    pairs, idf, n_words = arrays["pairs"], arrays["idf"], int(arrays["n_words"])
    counts, columns, ends = (arrays[f"parts_{name}"] for name in ("counts", "columns", "ends"))
    triples = arrays["triples"]
    n_ngrams = len(idf) - n_words - len(pairs) - len(triples)
    ngrams = SparseRows(counts, columns, ends, n_ngrams)
    tables = BagTables(pairs, ngrams, idf, n_words, triples)
    tables.check(n_ids)
    return tables


def _unpacked(packed: bytes) -> dict[str, NDArray[Any]]:
    """Read arrays that `numpy.savez_compressed` has written; refuse sizes that are impossible."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > unpacked_limit(len(packed)):
                raise ValueError("tables of words are far larger than they are packed")
            if not {member.compress_type for member in members} <= {0, zipfile.ZIP_DEFLATED}:
                raise ValueError("tables of words are packed in another way")
            return {
                member.filename.removesuffix(".npy"): _array(archive.read(member))
                for member in members
            }
    except UNPACKING_ERRORS as error:
        raise ValueError(f"tables of words are damaged: {error}") from error


def _array(data: bytes) -> NDArray[Any]:
    """Read one array; refuse a header that promises more numbers than follow."""
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array is in another format")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError("an array is not as large as it says")
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape)
