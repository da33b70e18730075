"""A value that never changes, that a pickle names, and that is opened at first use."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

# What a pickle holds: a function and its arguments.
Recipe = tuple[Callable[..., Any], tuple[Any, ...]]

_OPENED = ("words", "matrix", "report", "tokenizer", "_norms")


class LazyPickle:
    """An immutable value, its own copy, that equals whatever has the same digest.

    It may be closed: who only passes it on need not have what it stands for. So does the scheduler
    of a cluster, which undoes and repeats the pickling of each task.

    `sklearn.clone`, `copy` and `deepcopy` return the object itself. To NumPy and pandas it is one
    thing and not a sequence, whatever `len` and indexing do: candidates of a parameter search are
    put into arrays and tables.
    """

    __iter__ = None
    _digest: str | None
    _reopen: Recipe | None

    @classmethod
    def _closed(cls, digest: str, reopen: Recipe) -> Self:
        """Return an object that knows its digest and where to look for the rest."""
        return cls.__new__(cls)._fill(_digest=digest, _reopen=reopen)

    def _fill(self, **attributes: object) -> Self:
        """Set attributes, which users cannot."""
        for name, value in attributes.items():
            object.__setattr__(self, name, value)
        return self

    def __getattr__(self, name: str) -> Any:
        """Open the handle: Python asks here only for what an object has not."""
        if name not in _OPENED:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        from skembed.vectors._loading import open_handle

        assert self._reopen is not None
        opened = open_handle(*self._reopen[1])
        self._fill(**{part: getattr(opened, part) for part in _OPENED})
        return object.__getattribute__(self, name)

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
