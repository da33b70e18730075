"""An engine's network as callbacks of Keras see it. They write it as the user's network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from skembed.networks._kernels import kernels
from skembed.networks._names import named_slots, named_weights
from skembed.networks._outputs import Output
from skembed.networks._rows import pad_rows
from skembed.networks._state import NetworkState
from skembed.networks._user_model import get_network

if TYPE_CHECKING:
    from skembed.networks._engine import Engine


class FollowedNetwork(keras.Model):
    """The network of an engine, which has spare rows and its own dropouts.

    Files and lists of weights are those of the network that a fitted classifier returns as
    ``network_``.
    """

    training: Training | None = None

    # Epoch where training begins, which the callback BackupAndRestore sets under this name.
    _initial_epoch = 0

    def save(self, filepath: object, *args: object, **kwargs: object) -> Any:
        """Save the user's network to a file, see `keras.Model.save`."""
        return self._user_model().save(filepath, *args, **kwargs)

    def save_weights(self, filepath: object, *args: object, **kwargs: object) -> Any:
        """Save its weights and those of its optimizer, see `keras.Model.save_weights`."""
        return self._user_model().save_weights(filepath, *args, **kwargs)

    def load_weights(self, filepath: object, *args: object, **kwargs: object) -> None:
        """Load weights from a file, see `keras.Model.load_weights`."""
        model = self._user_model()
        model.load_weights(filepath, *args, **kwargs)
        self._now().take(model)

    def get_weights(self) -> list[Any]:
        """Return the weights of the user's network."""
        weights: list[Any] = self._user_model().get_weights()
        return weights

    def set_weights(self, weights: list[Any]) -> None:
        """Set the weights of the user's network."""
        model = self._user_model()
        model.set_weights(weights)
        self._now().take(model)

    def _user_model(self) -> Any:
        return self._now().user_model()

    def _now(self) -> Training:
        if self.training is None:
            raise RuntimeError("The model of a callback can be used while it is trained only.")
        return self.training


class Training:
    """The numbers of an engine that trains, and the user's network for them."""

    def __init__(self, engine: Engine, state: NetworkState) -> None:
        self.engine, self.state = engine, state
        self._model: Any = None

    def user_model(self) -> Any:
        """Return the user's network, with the current numbers."""
        now = self.engine.save(self.state)
        self.engine.forget_holder()
        if self._model is None:
            self._model = get_network(now)
            self._first = {
                name: kernels().to_numpy(variable.value).flat[0]
                for name, variable in named_slots(self._model.optimizer, self._model).items()
            }
        for name, variable in named_weights(self._model).items():
            variable.assign(now.weights[name])
        for name, variable in named_slots(self._model.optimizer, self._model).items():
            value = pad_rows(now.optimizer[name], tuple(variable.shape), self._first[name])
            variable.assign(value)
        self._model.optimizer.learning_rate = float(self.engine.optimizer.learning_rate.value)
        return self._model

    def take(self, model: keras.Model) -> None:
        """Continue with the numbers of the user's network."""
        to_numpy = kernels().to_numpy
        now = self.engine.save(self.state)
        weights, optimizer = (
            {name: to_numpy(variable.value) for name, variable in named.items()}
            for named in (named_weights(model), named_slots(model.optimizer, model))
        )
        self.engine.load(replace(now, weights=weights, optimizer=optimizer))
        self.engine.forget_holder()
        self.engine.optimizer.learning_rate.assign(model.optimizer.learning_rate.value)


def with_metrics(network: FollowedNetwork, output: Output) -> None:
    """Set the metrics of the network, as Keras does after the first batch."""
    n_outputs = network.output.shape[1]
    shape, kind = ((1, n_outputs), "float32") if output.has_columns else ((1,), "int32")
    network.compute_metrics(
        None, np.zeros(shape, kind), np.full((1, n_outputs), 0.5, dtype="float32")
    )
