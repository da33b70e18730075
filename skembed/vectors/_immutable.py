"""What makes an object a value: it never changes, so it need never be copied."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class Immutable:
    """An immutable object that is its own copy and equals whatever has the same digest.

    `sklearn.clone`, `copy` and `deepcopy` return the object itself. To NumPy and pandas it is one
    thing and not a sequence, whatever `len` and indexing do: candidates of a parameter search are
    put into arrays and tables.
    """

    __iter__ = None

    @property
    def digest(self) -> str:
        """What tells one value from another."""
        raise NotImplementedError

    def __setattr__(self, name: str, value: object) -> None:
        kind = type(self).__name__
        raise AttributeError(f"{kind} is immutable: {name} cannot be set. Build a new {kind}.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be deleted.")

    def __sklearn_clone__(self) -> Self:
        return self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __array__(self, dtype: object = None, copy: bool | None = None) -> NDArray[np.object_]:
        """Return an array of shape (), dtype object, that holds the object itself."""
        array = np.empty((), dtype=object)
        array[()] = self
        return array

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self is other or self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)
