"""A value that a pickle names instead of holding it, and that is opened at first use."""

from collections.abc import Callable
from typing import Any, Self

from skembed.vectors._immutable import Immutable

# What a pickle holds: a function and its arguments.
Recipe = tuple[Callable[..., Any], tuple[Any, ...]]

_OPENED = ("words", "matrix", "report", "_norms")


class LazyPickle(Immutable):
    """A value that may be closed: who only passes it on need not have what it stands for.

    So does the scheduler of a cluster, which undoes and repeats the pickling of each task.
    """

    _digest: str | None
    _reopen: Recipe | None

    @classmethod
    def _closed(cls, digest: str, reopen: Recipe) -> Self:
        """Return an object that knows its digest and where to look for the rest."""
        closed = cls.__new__(cls)
        object.__setattr__(closed, "_digest", digest)
        object.__setattr__(closed, "_reopen", reopen)
        return closed

    def __getattr__(self, name: str) -> Any:
        """Open the handle: Python asks here only for what an object has not."""
        if name not in _OPENED:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        from skembed.vectors._loading import open_handle

        assert self._reopen is not None
        opened = open_handle(*self._reopen[1])
        for part in _OPENED:
            object.__setattr__(self, part, getattr(opened, part))
        return object.__getattribute__(self, name)
