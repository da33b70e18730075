"""Types that the modules of this folder share, and descriptions as plain values."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = Any
"""A tensor of Keras or of its backend: Keras has no types, and each backend a class of its own."""

Numbers = NDArray[Any]
Floats = NDArray[np.float32]
Batch = Numbers | tuple[Numbers, Floats]
"""Padded documents, (n_samples, n_steps) or with n_dims; with numbers beside them, a pair."""

Arrays = dict[str, Numbers]
Shape = tuple[int, ...]
Shapes = dict[str, Shape]


def steps_of(batch: Batch) -> Numbers:
    """Return a batch's documents, as arrays or tensors, without the numbers beside them."""
    return batch[0] if isinstance(batch, tuple) else batch


class PlainNumbers:
    """Turns NumPy's numbers into Python's, for Keras and JSON, and 1 into 1.0 or (1,)."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = _to_plain(getattr(self, field.name))
            if field.type in (float, float | None) and isinstance(value, int):
                value = float(value)
            if str(field.type) == "tuple[int, ...]" and isinstance(value, int):
                value = (value,)
            object.__setattr__(self, field.name, value)


def _to_plain(value: object) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, tuple | list):
        return tuple(map(_to_plain, value))
    return value.item() if isinstance(value, np.generic) else value
