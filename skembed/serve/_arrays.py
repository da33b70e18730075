"""Arrays packed as an npz, which may say of themselves what it likes."""

import io
import math
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.files import UNPACKING_ERRORS, unpacked_limit


def unpack_arrays(packed: bytes) -> dict[str, NDArray[Any]]:
    """Read arrays that `numpy.savez_compressed` has written.

    Raises
    ------
    ValueError
        If they are damaged, or larger than they can be.
    """
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
    """Read one array, whose header may not tell of more numbers than follow."""
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array is in another format")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError("an array is not as large as it says")
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape)
