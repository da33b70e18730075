"""The engine: a Keras network that trains and predicts, borrowed by one state at a time."""

import random
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from skembed.networks._build import DOCUMENT, build_network, one_or_all, with_activation
from skembed.networks._followed import FollowedNetwork
from skembed.networks._kernels import kernels, made_with
from skembed.networks._layers import FedDropout
from skembed.networks._names import GENERATOR, named_slots, named_weights
from skembed.networks._optimizers import RowsAdam, make_fast_optimizer
from skembed.networks._outputs import batch_loss
from skembed.networks._rows import copy_used, pad_rows, room_for, without_untouched
from skembed.networks._spec import NetworkSpec, ObjectiveSpec
from skembed.networks._state import NetworkState
from skembed.networks._types import Batch, Floats, Numbers, Tensor
from skembed.networks._weights import check_weights, draw_weight, weight_shapes


class Engine(ABC):
    """A network's graph, built once and reused with other weights.

    Each backend of Keras has a subclass, which computes. An engine suits all networks with the
    graph for which it was built. Its user holds its `lock`. The output of its `network` is
    probabilities. The functions that train and predict share the weights of this network.
    """

    def __init__(self, spec: NetworkSpec, objective: ObjectiveSpec) -> None:
        self.spec = spec.graph_key()
        self.n_rows = None if spec.n_rows is None else room_for(spec.n_rows)
        self.objective = objective
        self._suited = spec, objective  # the last ones that were found to suit
        self.lock = threading.Lock()
        self.training = False  # or whether its user trains, which takes longer than predicting
        self.mean_steps = 1.0  # about how many documents its user trains on
        self._build(replace(self.spec, n_rows=self.n_rows))
        self._slots = named_slots(self.optimizer, self._logits)
        self._first_slots = {
            name: kernels().to_numpy(v.value).flat[0] for name, v in self._slots.items()
        }
        self._holder: weakref.ref[NetworkState] | None = None

    def _build(self, with_room: NetworkSpec) -> None:
        objective = self.objective
        with python_random_kept():
            self._logits = build_network(with_room, drop=_drop_at_fed_rate)
            probabilities = with_activation(self._logits, objective.output.activation)
            inputs = one_or_all(self._logits.inputs)
            self.network = FollowedNetwork(inputs, probabilities.output)
            document = self._logits.get_layer(DOCUMENT).output
            self._encoder = keras.Model(inputs, document)
            self._head = keras.Model(document, self._logits.output)
        self.optimizer = make_fast_optimizer(objective, with_room.precision)
        self.optimizer.build(self._logits.trainable_variables)
        # The loss is for callbacks that call `model.evaluate`.
        self.network.compile(
            optimizer=self.optimizer,
            loss=objective.output.keras_loss,
            metrics=[objective.output.metric],
            jit_compile=False,
        )
        self._dropouts = [x for x in self._logits.layers if isinstance(x, FedDropout)]
        self._weights = named_weights(self._logits)
        shapes = {name: tuple(variable.shape) for name, variable in self._weights.items()}
        check_weights(with_room, shapes, [layer.name for layer in self._dropouts])

    @contextmanager
    def moving_rows(self, steps: Tensor) -> Iterator[None]:
        """Let the optimizer move only the rows of the embedding that a batch uses."""
        optimizer = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        moves = self.spec.trainable_embedding and isinstance(optimizer, RowsAdam)
        if moves:
            rows = ops.zeros(self.n_rows, dtype="bool")
            ids = ops.reshape(steps, (-1, 1))
            optimizer.used_rows = ops.scatter_update(rows, ids, ops.ones(len(ids), dtype="bool"))
        try:
            yield
        finally:
            if moves:
                optimizer.used_rows = None

    def loss_and_score(
        self, outputs: Tensor, targets: Tensor, weights: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the scaled loss of a batch, the loss itself, and the sum of the scores."""
        losses, scores = self.losses_and_scores(outputs, targets, weights)
        loss = batch_loss(losses, self.objective)
        return self.optimizer.scale_loss(loss), loss, ops.sum(ops.cast(scores, "float32"))

    def losses_and_scores(
        self, outputs: Tensor, targets: Tensor, weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the weighted loss and the score of each document."""
        output = self.objective.output
        losses = output.losses(outputs, targets, weights, self.objective)
        return losses, output.scores(outputs, targets)

    @abstractmethod
    def train_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Take one step of the optimizer; return the batch's loss and the sum of its scores."""

    @abstractmethod
    def encode(self, batch: Batch) -> Floats:
        """Return documents as vectors in training, including the numbers beside them.

        Their shape is (n_rows, n_dims).
        """

    @abstractmethod
    def differentiate_head(
        self, documents: Floats, targets: Numbers, weights: Floats
    ) -> tuple[float, float, Floats, dict[str, Any]]:
        """Return the loss of encoded documents, the sum of their scores, and gradients.

        The gradients are those of the scaled loss by the documents, (n_rows, n_dims), float32, and
        by the weights of the head, by name.
        """

    @abstractmethod
    def differentiate_encoder(self, batch: Batch, pull: Floats) -> dict[str, Any]:
        """Return gradients by the encoder's weights from those by its documents."""

    @abstractmethod
    def move(self, gradients: dict[str, Any], ids: NDArray[np.int32]) -> None:
        """Take a step of the optimizer by gradients of documents that hold some ids."""

    @staticmethod
    def add(gradient: Tensor, other: Tensor) -> Any:
        """Return the sum of two gradients."""
        return gradient + other

    @abstractmethod
    def test_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Return the sums of the weighted losses and of the scores."""

    @abstractmethod
    def predict_on(self, batch: Batch) -> Floats:
        """Return the logits, of shape (n_rows, n_outputs).

        Several threads may call it at a time.
        """

    @staticmethod
    @abstractmethod
    def input_gradients(network: keras.Model, inputs: list[Floats], mixing: Floats) -> list[Floats]:
        """Return mean gradients of sums of a network's outputs by each of its inputs.

        Inputs hold some points, (n_points, ...), and gradients are their mean, (n_wanted, ...).
        `mixing`, (n_outputs, n_wanted), holds the coefficients of the sums.
        """

    def use_all_devices(self, flag: bool) -> None:
        """Divide batches among all devices from now on, or no longer. PyTorch cannot do this."""
        if flag:
            raise ValueError(
                "data_parallel=True needs TensorFlow or JAX, but Keras is set to the backend "
                f"{keras.backend.backend()!r}. Set the environment variable KERAS_BACKEND to "
                "'tensorflow' or 'jax', or set data_parallel=False."
            )

    def suits(self, spec: NetworkSpec, objective: ObjectiveSpec) -> bool:
        """Return whether a network has this graph, and as many rows as there is room for."""
        if self._suited[0] is not spec or self._suited[1] is not objective:
            if (self.spec, self.objective) != (spec.graph_key(), objective):
                return False
            self._suited = spec, objective
        return spec.n_rows is None or self.n_rows is None or self._has_room(spec.n_rows)

    def _has_room(self, n_rows: int) -> bool:
        # A sum over more rows, all zeros, may round differently, so each fit gets the same room.
        return self.n_rows == room_for(n_rows)

    def load(self, state: NetworkState) -> None:
        """Load a state's numbers, unless they are loaded already."""
        if self.holds(state):
            return
        self._holder = None
        rng = np.random.default_rng(state.rng["state"]["state"] % 2**63)
        values, shapes = dict(state.weights), weight_shapes(state.spec)
        for name, variable in self._weights.items():
            if name not in values:
                values[name] = draw_weight(name, shapes[name], state.spec, rng)
            variable.assign(pad_rows(values[name], tuple(variable.shape)))
        rates = state.spec.fed_rates()
        for layer in self._dropouts:
            layer.rate.assign(rates[layer.name])
        for i, variable in enumerate(self._generators()):
            drawn = np.array([rng.integers(2**31), 0])
            variable.assign(state.seeds[i] if state.seeds else drawn)
        for name, variable in self._slots.items():
            if state.optimizer:
                first = self._first_slots[name]
                variable.assign(pad_rows(state.optimizer[name], tuple(variable.shape), first))
            else:
                variable.assign(np.full(variable.shape, self._first_slots[name]))
        self._holder = weakref.ref(state)

    def save(self, state: NetworkState, **changes: Any) -> NetworkState:
        """Return the current numbers, as the successor of a state."""
        saved = replace(
            state,
            weights={name: copy_used(name, v, state.spec) for name, v in self._weights.items()},
            seeds=self.seeds,
            optimizer={
                name: without_untouched(copy_used(name, v, state.spec), self._first_slots[name])
                for name, v in self._slots.items()
            },
            made_with=made_with(),
            **changes,
        )
        self._holder = weakref.ref(saved)
        return saved

    def forget_holder(self) -> None:
        """Note that the numbers no longer belong to a saved state."""
        self._holder = None

    def holds(self, state: NetworkState) -> bool:
        """Return whether the loaded numbers are those of the state."""
        return self._holder is not None and self._holder() is state

    @property
    def seeds(self) -> tuple[Numbers, ...]:
        """States of the dropout generators."""
        return tuple(kernels().to_numpy(v.value).copy() for v in self._generators())

    @seeds.setter
    def seeds(self, values: tuple[Numbers, ...]) -> None:
        for variable, value in zip(self._generators(), values, strict=True):
            variable.assign(value)

    def _ordered(self, gradients: dict[str, Any]) -> list[Any]:
        """Return gradients in the order of the weights that are trained."""
        return [gradients[variable.path] for variable in self._logits.trainable_variables]

    def _generators(self) -> list[Any]:
        return [v for v in self._logits.variables if v.path.endswith(GENERATOR)]


@contextmanager
def python_random_kept() -> Iterator[None]:
    """Leave Python's generator as it was: Keras draws a seed from it for each layer."""
    kept = random.getstate()
    try:
        yield
    finally:
        random.setstate(kept)


def _drop_at_fed_rate(x: Tensor, name: str, rate: float, precision: str) -> Any:
    return FedDropout(name=name, dtype=precision)(x)
