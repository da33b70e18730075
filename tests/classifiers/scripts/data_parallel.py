"""Fits in one process: ``data_parallel.py OUT N_DEVICES [ADDRESSES RANK [CHECKPOINT]]``.

Without devices of its own the process fits as ever, with some ``data_parallel``.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

out, n_devices, *rest = sys.argv[1:]
addresses, rank, *checkpoint = rest or ["", "0"]
every_address = addresses.split(",")
with_jax = os.environ["KERAS_BACKEND"] == "jax"
if with_jax:
    import jax

    os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={max(int(n_devices), 1)}"
    if addresses:
        jax.distributed.initialize(every_address[0], len(every_address), int(rank))
elif addresses:
    cluster, task = {"worker": every_address}, {"type": "worker", "index": int(rank)}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
elif n_devices != "0":
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    devices = [tf.config.LogicalDeviceConfiguration()] * int(n_devices)
    tf.config.set_logical_device_configuration(cpu, devices)

from skembed import CNNTextClassifier, LSTMTextClassifier  # noqa: E402 (devices are made first)

rng = np.random.default_rng(0)
TEXTS = [" ".join(rng.choice(list("abcdefgh"), rng.integers(1, 30))) for _ in range(65)]
LABELS = np.arange(65) % 3
SEVERAL = np.stack([LABELS == 0, LABELS == 1, np.arange(65) % 2 == 0], axis=1)
SETTINGS = dict(embedding_dim=5, epochs=4, batch_size=16, learning_rate=0.01, random_state=0)


def watched(classifier):
    """Let a classifier note over how many devices JAX laid its weights while it was trained."""
    from keras import callbacks

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            found = self.model.trainable_variables[0].value.sharding.device_set
            results["devices"] = len(found)

    return classifier.set_params(callbacks=[Watch()])


def count_tensorflow_devices():
    """Count the devices that an LSTM computed in the last fit's steps, in all processes."""
    from skembed.networks import _engines

    graphs = [traced.graph for traced in _engines._kept[-1]._traced_training.values()]
    lstms = [x for graph in graphs for x in graph.get_operations() if x.type == "BlockLSTM"]
    return len({operation.device for operation in lstms}) * len(every_address)


def note(name, classifier):
    """Write down what a classifier has learned."""
    probabilities = classifier.predict_proba(TEXTS).ravel().tolist()
    results[name] = classifier.history_["loss"], probabilities
    if rank == "0":
        classifier.predict(TEXTS[:3])  # while the others do something else


def fit_further():
    """Fit what takes ways of its own: half the precision, several answers, one more call."""
    several = CNNTextClassifier(
        filters=4, stacked=True, kernel_sizes=(3, 3), pool_size=2, precision="mixed_float16",
        clipnorm=0.01,
    ).set_params(**further)  # fmt: skip
    note("several", several.fit(TEXTS, SEVERAL).partial_fit(TEXTS, SEVERAL))
    states = LSTMTextClassifier(
        units=4, bidirectional=True, dropout=0.2, recurrent_dropout=0.3, loss="top_k", top_k=3,
        optimizer="sgd", warm_start=True,
    ).set_params(**further)  # fmt: skip
    weights = rng.uniform(0.2, 2, 65)
    note("states", states.fit(TEXTS, LABELS, weights).fit(TEXTS, LABELS, weights))


results = {}
further = SETTINGS | dict(data_parallel=n_devices != "0")
for name, classifier in (
    ("cnn", CNNTextClassifier(filters=4, dense_units=(3,), batch_norm=True, dense_dropout=0.3)),
    ("lstm", LSTMTextClassifier(units=4, spatial_dropout=0.3, early_stopping=True)),
):
    classifier.set_params(**further)
    if checkpoint:
        classifier.set_params(checkpoint=Path(checkpoint[0], name), epochs=40)
    elif with_jax:
        watched(classifier)
    note(name, classifier.fit(TEXTS, LABELS))
if not with_jax:
    results["devices"] = count_tensorflow_devices()
if not checkpoint:
    fit_further()
Path(out).write_text(json.dumps(results))
