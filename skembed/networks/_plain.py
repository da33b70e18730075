"""Descriptions as plain values: what Keras and JSON take."""

from dataclasses import fields
from typing import Any

import numpy as np


class PlainNumbers:
    """Turns NumPy's numbers into Python's: Keras and JSON take no others."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, field.name, _to_plain(getattr(self, field.name)))


def _to_plain(value: object) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_to_plain, value))
    return value.item() if isinstance(value, np.generic) else value
