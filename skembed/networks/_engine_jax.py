"""The engine of JAX: pure functions of all variables, compiled for each of few shapes."""

from contextlib import nullcontext
from functools import partial
from itertools import chain
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from numpy.typing import NDArray

from skembed.networks._build import one_or_all
from skembed.networks._engine import Engine
from skembed.networks._kernels_jax import BATCH_AXIS
from skembed.networks._spec import NetworkSpec, ObjectiveSpec
from skembed.networks._state import NetworkState
from skembed.networks._types import Batch, Floats, Numbers, Tensor, steps_of

LEAST_STEPS = 8
"""Steps of the shortest batches, to which shorter ones are padded."""


class JaxEngine(Engine):
    """An engine whose steps are compiled by XLA.

    Because XLA compiles again for each shape, batches are padded to powers of two: in their steps,
    and in their rows if documents do not depend on each other.
    """

    def __init__(self, spec: NetworkSpec, objective: ObjectiveSpec) -> None:
        super().__init__(spec, objective)
        self._train = jax.jit(self._train_step)
        self._test = jax.jit(self._test_step)
        self._predict = jax.jit(self._predict_step)
        self._encode = jax.jit(self._encode_step)
        self._differentiate_head = jax.jit(self._head_step)
        self._differentiate_encoder = jax.jit(self._encoder_step)
        self._move = jax.jit(self._move_step)
        self._mesh = mesh = Mesh(np.array(jax.devices()), (BATCH_AXIS,))
        self._everywhere = NamedSharding(mesh, PartitionSpec())
        self._divided = NamedSharding(mesh, PartitionSpec(BATCH_AXIS))
        self._train_everywhere = jax.jit(self._train_step, out_shardings=self._everywhere)
        self._all_devices = False

    def use_all_devices(self, flag: bool) -> None:
        """Divide batches among all devices, those of other processes too, or no longer."""
        self._all_devices = flag

    def save(self, state: NetworkState, **changes: Any) -> NetworkState:
        """Return the current numbers, as the successor of a state."""
        saved = super().save(state, **changes)
        if self._all_devices:  # a process may predict while the others do something else
            for variable in chain(*self._variables(), self.optimizer.variables):
                variable.assign(np.asarray(variable.value))
        return saved

    def train_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Take one step of the optimizer; return the batch's loss and the sum of its scores."""
        kinds = [*self._variables(), self.optimizer.variables]
        values, numbers = _values(kinds), (_pad_steps(batch), targets, weights)
        train = self._train_on_all if self._all_devices else self._train
        values, loss, score = train(values, *numbers)
        _assign(kinds, values)
        return float(loss), float(score)

    def encode(self, batch: Batch) -> Floats:
        """Return documents as vectors of shape (n_rows, n_dims), in training."""
        kinds = _variables_of(self._encoder)
        documents, moved = self._encode(*_values(kinds), _pad_steps(batch))
        _assign(kinds[1:], [moved])
        return np.asarray(documents)

    def differentiate_head(
        self, documents: Floats, targets: Numbers, weights: Floats
    ) -> tuple[float, float, Floats, dict[str, Any]]:
        """Return the loss of encoded documents, the sum of their scores, and gradients."""
        trainable, others = kinds = _variables_of(self._head)
        slots = [variable.value for variable in self.optimizer.variables]
        answers = documents, targets, weights
        (pull, gradients), (loss, score, moved) = self._differentiate_head(
            *_values(kinds), slots, *answers
        )
        _assign([others], [moved])
        by_name = {v.path: g for v, g in zip(trainable, gradients, strict=True)}
        return float(loss), float(score), np.asarray(pull), by_name

    def differentiate_encoder(self, batch: Batch, pull: Floats) -> dict[str, Any]:
        """Return gradients by the encoder's weights from those by its documents."""
        kinds = _variables_of(self._encoder)
        gradients = self._differentiate_encoder(*_values(kinds), _pad_steps(batch), pull)
        return {v.path: g for v, g in zip(kinds[0], gradients, strict=True)}

    def move(self, gradients: dict[str, Any], ids: NDArray[np.int32]) -> None:
        """Take a step of the optimizer by gradients of documents that hold some ids."""
        kinds = [self._logits.trainable_variables, self.optimizer.variables]
        _assign(kinds, self._move(*_values(kinds), self._ordered(gradients), _pad_rows(ids)))

    def test_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Return the sums of the weighted losses and of the scores."""
        size = len(targets)
        padded = [_pad_rows(each) for each in (_pad_steps(batch), targets, weights)]
        losses, scores = self._test(_values(self._variables()), *padded)
        return float(np.asarray(losses)[:size].sum()), float(np.asarray(scores)[:size].sum())

    def predict_on(self, batch: Batch) -> Floats:
        """Return the logits, of shape (n_rows, n_outputs).

        Several threads may call it at a time.
        """
        padded = _pad_rows(_pad_steps(batch))
        size = len(steps_of(batch))
        return np.asarray(self._predict(_values(self._variables()), padded))[:size]

    @staticmethod
    def input_gradients(network: keras.Model, inputs: list[Floats], mixing: Floats) -> list[Floats]:
        """Return mean gradients of sums of a network's outputs by each of its inputs."""

        def sums(*inputs: Tensor) -> Any:
            return jnp.sum(network(one_or_all([*inputs])) @ mixing, axis=0)

        _, pull = jax.vjp(sums, *map(jnp.asarray, inputs))
        wanted = np.eye(mixing.shape[1], dtype=np.float32)
        found = zip(*(pull(jnp.asarray(one)) for one in wanted), strict=True)
        return [np.stack([np.asarray(g).mean(axis=0) for g in each]) for each in found]

    def _train_on_all(self, values: list[list[Any]], batch: Batch, *answers: Numbers) -> Any:
        """Take a step on all devices, each of which has the variables and a share of the batch.

        If a batch cannot be divided evenly, each device computes all of it.
        """
        even = len(answers[0]) % self._mesh.size == 0
        copies = [[_put(value, self._everywhere) for value in kind] for kind in values]
        place = partial(_put, sharding=self._divided if even else self._everywhere)
        with jax.set_mesh(self._mesh) if even else nullcontext():
            return self._train_everywhere(copies, *jax.tree.map(place, (batch, *answers)))

    def _variables(self) -> list[list[Any]]:
        return _variables_of(self._logits)

    def _train_step(
        self, values: Tensor, batch: Tensor, targets: Tensor, weights: Tensor
    ) -> tuple[Any, Any, Any]:
        """Return the variables after one step, the loss and the sum of the scores."""
        trainable, others, slots = values

        def scaled_loss(trainable: list[Tensor]) -> tuple[Any, Any]:
            logits, moved = self._logits.stateless_call(trainable, others, batch, training=True)
            return self._losses_of(slots, moved, logits, targets, weights)

        gradients, (loss, score, others) = jax.grad(scaled_loss, has_aux=True)(trainable)
        trainable, slots = self._move_step(trainable, slots, gradients, steps_of(batch))
        return [trainable, others, slots], loss, score

    def _losses_of(self, slots: list[Tensor], moved: list[Tensor], *answers: Tensor) -> Any:
        """Return the scaled loss, and also the loss, the sum of the scores and moved variables."""
        with keras.StatelessScope(zip(self.optimizer.variables, slots, strict=True)):
            scaled, loss, score = self.loss_and_score(*answers)
        return scaled, (loss, score, moved)

    def _move_step(
        self, trainable: list[Tensor], slots: list[Tensor], gradients: list[Tensor], ids: Tensor
    ) -> Any:
        with self.moving_rows(ids):
            return self.optimizer.stateless_apply(slots, gradients, trainable)

    def _encode_step(self, trainable: list[Tensor], others: list[Tensor], batch: Tensor) -> Any:
        documents, moved = self._encoder.stateless_call(trainable, others, batch, training=True)
        return documents.astype("float32"), moved

    def _head_step(
        self,
        trainable: list[Tensor],
        others: list[Tensor],
        slots: list[Tensor],
        documents: Tensor,
        targets: Tensor,
        weights: Tensor,
    ) -> Any:
        def scaled_loss(documents: Tensor, trainable: list[Tensor]) -> tuple[Any, Any]:
            logits, moved = self._head.stateless_call(trainable, others, documents, training=True)
            return self._losses_of(slots, moved, logits, targets, weights)

        return jax.grad(scaled_loss, (0, 1), has_aux=True)(documents, trainable)

    def _encoder_step(
        self, trainable: list[Tensor], others: list[Tensor], batch: Tensor, pull: Tensor
    ) -> Any:
        def encode(trainable: list[Tensor]) -> Any:
            return self._encode_step(trainable, others, batch)[0]

        return jax.vjp(encode, trainable)[1](pull)[0]

    def _test_step(
        self, values: Tensor, batch: Tensor, targets: Tensor, weights: Tensor
    ) -> tuple[Any, Any]:
        """Return the weighted loss and the score of each document."""
        return self.losses_and_scores(self._predict_step(values, batch), targets, weights)

    def _predict_step(self, values: Tensor, batch: Tensor) -> Any:
        return self._logits.stateless_call(*values, batch, training=False)[0]


def _put(array: Tensor, sharding: NamedSharding) -> Any:
    """Distribute an array that every process has over the devices of all processes."""
    if getattr(array, "sharding", None) == sharding:
        return array
    return jax.make_array_from_callback(array.shape, sharding, np.asarray(array).__getitem__)


def _variables_of(model: keras.Model) -> list[list[Any]]:
    return [model.trainable_variables, model.non_trainable_variables]


def _assign(kinds: list[list[Any]], values: Tensor) -> None:
    for kind, moved in zip(kinds, values, strict=True):
        for variable, value in zip(kind, moved, strict=True):
            variable.assign(value)


def _values(kinds: list[list[Any]]) -> list[list[Any]]:
    return [[variable.value for variable in kind] for kind in kinds]


def _pad_steps(batch: Batch) -> Batch:
    """Pad documents at the back until their steps are a power of two."""
    if isinstance(batch, tuple):
        steps, numbers = batch
        return _pad_steps(steps), numbers  # type: ignore[return-value]
    return _lengthened(batch, 1, max(_power_of_two(batch.shape[1]), LEAST_STEPS))


def _pad_rows(batch: Batch) -> Any:
    """Append rows of documents, or of their targets, until their number is a power of two."""
    return jax.tree.map(lambda array: _lengthened(array, 0, _power_of_two(len(array))), batch)


def _power_of_two(size: int) -> int:
    return 1 << max(size - 1, 0).bit_length()


def _lengthened(array: Numbers, axis: int, size: int) -> Numbers:
    missing = [(0, 0)] * array.ndim
    missing[axis] = (0, size - array.shape[axis])
    return np.pad(array, missing)
