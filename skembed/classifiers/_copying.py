"""Clones, copies and pickles of a classifier that holds callbacks of Keras."""

from typing import Any

from skembed.networks import copy_callbacks, load_engine


class _LoadEngineFirst:
    """Loads Keras when it is unpickled, so that the rest of the pickle finds Keras loaded."""

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return load_engine, ()


class CopyMixin:
    """Names the callback that keeps a classifier from being copied."""

    callbacks: Any

    def __sklearn_clone__(self) -> Any:
        """Return an unfitted classifier with the same parameters."""
        try:
            return super().__sklearn_clone__()  # type: ignore[misc]
        except Exception:
            copy_callbacks(_listed(self.callbacks))
            raise

    def __getstate__(self) -> dict[str, Any]:
        """Return the state for a copy or a pickle."""
        state: dict[str, Any] = super().__getstate__()  # type: ignore[assignment]
        if not len(_listed(self.callbacks)):
            return state
        copy_callbacks(self.callbacks)
        # Callbacks import Keras, also in workers, where it was not loaded quietly before.
        return {"_engine": _LoadEngineFirst(), **state}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the state that `__getstate__` returned."""
        super().__setstate__({k: v for k, v in state.items() if k != "_engine"})  # type: ignore[misc]


def _listed(callbacks: Any) -> Any:
    return () if callbacks is None else callbacks
