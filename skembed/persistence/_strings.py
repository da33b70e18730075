"""Strings as one tensor of bytes and one tensor of their ends."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Packed = tuple[NDArray[np.uint8], NDArray[np.int64]]


def pack(strings: Sequence[str]) -> Packed:
    """Concatenate strings: the bytes of all, and the end of each.

    They are UTF-8; half a surrogate pair, which texts may hold by mistake, is kept.
    """
    encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
    ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


def check_bounds(bounds: NDArray[Any], n: int, what: str) -> None:
    """Check that numbers rise from 0 to `n`, by comparing neighbours: differences overflow."""
    if bounds[0] != 0 or bounds[-1] != n or (bounds[1:] < bounds[:-1]).any():
        raise ValueError(f"{what} are not in order")


def unpack(blob: NDArray[np.uint8], ends: NDArray[np.int64]) -> list[str]:
    """Read strings that `pack` wrote."""
    if blob.dtype != np.uint8 or ends.dtype != np.int64 or blob.ndim != 1 or ends.ndim != 1:
        raise ValueError("strings must be bytes and the places of their ends")
    check_bounds(np.concatenate([[0], ends]), len(blob), "the ends of strings")
    stops = [0, *ends.tolist()]
    raw = blob.tobytes()
    try:
        return [raw[start:stop].decode("utf-8", "surrogatepass") for start, stop in pairwise(stops)]
    except UnicodeDecodeError as error:
        raise ValueError(f"a string is not UTF-8: {error}") from error
