"""Keras callbacks of the user's, led through a training that Keras does not run."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skembed.networks._pool import borrow_engine
from skembed.networks._state import NetworkState

if TYPE_CHECKING:
    from skembed.networks._engine import Engine


def copy_callbacks(callbacks: Sequence[Any]) -> list[Any]:
    """Copy the user's callbacks, so that no fit sees what an earlier one left in them.

    Raises
    ------
    TypeError
        Naming the first that cannot be copied.
    """
    copies = []
    for i, callback in enumerate(callbacks):
        try:
            copies.append(copy.deepcopy(callback))
        except Exception as error:
            raise TypeError(
                f"Each fit works on copies of its callbacks, but callbacks[{i}], of the class "
                f"{type(callback).__name__}, cannot be copied: {error}. Let the callback open "
                "files, locks and connections in on_train_begin and close them in on_train_end."
            ) from error
    return copies


class Followers:
    """Copies of the user's Keras callbacks during one training.

    Parameters
    ----------
    callbacks : sequence of keras.callbacks.Callback
        They are copied.
    epochs : int
        Epochs that the network will have been trained for in the end.
    """

    def __init__(self, callbacks: Sequence[Any], epochs: int) -> None:
        self._callbacks = copy_callbacks(callbacks)
        self._epochs = epochs
        self._list: Any = None
        self._network: Any = None

    def begin_epoch(self, engine: Engine, epoch: int, n_batches: int) -> None:
        """Announce an epoch, and the training before its first one."""
        if not self._callbacks:
            return
        if self._network is not engine.network:
            engine.network.stop_training = False
        if self._list is None:
            self._begin_training(engine, n_batches)
        elif self._network is not engine.network:
            self._list.set_model(engine.network)
        self._network = engine.network
        self._list.on_epoch_begin(epoch)

    def _begin_training(self, engine: Engine, n_batches: int) -> None:
        import keras

        self._list = keras.callbacks.CallbackList(
            self._callbacks, model=engine.network, epochs=self._epochs, steps=n_batches
        )
        self._list.on_train_begin()

    def begin_batch(self, batch: int) -> None:
        """Announce a batch."""
        if self._list is not None:
            self._list.on_train_batch_begin(batch)

    def end_batch(self, batch: int, logs: dict[str, float]) -> None:
        """Report a batch."""
        if self._list is not None:
            self._list.on_train_batch_end(batch, logs)

    def end_epoch(self, epoch: int, logs: dict[str, float]) -> bool:
        """Report an epoch; return whether a callback wants to stop."""
        if self._list is None:
            return False
        self._list.on_epoch_end(epoch, dict(logs))
        return bool(self._network.stop_training)

    def end_training(self, state: NetworkState, logs: dict[str, float]) -> NetworkState:
        """Report the end; return the state with what the callbacks did to the weights."""
        if self._list is None:
            return state
        with borrow_engine(state.spec, state.objective, training=True) as engine:
            engine.load(state)
            if self._network is not engine.network:
                self._list.set_model(engine.network)
            self._list.on_train_end(dict(logs))
            engine.network.stop_training = False
            return engine.save(state)
