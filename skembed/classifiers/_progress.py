"""Epochs as tasks of scikit-learn's callbacks."""

from typing import Any

from skembed.networks import NetworkState


class EpochTasks:
    """Tells scikit-learn's callbacks where each epoch begins and ends.

    Parameters
    ----------
    estimator : estimator
        The classifier in training.
    context : CallbackContext or None
        Of its fit; None leaves the callbacks in peace.
    X, y : object
        Training documents and labels, handed on to the callbacks.
    fitted : dict
        Attributes that, with the network's state, make a fitted estimator.
    """

    def __init__(
        self, estimator: Any, context: Any, X: Any, y: Any, fitted: dict[str, Any]
    ) -> None:
        self.estimator = estimator
        self.context = context
        self.X = X
        self.y = y
        self.fitted = fitted
        self._task: Any = None

    def begin(self, state: NetworkState) -> None:
        """Begin an epoch."""
        if self.context is None:
            return
        self._task = self.context.subcontext(task_name="epoch")
        self._task.call_on_fit_task_begin(
            estimator=self.estimator, X=self.X, y=self.y, reconstruction_attributes=self._at(state)
        )

    def end(self, state: NetworkState, history: dict[str, list[float]]) -> bool:
        """End an epoch; return whether a callback wants to stop."""
        if self.context is None:
            return False
        return bool(
            self._task.call_on_fit_task_end(
                estimator=self.estimator,
                X=self.X,
                y=self.y,
                reconstruction_attributes=self._at(state),
            )
        )

    def _at(self, state: NetworkState) -> Any:
        return lambda: {**self.fitted, "_state": state}
