"""The engine: a Keras network with its traced steps, borrowed by one state at a time."""

import random
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from skembed.networks._build import DOCUMENT, build_network, with_probabilities
from skembed.networks._convolutions import FEW_STEPS, ConvolveMax
from skembed.networks._layers import FedDropout
from skembed.networks._losses import batch_loss, example_losses
from skembed.networks._optimizers import make_fused_optimizer
from skembed.networks._rows import copy_used, pad_rows, room_for, used_shape, without_untouched
from skembed.networks._spec import NetworkSpec, ObjectiveSpec
from skembed.networks._state import NetworkState, draw_weight


class Engine:
    """A network's graph, traced once and reused with other weights.

    Parameters
    ----------
    spec : NetworkSpec
        A network that the engine shall suit; it suits others of the same graph.
    objective : ObjectiveSpec
        What training minimises.

    Attributes
    ----------
    n_rows : int or None
        Rows of the embedding matrix that there is room for.
    network : keras.Model
        The network with probabilities as output; it shares its weights with
        the traced steps.
    lock : threading.Lock
        Held by who uses the engine.
    training : bool
        Whether its holder trains, which takes longer than to predict.
    """

    def __init__(self, spec: NetworkSpec, objective: ObjectiveSpec) -> None:
        self.spec = spec.graph()
        self.n_rows = None if spec.n_rows is None else room_for(spec.n_rows)
        self.objective = objective
        self.lock = threading.Lock()
        self.training = False
        with python_random_kept():
            self._logits = build_network(
                replace(self.spec, n_rows=self.n_rows), drop=_drop_at_fed_rate
            )
            document = self._logits.get_layer(DOCUMENT).output
            self._encoder = keras.Model(self._logits.inputs[0], document)
            self._head = keras.Model(document, self._logits.output)
            self.network = with_probabilities(self._logits, objective.multilabel)
        self.optimizer = make_fused_optimizer(objective, spec.precision)
        self.optimizer.build(self._logits.trainable_variables)
        self.network.compile(optimizer=self.optimizer, jit_compile=False)
        self._slots = _name_slots(self.optimizer)
        self._first_slots = {name: v.numpy().flat[0] for name, v in self._slots.items()}
        # Stacked convolutions leave few steps to their last one, however long the documents are.
        stacked = getattr(spec.encoder, "stacked", True)
        maxima = [x for x in self._logits.layers if isinstance(x, ConvolveMax)]
        self._over_time = [] if stacked else maxima
        self._dropouts = [x for x in self._logits.layers if isinstance(x, FedDropout)]
        self._train_steps: dict[bool, Any] = {}
        self._holder: weakref.ref[NetworkState] | None = None

    def train_step(self, mean_steps: float) -> Any:
        """Return a traced step of the optimizer, for documents of about so many steps.

        It takes batch, targets and weights, and returns loss and right answers.
        """
        few_steps = mean_steps < FEW_STEPS or not self._over_time
        if few_steps not in self._train_steps:
            for layer in self._over_time:
                layer.few_steps = few_steps
            traced = self._trace(self._train_step, *self._targets_and_weights())
            self._train_steps[few_steps] = traced
        return self._train_steps[few_steps]

    @cached_property
    def test_step(self) -> Any:
        """Traced measurement: batch, targets, weights to sum of losses and right answers."""
        return self._trace(self._test_step, *self._targets_and_weights())

    @cached_property
    def predict_step(self) -> Any:
        """Traced prediction: batch to logits."""
        return self._trace(self._predict_step)

    def _trace(self, step: Any, *others: tf.TensorSpec) -> Any:
        """Trace a step once for batches of every size and length."""
        steps = self._logits.inputs[0]
        batch = tf.TensorSpec((None, *steps.shape[1:]), steps.dtype)
        return tf.function(step, autograph=False, jit_compile=False).get_concrete_function(
            batch, *others
        )

    def _targets_and_weights(self) -> tuple[tf.TensorSpec, tf.TensorSpec]:
        if self.objective.multilabel:
            answers = tf.TensorSpec((None, self.spec.n_outputs), tf.float32)
            return answers, answers
        return tf.TensorSpec((None,), tf.int32), tf.TensorSpec((None,), tf.float32)

    def _train_step(self, batch: Any, targets: Any, weights: Any) -> tuple[Any, Any]:
        """Take one step; return the loss and the number of right answers."""
        with tf.GradientTape() as tape:
            logits = self._read_side_by_side(batch)
            losses = example_losses(logits, targets, weights, self.objective)
            loss = batch_loss(losses, self.objective)
            scaled = self.optimizer.scale_loss(loss)
        variables = self._logits.trainable_variables
        gradients = [_sum_repeated(gradient) for gradient in tape.gradient(scaled, variables)]
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss, _count_right(logits, targets, self.objective.multilabel)

    def _read_side_by_side(self, steps: Any) -> Any:
        """Compute the logits in training, the documents read in two halves side by side.

        Two chains of operations on one thread each use two cores better than
        one chain whose every operation is divided between them.
        """
        size = tf.shape(steps)[0]
        half = size // 2
        # Convolutions refuse an empty half: a document alone is read twice, and once left out.
        parts = steps[: tf.maximum(half, 1)], steps[half:]
        documents = tf.concat([self._encoder(part, training=True) for part in parts], axis=0)
        return self._head(documents[-size:], training=True)

    def _test_step(self, batch: Any, targets: Any, weights: Any) -> tuple[Any, Any]:
        """Return the sum of the weighted losses and the number of right answers."""
        logits = self._logits(batch, training=False)
        losses = example_losses(logits, targets, weights, self.objective)
        right = _count_right(logits, targets, self.objective.multilabel)
        return tf.reduce_sum(losses), right

    def _predict_step(self, batch: Any) -> Any:
        return self._logits(batch, training=False)

    def suits(self, spec: NetworkSpec, objective: ObjectiveSpec) -> bool:
        """Return whether a network has this graph, and enough rows but not far too many."""
        if (self.spec, self.objective) != (spec.graph(), objective):
            return False
        if spec.n_rows is None or self.n_rows is None:
            return True
        return spec.n_rows <= self.n_rows <= 2 * room_for(spec.n_rows)

    def load(self, state: NetworkState) -> None:
        """Take over a state's numbers, unless they are here already."""
        if self.holds(state):
            return
        self._holder = None
        rng = np.random.default_rng(state.rng["state"]["state"] % 2**63)
        values = dict(state.weights)
        for variable in self._named_weights():
            name = variable.path
            if name not in values:
                shape = used_shape(name, tuple(variable.shape), state.spec)
                values[name] = draw_weight(name, shape, rng, self.spec.dense_activation)
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
        """Return the numbers as they are now, as the successor of a state."""
        saved = replace(
            state,
            weights={v.path: copy_used(v.path, v, state.spec) for v in self._named_weights()},
            seeds=tuple(v.numpy().copy() for v in self._generators()),
            optimizer={
                name: without_untouched(copy_used(name, v, state.spec), self._first_slots[name])
                for name, v in self._slots.items()
            },
            **changes,
        )
        self._holder = weakref.ref(saved)
        return saved

    def forget_holder(self) -> None:
        """Note that the numbers here belong to no saved state any more."""
        self._holder = None

    def holds(self, state: NetworkState) -> bool:
        """Return whether the numbers here are those of the state."""
        return self._holder is not None and self._holder() is state

    def _named_weights(self) -> list[Any]:
        return [v for v in self._logits.variables if "seed_generator" not in v.path]

    def _generators(self) -> list[Any]:
        return [v for v in self._logits.variables if "seed_generator" in v.path]


@contextmanager
def python_random_kept() -> Iterator[None]:
    """Leave Python's generator as it was: Keras draws a seed from it for each layer."""
    kept = random.getstate()
    try:
        yield
    finally:
        random.setstate(kept)


def _name_slots(optimizer: Any) -> dict[str, Any]:
    """Name the optimizer's variables but the learning rate; Keras leaves some without a name."""
    slots = {}
    for i, variable in enumerate(optimizer.variables):
        name = variable.path if "/" in variable.path else f"optimizer/variable_{i}"
        if not name.endswith("/learning_rate"):
            slots[name] = variable
    return slots


def _drop_at_fed_rate(x: Any, name: str, rate: float, precision: str) -> Any:
    return FedDropout(name=name, dtype=precision)(x)


def _sum_repeated(gradient: Any) -> Any:
    """Add up what a row gets from its several places in a batch.

    TensorFlow lists them one by one, and Keras's optimizers would square and
    clip each of them apart.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, places = tf.unique(gradient.indices)
    sums = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(sums, rows, gradient.dense_shape)


def _count_right(logits: Any, targets: Any, multilabel: bool) -> Any:
    if multilabel:
        right = tf.reduce_all(tf.equal(logits > 0, targets > 0.5), axis=-1)
    else:
        right = tf.equal(tf.argmax(logits, axis=-1, output_type=tf.int32), targets)
    return tf.math.count_nonzero(right, dtype=tf.int32)
