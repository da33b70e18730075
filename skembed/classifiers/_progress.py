"""The progress of a fit: epochs as tasks of scikit-learn's callbacks."""

from collections.abc import Callable, Mapping
from typing import Any

from skembed._compat import has_progress_bar
from skembed.classifiers._model import FittedModel
from skembed.networks import History, NetworkState


class FitMonitor:
    """Calls scikit-learn's callbacks when each epoch begins and ends.

    Parameters
    ----------
    context : CallbackContext or None
        The context of a whole fit. None: there are no callbacks.
    told : mapping of str to object
        The training documents, as callbacks receive them.
    keep : callable or None
        Takes the model of the last whole epoch if a fit is interrupted.

    Attributes
    ----------
    finish : callable
        Turns the network's state and the history so far into a model. Must be set before the first
        epoch.
    """

    finish: Callable[[NetworkState, History], FittedModel]

    def __init__(
        self,
        context: Any,
        told: Mapping[str, Any],
        keep: Callable[[FittedModel], None] | None = None,
    ) -> None:
        self._context, self._told, self._keep = context, told, keep
        self._last_whole: tuple[NetworkState, History] | None = None
        self._task: Any = None

    def begin(self, state: NetworkState, history: History) -> None:
        """Begin an epoch."""
        if self._context is None:
            return
        self._task = self._context.subcontext(task_name="epoch")
        self._task.call_on_fit_task_begin(**self._now(state, history))

    def end(self, state: NetworkState, history: History) -> bool:
        """End an epoch; return whether a callback wants to stop."""
        self._last_whole = state, {name: list(values) for name, values in history.items()}
        if self._context is None:
            return False
        return bool(self._task.call_on_fit_task_end(**self._now(state, history)))

    def interrupt(self) -> None:
        """Keep the model of the last whole epoch, if that is wanted."""
        if self._keep is not None and self._last_whole is not None:
            self._keep(self.finish(*self._last_whole))

    def _now(self, state: NetworkState, history: History) -> dict[str, Any]:
        return {
            **self._told,
            "reconstruction_attributes": lambda: {"_model": self.finish(state, history)},
        }


def told_of(X: object, y: object, sample_weight: object) -> dict[str, Any]:
    """Return the training documents as callbacks receive them; weights are metadata."""
    metadata = None if sample_weight is None else {"sample_weight": sample_weight}
    return {"X": X, "y": y, "metadata": metadata}


def shows_bar(estimator: object) -> bool:
    """Say whether a fit or a prediction may show a bar: not beside one of scikit-learn's."""
    return getattr(estimator, "verbose", 0) == "auto" and not has_progress_bar(estimator)
