"""Epochs as tasks of scikit-learn's callbacks."""

from collections.abc import Callable
from typing import Any

from skembed.classifiers._fitted import History
from skembed.networks import NetworkState


class EpochTasks:
    """Tells scikit-learn's callbacks where each epoch begins and ends.

    Parameters
    ----------
    estimator : estimator
        The classifier in training.
    context : CallbackContext or None
        Of its fit; None leaves the callbacks in peace.
    X, y, sample_weight : object
        Training documents, labels and weights, handed on to the callbacks.

    Attributes
    ----------
    fitted : callable
        Takes the network's state and the history so far, and returns the
        attributes that make a fitted estimator of them. To be set before the first epoch.
    last_whole : tuple of (NetworkState, dict) or None
        State and history at the end of the last whole epoch.
    """

    fitted: Callable[[NetworkState, History], dict[str, Any]]

    def __init__(self, estimator: Any, context: Any, X: Any, y: Any, sample_weight: Any) -> None:
        self.context = context
        self._told = {"estimator": estimator, **told(X, y, sample_weight)}
        self.last_whole: tuple[NetworkState, History] | None = None
        self._task: Any = None

    def begin(self, state: NetworkState, history: History) -> None:
        """Begin an epoch."""
        if self.context is None:
            return
        self._task = self.context.subcontext(task_name="epoch")
        self._task.call_on_fit_task_begin(**self._now(state, history))

    def end(self, state: NetworkState, history: History) -> bool:
        """End an epoch; return whether a callback wants to stop."""
        self.last_whole = state, {name: list(values) for name, values in history.items()}
        if self.context is None:
            return False
        return bool(self._task.call_on_fit_task_end(**self._now(state, history)))

    def _now(self, state: NetworkState, history: History) -> dict[str, Any]:
        return {**self._told, "reconstruction_attributes": lambda: self.fitted(state, history)}


def told(X: Any, y: Any, sample_weight: Any) -> dict[str, Any]:
    """Return what callbacks are told of the training documents; weights are metadata."""
    metadata = None if sample_weight is None else {"sample_weight": sample_weight}
    return {"X": X, "y": y, "metadata": metadata}
