"""Arrays and texts in one safetensors file, written whole or not at all."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skembed._compat import system_error
from skembed.files._replaced import replaced

if TYPE_CHECKING:
    from numpy.typing import NDArray


def write_tensors(
    tensors: "dict[str, NDArray[Any]]", header: dict[str, str], path: Path, what: str, way_out: str
) -> None:
    """Write a file, which replaces an earlier one when it is whole."""
    from safetensors import SafetensorError  # here, because most files are read without them
    from safetensors.numpy import save_file

    with replaced(path, what, way_out) as new:
        try:
            save_file(tensors, new, header)
        except SafetensorError as error:
            number = system_error(str(error))
            if number is None:
                raise
            raise OSError(number, os.strerror(number)) from error


def tensor_digest(header: Mapping[str, str], tensors: "Mapping[str, NDArray[Any]]") -> str:
    """Return the SHA-256 of a header, without the digest in it, and of tensors."""
    import numpy as np

    told = sorted((name, value) for name, value in header.items() if name != "digest")
    total = hashlib.sha256(json.dumps(told).encode())
    for name in sorted(tensors):
        array = tensors[name]
        total.update(f"{name} {array.dtype} {array.shape} ".encode())
        total.update(np.ascontiguousarray(array).data if array.size else b"")
    return total.hexdigest()
