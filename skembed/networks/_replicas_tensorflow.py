"""Gradients that tf.distribute computes on several devices: of one process, and of others."""

from collections.abc import Callable
from functools import cache
from typing import Any

import keras
import tensorflow as tf


@cache
def join_devices() -> tf.distribute.Strategy:
    """Join the workers that ``TF_CONFIG`` names, or else the devices of this process, once.

    Raises
    ------
    RuntimeError
        If TensorFlow has been started before the workers could be joined.
    """
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


def draws_of(encoder: keras.Model) -> list[tuple[Any, int]]:
    """Return the generators of an encoder, and how often one reading draws from each."""
    found = [v for v in encoder.variables if v.path.endswith("/seed_generator_state")]
    before = [v.numpy() for v in found]
    steps = encoder.inputs[0]
    encoder(tf.zeros((1, 1, *steps.shape[2:]), steps.dtype), training=True)
    draws = [int(v.numpy()[1] - drawn[1]) for v, drawn in zip(found, before, strict=True)]
    for variable, drawn in zip(found, before, strict=True):
        variable.assign(drawn)
    return list(zip(found, draws, strict=True))


class Replicas:
    """The devices among which batches are divided.

    Each encodes its share of the documents. In the head documents meet: it has
    their statistics, and its loss may be that of the hardest of them. So every
    process computes the head of all documents, and devices exchange documents,
    which are small, before it, and gradients behind it.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
        The devices.
    encoder, head : keras.Model
        Steps to documents, documents to logits.
    """

    def __init__(
        self, strategy: tf.distribute.Strategy, encoder: keras.Model, head: keras.Model
    ) -> None:
        self._strategy, self._encoder, self._head = strategy, encoder, head
        self._draws = draws_of(encoder)
        self.variables = [*encoder.trainable_variables, *head.trainable_variables]

    def differentiate(
        self, batch: Any, judge: Callable[[Any], tuple[Any, Any]]
    ) -> tuple[Any, list[Any]]:
        """Return what was found of a batch, and the gradients of its loss, alike everywhere.

        Parameters
        ----------
        batch : tensor of shape (n_samples, n_steps) or (n_samples, n_steps, n_dims)
            The whole batch, which every process has.
        judge : callable
            Turns the logits of all documents into the loss to differentiate,
            and into tensors to return.
        """
        n_replicas, size = self._strategy.num_replicas_in_sync, tf.shape(batch)[0]
        before = [variable.value + 0 for variable, _ in self._draws]

        def differentiate_share() -> tuple[Any, Any]:
            replica = tf.distribute.get_replica_context()
            number = replica.replica_id_in_sync_group
            start, stop = (i * size // n_replicas for i in (number, number + 1))
            self._draw_from(before, number)
            with tf.GradientTape() as tape:
                # Convolutions refuse an empty share: one document is read, and left out.
                documents = self._encoder(batch[start : tf.maximum(stop, start + 1)], training=True)
                documents = documents[: stop - start]
            upstream, of_head, found = replica.merge_call(self._judge_all, (documents, judge))
            of_share = tape.gradient(
                documents, self._encoder.trainable_variables, upstream[start:stop]
            )
            # All processes have the head's gradients; their mean keeps weights alike to the bit.
            parts = [sum_repeated(each) for each in of_share] + [g / n_replicas for g in of_head]
            return found, replica.all_reduce("SUM", parts)

        divided = self._strategy.run(differentiate_share)
        self._draw_from(before, n_replicas)
        first = lambda value: self._strategy.experimental_local_results(value)[0]  # noqa: E731
        found, gradients = tf.nest.map_structure(first, divided)
        return found, [sum_repeated(each) for each in gradients]

    def _draw_from(self, before: list[Any], number: Any) -> None:
        """Let a replica draw what nobody else does: what so many readings leave to it."""
        for start, (variable, n_draws) in zip(before, self._draws, strict=True):
            drawn = tf.constant([0, n_draws], start.dtype) * tf.cast(number, start.dtype)
            variable.assign(start + drawn)

    def _judge_all(
        self, strategy: tf.distribute.Strategy, documents: Any, judge: Any
    ) -> tuple[Any, list[Any], Any]:
        """Return the gradients by all documents and by the head's weights, and what was found."""
        everyone = strategy.gather(documents, axis=0)
        with tf.GradientTape() as tape:
            tape.watch(everyone)
            loss, found = judge(self._head(everyone, training=True))
        wanted = [everyone, *self._head.trainable_variables]
        upstream, *of_head = tape.gradient(loss, wanted)
        return upstream, of_head, found


def sum_repeated(gradient: Any) -> Any:
    """Add up what a row gets from its several places in a batch.

    TensorFlow lists them one by one, and Keras's optimizers would square and
    clip each of them apart.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, places = tf.unique(gradient.indices)
    sums = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(sums, rows, gradient.dense_shape)
