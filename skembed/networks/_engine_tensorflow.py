"""The engine of TensorFlow: steps traced once for batches of every size and length."""

from collections.abc import Callable
from functools import cached_property
from operator import itemgetter
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from skembed.networks._build import one_or_all
from skembed.networks._convolutions import FEW_STEPS, ConvolveMax
from skembed.networks._engine import Engine
from skembed.networks._replicas_tensorflow import Replicas, join_devices, sum_repeated
from skembed.networks._rows import room_for
from skembed.networks._spec import NetworkSpec, ObjectiveSpec
from skembed.networks._types import Batch, Floats, Numbers, Tensor, steps_of


class TensorFlowEngine(Engine):
    """An engine whose steps are traced functions of TensorFlow."""

    def __init__(self, spec: NetworkSpec, objective: ObjectiveSpec) -> None:
        super().__init__(spec, objective)
        over_time = [x for x in self._logits.layers if isinstance(x, ConvolveMax)]
        self._over_time = over_time if spec.encoder.gradient_by_length else []
        self._traced_training: dict[tuple[bool, bool], Any] = {}
        self._replicas: Replicas | None = None
        self._all_devices = False

    def _has_room(self, n_rows: int) -> bool:
        # Steps touch only used rows, and a graph is traced for any number of rows.
        return self.n_rows is not None and n_rows <= self.n_rows <= 2 * room_for(n_rows)

    def use_all_devices(self, flag: bool) -> None:
        """Divide batches among all devices, those of other workers too, or no longer."""
        self._all_devices = flag and join_devices().num_replicas_in_sync > 1
        if self._all_devices and self._replicas is None:
            self._replicas = Replicas(join_devices(), self._encoder, self._head)

    def train_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Take one step of the optimizer; return the batch's loss and the sum of its scores."""
        few_steps = self.mean_steps < FEW_STEPS or not self._over_time
        kind = few_steps, self._all_devices
        if kind not in self._traced_training:
            for layer in self._over_time:
                layer.few_steps = few_steps
            step = self._divided_train_step if self._all_devices else self._train_step
            self._traced_training[kind] = self._trace(step, *self._targets_and_weights())
        loss, score = self._traced_training[kind](batch, targets, weights)
        return float(loss.numpy()), float(score.numpy())

    def encode(self, batch: Batch) -> Floats:
        """Return documents as vectors of shape (n_rows, n_dims), in training."""
        documents: Floats = self._traced_encoding(batch).numpy()
        return documents

    def differentiate_head(
        self, documents: Floats, targets: Numbers, weights: Floats
    ) -> tuple[float, float, Floats, dict[str, Any]]:
        """Return the loss of encoded documents, the sum of their scores, and gradients."""
        watched, variables = tf.constant(documents), self._head.trainable_variables
        with tf.GradientTape() as tape:
            tape.watch(watched)
            logits = self._head(watched, training=True)
            answers = tf.constant(targets), tf.constant(weights)
            scaled, loss, score = self.loss_and_score(logits, *answers)
        pull, *gradients = tape.gradient(scaled, [watched, *(v.value for v in variables)])
        by_name = {v.path: g for v, g in zip(variables, gradients, strict=True)}
        return float(loss.numpy()), float(score.numpy()), pull.numpy(), by_name

    def differentiate_encoder(self, batch: Batch, pull: Floats) -> dict[str, Any]:
        """Return gradients by the encoder's weights from those by its documents."""
        gradients = self._traced_encoder_gradients(batch, pull)
        variables = self._encoder.trainable_variables
        return {v.path: g for v, g in zip(variables, gradients, strict=True)}

    @staticmethod
    def add(gradient: Tensor, other: Tensor) -> Any:
        """Return the sum of two gradients."""
        if not isinstance(gradient, tf.IndexedSlices):
            return gradient + other
        values = tf.concat([gradient.values, other.values], axis=0)
        rows = tf.concat([gradient.indices, other.indices], axis=0)
        return sum_repeated(tf.IndexedSlices(values, rows, gradient.dense_shape))

    def move(self, gradients: dict[str, Any], ids: NDArray[np.int32]) -> None:
        """Take a step of the optimizer by gradients of documents that hold some ids."""
        variables = self._logits.trainable_variables
        self.optimizer.apply_gradients(zip(self._ordered(gradients), variables, strict=True))

    def test_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Return the sums of the weighted losses and of the scores."""
        total, score = self._traced_test(batch, targets, weights)
        return float(total.numpy()), float(score.numpy())

    def predict_on(self, batch: Batch) -> Floats:
        """Return the logits, of shape (n_rows, n_outputs).

        Several threads may call it at a time.
        """
        logits: Floats = self._traced_prediction(batch).numpy()
        return logits

    @staticmethod
    def input_gradients(network: keras.Model, inputs: list[Floats], mixing: Floats) -> list[Floats]:
        """Return mean gradients of sums of a network's outputs by each of its inputs."""
        watched = [tf.constant(each) for each in inputs]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(watched)
            sums = tf.reduce_sum(network(one_or_all(watched)) @ mixing, axis=0)
            wanted = [sums[i] for i in range(mixing.shape[1])]
        found = zip(*(tape.gradient(each, watched) for each in wanted), strict=True)
        return [np.stack([tf.reduce_mean(g, axis=0).numpy() for g in each]) for each in found]

    @cached_property
    def _traced_test(self) -> Any:
        return self._trace(self._test_step, *self._targets_and_weights())

    @cached_property
    def _traced_prediction(self) -> Any:
        return self._trace(self._predict_step)

    @cached_property
    def _traced_encoding(self) -> Any:
        return self._trace(lambda batch: tf.cast(self._encode_side_by_side(batch), tf.float32))

    @cached_property
    def _traced_encoder_gradients(self) -> Any:
        for layer in self._over_time:
            layer.few_steps = False
        pull = tf.TensorSpec((None, self._head.input.shape[1]), tf.float32)
        return self._trace(self._encoder_gradients, pull)

    def _encoder_gradients(self, batch: Tensor, pull: Tensor) -> list[Any]:
        with tf.GradientTape() as tape:
            documents = tf.cast(self._encode_side_by_side(batch), tf.float32)
        gradients = tape.gradient(documents, self._encoder.trainable_variables, pull)
        return [sum_repeated(gradient) for gradient in gradients]

    def _trace(self, step: Callable[..., Any], *others: tf.TensorSpec) -> Any:
        """Trace a step once for batches of every size and length."""
        specs = [tf.TensorSpec((None, *x.shape[1:]), x.dtype) for x in self._logits.inputs]
        batch = specs[0] if len(specs) == 1 else tuple(specs)
        return tf.function(step, autograph=False, jit_compile=False).get_concrete_function(
            batch, *others
        )

    def _targets_and_weights(self) -> tuple[tf.TensorSpec, tf.TensorSpec]:
        if self.objective.output.has_columns:
            answers = tf.TensorSpec((None, self.spec.n_outputs), tf.float32)
            return answers, answers
        return tf.TensorSpec((None,), tf.int32), tf.TensorSpec((None,), tf.float32)

    def _train_step(self, batch: Tensor, targets: Tensor, weights: Tensor) -> tuple[Any, Any]:
        """Take one step; return the loss and the sum of the scores."""
        with tf.GradientTape() as tape:
            logits = self._head(self._encode_side_by_side(batch), training=True)
            scaled, loss, score = self.loss_and_score(logits, targets, weights)
        variables = self._logits.trainable_variables
        gradients = [sum_repeated(gradient) for gradient in tape.gradient(scaled, variables)]
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss, score

    def _divided_train_step(
        self, batch: Tensor, targets: Tensor, weights: Tensor
    ) -> tuple[Any, Any]:
        """Take one step on all devices; return the loss and the sum of the scores."""
        assert self._replicas is not None

        def loss_of(logits: Tensor) -> tuple[Any, tuple[Any, Any]]:
            scaled, loss, score = self.loss_and_score(logits, targets, weights)
            return scaled, (loss, score)

        found, gradients = self._replicas.differentiate(batch, loss_of)
        self.optimizer.apply_gradients(zip(gradients, self._replicas.variables, strict=True))
        return found

    def _encode_side_by_side(self, batch: Tensor) -> Any:
        """Compute documents in training, in two halves side by side.

        Two chains of operations on one thread each use two cores better than
        one chain whose every operation is divided between them.
        """
        size = tf.shape(steps_of(batch))[0]
        half = size // 2
        # Convolutions refuse an empty half, so a single document is read twice and dropped once.
        halves = [
            tf.nest.map_structure(itemgetter(rows), batch)
            for rows in (slice(None, tf.maximum(half, 1)), slice(half, None))
        ]
        documents = tf.concat([self._encoder(some, training=True) for some in halves], axis=0)
        return documents[-size:]

    def _test_step(self, batch: Tensor, targets: Tensor, weights: Tensor) -> tuple[Any, Any]:
        """Return the sums of the weighted losses and of the scores."""
        logits = self._logits(batch, training=False)
        losses, scores = self.losses_and_scores(logits, targets, weights)
        return tf.reduce_sum(losses), tf.reduce_sum(tf.cast(scores, tf.float32))

    def _predict_step(self, batch: Tensor) -> Any:
        return self._logits(batch, training=False)
