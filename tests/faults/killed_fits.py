"""A fit for others to kill: ``python killed_fits.py cnn|lstm memory|stream CHECKPOINT``.

It writes a line when the fit begins, and one with the digest of what was learned when it has ended.
CHECKPOINT may be "none".
"""

import hashlib
import json
import sys

import numpy as np

from skembed import CNNTextClassifier, LSTMTextClassifier
from skembed.classifiers import _checkpoint
from skembed.data import stream
from skembed.networks import _ragged_file

# So that kills meet every moment: a checkpoint after each batch, many buffers, many epochs.
_checkpoint.LEAST_SECONDS = 0
_checkpoint.MOST_SHARE = np.inf
_ragged_file.BLOCK_STEPS, _ragged_file.BUFFER_STEPS = 100, 1000
NETWORKS = {
    "cnn": lambda **more: CNNTextClassifier(filters=4, kernel_sizes=(2,), embedding_dim=4, **more),
    "lstm": lambda **more: LSTMTextClassifier(
        units=4, embedding_dim=4, recurrent_dropout=0.1, **more
    ),
}


def make_texts(n_texts):
    rng = np.random.default_rng(0)
    words = np.array([f"w{i}" for i in range(50)])
    texts = [" ".join(rng.choice(words, n)) for n in rng.integers(1, 12, n_texts)]
    return texts, ["foul" if "w1" in text else "fine" for text in texts]


def main(network, source, checkpoint):
    texts, labels = make_texts(600)
    classifier = NETWORKS[network](
        epochs=12, batch_size=16, early_stopping=True, patience=12, random_state=0,
        checkpoint=None if checkpoint == "none" else checkpoint,
    )  # fmt: skip
    warm = NETWORKS[network](epochs=1, batch_size=16, random_state=0)
    warm.fit(texts[:40], labels[:40])  # traces the graph, which takes longer than the fit
    print("begin", flush=True)
    if source == "stream":
        batches = [(texts[i : i + 70], labels[i : i + 70]) for i in range(0, len(texts), 70)]
        classifier.fit(stream(batches))
    else:
        classifier.fit(texts, labels)
    learned = hashlib.sha256()
    for name, weight in [
        *classifier._model.state.weights.items(),
        *classifier._model.state.optimizer.items(),
    ]:
        learned.update(name.encode() + weight.tobytes())
    history = {k: v for k, v in classifier.history_.items() if k != "seconds"}
    learned.update(json.dumps([history, classifier.best_epoch_]).encode())
    learned.update(classifier.predict_proba(texts).tobytes())
    print(learned.hexdigest(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
