"""One fit on JAX: ``data_parallel.py OUT [ADDRESS N_PROCESSES RANK [CHECKPOINT]]``."""

import json
import os
import sys
from pathlib import Path

import numpy as np

out, *rest = sys.argv[1:]
if rest:
    address, n_processes, rank, *checkpoint = rest
    import jax

    jax.distributed.initialize(address, int(n_processes), int(rank))
else:
    checkpoint, rank = [], "0"

from skembed import CNNTextClassifier, LSTMTextClassifier  # noqa: E402 (JAX has to be joined first)

rng = np.random.default_rng(0)
TEXTS = [" ".join(rng.choice(list("abcdefgh"), rng.integers(1, 30))) for _ in range(77)]
LABELS = np.arange(77) % 3
SETTINGS = dict(embedding_dim=5, epochs=4, batch_size=16, learning_rate=0.01, random_state=0)


def devices_of(classifier, results):
    """Note over how many devices the weights lay while it was trained."""
    from keras import callbacks

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            found = self.model.trainable_variables[0].value.sharding.device_set
            results["devices"] = len(found)

    return classifier.set_params(callbacks=[Watch()])


results = {}
data_parallel = "JAX_DEVICES" in os.environ
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
Path(out).write_text(json.dumps(results))
