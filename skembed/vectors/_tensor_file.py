"""Arrays and texts in one safetensors file, written whole or not at all."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from skembed.vectors._workshop import finish, workshop


def write_tensors(
    tensors: dict[str, NDArray[Any]], header: dict[str, str], path: Path, what: str, way_out: str
) -> None:
    """Write a file elsewhere and move it into place, so that there is never half a one.

    Parameters
    ----------
    tensors : dict of str to ndarray
        C-contiguous arrays.
    header : dict of str to str
        Texts.
    path : Path
        Where to; an earlier file is replaced.
    what, way_out : str
        As for `workshop`.
    """
    with workshop(path.parent, path.name, what, way_out) as place:
        new, usual = place / "model", place / "usual"
        try:
            save_file(tensors, new, header)
        except SafetensorError as error:
            number = re.search(r"\(os error (\d+)\)", str(error))
            if number is None:
                raise
            raise OSError(int(number[1]), os.strerror(int(number[1]))) from error
        usual.touch()
        shutil.copymode(usual, new)  # save_file lets nobody else read it
        finish(new, path)


def digest(header: Mapping[str, str], tensors: Mapping[str, NDArray[Any]]) -> str:
    """Return the SHA-256 of a header, but for the digest in it, and of tensors."""
    told = sorted((name, value) for name, value in header.items() if name != "digest")
    total = hashlib.sha256(json.dumps(told).encode())
    for name in sorted(tensors):
        array = tensors[name]
        total.update(f"{name} {array.dtype} {array.shape} ".encode())
        total.update(np.ascontiguousarray(array).data if array.size else b"")
    return total.hexdigest()
