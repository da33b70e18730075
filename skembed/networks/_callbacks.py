"""The user's Keras callbacks, called in a training that Keras does not run."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from skembed.networks._engines import borrow_engine
from skembed.networks._progress import Progress
from skembed.networks._state import NetworkState

if TYPE_CHECKING:
    from skembed.networks._engine import Engine


def copy_callbacks(callbacks: Sequence[Any]) -> list[Any]:
    """Copy the user's callbacks, so that no fit sees the state that an earlier one left in them."""
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


class CallbackRunner:
    """Copies of the user's Keras callbacks during one training, of `epochs` epochs in all."""

    def __init__(self, callbacks: Sequence[Any], epochs: int, verbose: int) -> None:
        self._callbacks = copy_callbacks(callbacks)
        self._epochs, self._verbose = epochs, verbose
        self._list: Any = None
        self._network: Any = None

    def begin_training(self, now: Progress, n_batches: int) -> Progress:
        """Announce the training; return the epoch at which callbacks let it begin."""
        if not self._callbacks:
            return now
        state = now.state
        with self._following(state, now.learning_rate) as engine:
            engine.network._initial_epoch = state.n_epochs
            self._list.set_params(
                {"verbose": self._verbose, "epochs": self._epochs, "steps": n_batches}
            )
            self._list.on_train_begin()
            state = engine.save(state, n_epochs=engine.network._initial_epoch)
            return replace(
                now, state=state, learning_rate=float(engine.optimizer.learning_rate.value)
            )

    @contextmanager
    def _following(self, state: NetworkState, learning_rate: float) -> Iterator[Engine]:
        """Borrow an engine, whose network the callbacks get."""
        with borrow_engine(state.spec, state.objective, training=True) as engine:
            engine.load(state)
            engine.optimizer.learning_rate.assign(learning_rate)
            with self.follow(engine, state):
                yield engine

    @contextmanager
    def follow(self, engine: Engine, state: NetworkState) -> Iterator[None]:
        """Show the callbacks an engine's network for a while."""
        if not self._callbacks:
            yield
            return
        import keras

        from skembed.networks._followed import Training, with_metrics

        network = engine.network
        network.training = Training(engine, state)
        try:
            if self._list is None:
                with_metrics(network, state.objective.output)
                self._list = keras.callbacks.CallbackList(self._callbacks, add_history=True)
            if self._network is not network:
                network.stop_training = False
                self._list.set_model(network)
                self._network = network
            yield
        finally:
            network.training = None

    def tell(self, event: str, *args: int | dict[str, float]) -> bool:
        """Report an event, such as "epoch_begin"; return whether a callback wants to stop."""
        if self._list is None:
            return False
        getattr(self._list, f"on_{event}")(*args)
        return bool(self._network.stop_training)

    def end_training(self, now: Progress, logs: dict[str, float]) -> NetworkState:
        """Report the end; return the state with the weights as the callbacks left them."""
        if self._list is None:
            return now.state
        with self._following(now.state, now.learning_rate) as engine:
            self._list.on_train_end(dict(logs))
            engine.network.stop_training = False
            return engine.save(now.state)
