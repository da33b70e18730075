"""Gradients that tf.distribute computes on several devices, in one or more processes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any

import keras
import tensorflow as tf

from skembed.networks._build import one_or_all
from skembed.networks._layers import FedDropout
from skembed.networks._names import GENERATOR
from skembed.networks._types import Tensor, steps_of

Judge = Callable[[Tensor], tuple[Tensor, Any]]
"""Turns logits into the loss to differentiate, and into tensors to return."""


@cache
def join_devices() -> tf.distribute.Strategy:
    """Join the workers that ``TF_CONFIG`` names, or else the devices of this process, once."""
    named = tf.distribute.cluster_resolver.TFConfigClusterResolver().cluster_spec().as_dict()
    n_workers = sum(len(named.get(job, ())) for job in ("chief", "worker"))
    if n_workers > 1:
        try:
            return tf.distribute.MultiWorkerMirroredStrategy()
        except RuntimeError as error:
            raise RuntimeError(
                f"TF_CONFIG names {n_workers} workers, which TensorFlow joins at its start alone "
                f"({error}). Let a fit with data_parallel=True be the first thing that this "
                "process does with TensorFlow, or take TF_CONFIG out of its environment."
            ) from error
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return tf.distribute.MirroredStrategy([device.name for device in devices])


class Replicas:
    """The devices among which batches are divided.

    Each device encodes its share of the documents. The head depends on all documents: it has their
    statistics, and its loss may be that of the hardest of them. So every process computes the head
    for all documents. Devices exchange encoded documents, which are small, before the head, and
    gradients after it.
    """

    def __init__(
        self, strategy: tf.distribute.Strategy, encoder: keras.Model, head: keras.Model
    ) -> None:
        self._strategy, self._encoder, self._head = strategy, encoder, head
        self._masks = Masks(encoder)
        self.variables = [*encoder.trainable_variables, *head.trainable_variables]

    def differentiate(self, batch: Tensor, judge: Judge) -> tuple[Any, list[Any]]:
        """Return results for a batch, and the gradients of its loss, equal in all processes.

        Every process has the whole batch. `judge` turns all documents' logits into the loss to
        differentiate, and into tensors to return.
        """
        n_replicas, size = self._strategy.num_replicas_in_sync, tf.shape(steps_of(batch))[0]

        def differentiate_share() -> tuple[Any, Any]:
            replica = tf.distribute.get_replica_context()
            number = replica.replica_id_in_sync_group
            start, stop = (i * size // n_replicas for i in (number, number + 1))
            # Convolutions refuse an empty share, so one document is read and dropped.
            read = slice(start, tf.maximum(stop, start + 1))
            self._masks.hand_out(read, number)
            with tf.GradientTape() as tape:
                share = tf.nest.map_structure(itemgetter(read), batch)
                documents = self._encoder(share, training=True)[: stop - start]
                documents = tf.cast(documents, tf.float32)  # bfloat16 cannot be exchanged
            upstream, of_head, found = replica.merge_call(self._judge_all, (documents, judge))
            of_share = tape.gradient(
                documents, self._encoder.trainable_variables, upstream[start:stop]
            )
            # All processes have the head's gradients; their mean keeps weights equal to the bit.
            gradients = [sum_repeated(each) for each in of_share] + [
                g / n_replicas for g in of_head
            ]
            return found, replica.all_reduce("SUM", gradients)

        with self._masks.drawn(size, n_replicas):
            divided = self._strategy.run(differentiate_share)
        found, gradients = tf.nest.map_structure(self._first, divided)
        return found, [sum_repeated(each) for each in gradients]

    def _first(self, value: Tensor) -> Any:
        """Return the result of the first device of this process; all devices have the same."""
        return self._strategy.experimental_local_results(value)[0]

    def _judge_all(
        self, strategy: tf.distribute.Strategy, documents: Tensor, judge: Judge
    ) -> tuple[Any, list[Any], Any]:
        """Return the gradients by all documents and by the head's weights, and the results."""
        everyone = strategy.gather(documents, axis=0)
        with tf.GradientTape() as tape:
            tape.watch(everyone)
            loss, found = judge(self._head(everyone, training=True))
        wanted = [everyone, *self._head.trainable_variables]
        upstream, *of_head = tape.gradient(loss, wanted)
        return upstream, of_head, found


class Masks:
    """The dropout of an encoder when several devices read a batch.

    Numbers for `FedDropout` are drawn for all documents as one device draws them, and each device
    takes those of its own documents. Other layers draw by themselves, as Keras's LSTM does for
    dropped states. There, each device continues where the device before it in the batch ends.
    """

    def __init__(self, encoder: keras.Model) -> None:
        self._fed = [x for x in encoder.layers if isinstance(x, FedDropout)]
        others = [x for x in encoder.layers if not isinstance(x, FedDropout)]
        states = [v for x in others for v in x.variables if v.path.endswith(GENERATOR)]
        counted = zip(states, _count_draws(encoder, states), strict=True)
        self._draws = [(state, n_draws) for state, n_draws in counted if n_draws]

    @contextmanager
    def drawn(self, size: Tensor, n_devices: int) -> Iterator[None]:
        """Draw for a batch of `size` documents, which several devices read."""
        # One device reads it in two halves, see TensorFlowEngine.
        halves = tf.maximum(size // 2, 1), size - size // 2
        self._drawn = [
            tf.concat([x.draw((n, 1, x.input.shape[-1])) for n in halves], axis=0)[-size:]
            for x in self._fed
        ]
        self._before = [state.value + 0 for state, _ in self._draws]
        try:
            yield
            self._go_on_from(n_devices)
        finally:
            for layer in self._fed:
                layer.drawn = None

    def hand_out(self, documents: slice, number: Tensor) -> None:
        """Let device `number` read some of the documents."""
        for layer, drawn in zip(self._fed, self._drawn, strict=True):
            layer.drawn = drawn[documents]
        self._go_on_from(number)

    def _go_on_from(self, number: Tensor) -> None:
        for start, (state, n_draws) in zip(self._before, self._draws, strict=True):
            drawn = tf.constant([0, n_draws], start.dtype) * tf.cast(number, start.dtype)
            state.assign(start + drawn)


def _count_draws(encoder: keras.Model, states: list[Any]) -> list[int]:
    """Count how often one reading draws from each generator."""
    before = [state.numpy() for state in states]
    generators = [v for v in encoder.variables if v.path.endswith(GENERATOR)]
    kept = [(variable, variable.numpy()) for variable in generators]
    steps, *numbers = encoder.inputs
    zeros = [tf.zeros((1, 1, *steps.shape[2:]), steps.dtype)]
    zeros += [tf.zeros((1, *x.shape[1:]), x.dtype) for x in numbers]
    encoder(one_or_all(zeros), training=True)
    draws = [int(state.numpy()[1] - old[1]) for state, old in zip(states, before, strict=True)]
    for variable, old in kept:
        variable.assign(old)
    return draws


def sum_repeated(gradient: Tensor) -> Any:
    """Add up the gradients of a row from its several places in a batch.

    TensorFlow lists them one by one, and Keras's optimizers would square and clip each of them
    separately.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, places = tf.unique(gradient.indices)
    sums = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(sums, rows, gradient.dense_shape)
