"""Fits in one process: ``data_parallel.py OUT N_DEVICES [ADDRESSES RANK [CHECKPOINT]]``.

With no device of its own the process fits as ever; with some, ``data_parallel``.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

out, n_devices, *rest = sys.argv[1:]
addresses, rank, *checkpoint = rest or ["", "0"]
jax_is_used = os.environ["KERAS_BACKEND"] == "jax"
if jax_is_used:
    import jax

    if n_devices != "0":
        os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={n_devices}"
    if addresses:
        every = addresses.split(",")
        jax.distributed.initialize(every[0], len(every), int(rank))
else:
    import tensorflow as tf

    if addresses:
        cluster, task = {"worker": addresses.split(",")}, {"type": "worker", "index": int(rank)}
        os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
    elif n_devices != "0":
        devices = [tf.config.LogicalDeviceConfiguration()] * int(n_devices)
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, devices)

from skembed import CNNTextClassifier, LSTMTextClassifier  # noqa: E402 (processes are joined first)

rng = np.random.default_rng(0)
TEXTS = [" ".join(rng.choice(list("abcdefgh"), rng.integers(1, 30))) for _ in range(77)]
LABELS = np.arange(77) % 3
SETTINGS = dict(embedding_dim=5, epochs=4, batch_size=16, learning_rate=0.01, random_state=0)


def devices_of(classifier, results):
    """Note over how many devices the weights lay while it was trained."""
    from keras import callbacks

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if jax_is_used:
                found = self.model.trainable_variables[0].value.sharding.device_set
                results["devices"] = len(found)

    return classifier.set_params(callbacks=[Watch()])


def tensorflow_devices():
    """Return how many devices TensorFlow has joined."""
    from skembed.networks._replicas_tensorflow import join_devices

    return join_devices().num_replicas_in_sync


results = {}
data_parallel = n_devices != "0"
for name, classifier in (
    ("cnn", CNNTextClassifier(filters=4, dense_units=(3,), batch_norm=True, dense_dropout=0.3)),
    ("lstm", LSTMTextClassifier(units=4, spatial_dropout=0.3, early_stopping=True)),
):
    classifier.set_params(data_parallel=data_parallel, **SETTINGS)
    if checkpoint:
        classifier.set_params(checkpoint=Path(checkpoint[0], name), epochs=40)
    else:
        devices_of(classifier, results)
    classifier.fit(TEXTS, LABELS)
    results[name] = classifier.history_["loss"], classifier.predict_proba(TEXTS).ravel().tolist()
    if rank == "0":
        classifier.predict(TEXTS[:3])  # while the others do something else
if not jax_is_used:
    results["devices"] = tensorflow_devices()
Path(out).write_text(json.dumps(results))
