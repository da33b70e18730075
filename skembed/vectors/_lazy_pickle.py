"""A value that never changes: a pickle holds only its name, and it is opened at first use."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

# A pickle holds a function and its arguments.
Recipe = tuple[Callable[..., Any], tuple[Any, ...]]

_OPENED = ("words", "matrix", "report", "tokenizer", "_norms")


class LazyPickle:
    """An immutable value that equals every value with the same digest.

    It may be closed: a process that only passes it on does not need its source. The scheduler of a
    cluster, for example, unpickles each task and pickles it again.

    `sklearn.clone`, `copy` and `deepcopy` return the object itself. NumPy and pandas see one object
    and not a sequence, although it has `len` and indexing: candidates of a parameter search are put
    into arrays and tables.
    """

    __iter__ = None
    _digest: str | None
    _reopen: Recipe | None

    @classmethod
    def _closed(cls, digest: str, reopen: Recipe) -> Self:
        """Return an object that holds its digest and the recipe for the rest."""
        return cls.__new__(cls)._fill(_digest=digest, _reopen=reopen)

    def _fill(self, **attributes: object) -> Self:
        """Set attributes, which users cannot."""
        for name, value in attributes.items():
            object.__setattr__(self, name, value)
        return self

    def __getattr__(self, name: str) -> Any:
        """Open the value: Python calls this only for attributes that are missing."""
        if name not in _OPENED:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        from skembed.vectors._loading import open_handle

        assert self._reopen is not None
        opened = open_handle(*self._reopen[1])
        self._fill(**{part: getattr(opened, part) for part in _OPENED})
        return object.__getattribute__(self, name)

    @property
    def digest(self) -> str:
        """The digest of the content: equal values have equal digests."""
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

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
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
