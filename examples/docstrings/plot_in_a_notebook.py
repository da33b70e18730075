"""
In a notebook
=============

What stands at the end of a cell is shown: a pipeline as a diagram, a comparison as a table. While a
network is trained, it can tell how it is getting on.

Needs ``pip install "skembed[glove,plot]"`` and no download.
"""

# %%
# Short docstrings of installed packages, to be quick; the classes are the subpackages that they
# come from.
import numpy as np

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
short = [i for i, text in enumerate(corpus.data) if len(text.split()) <= 100]
texts = [corpus.data[i] for i in short]
labels = np.array(corpus.target_names)[corpus.target[short]]

# %%
# A fitted pipeline shows itself as a diagram; a click opens a step. ``verbose=1`` prints a line for
# each epoch.
from sklearn.pipeline import Pipeline

from skembed import CNNTextClassifier, KerasTokenizer

words = KerasTokenizer(tokenizer="glove")
cnn = CNNTextClassifier(embeddings="glove.6B.50d", wide=True, epochs=6, random_state=0)
pipeline = Pipeline([("words", words), ("cnn", cnn.set_params(verbose=1))])
pipeline.fit(texts, labels)

# %%
# What a tokenizer has made of texts shows itself in a line, however long they are.
sequences = pipeline["words"].transform(texts)
sequences

# %%
# A comparison is a table. The sentence below it names a winner only where the folds make that sure.
from sklearn.model_selection import StratifiedKFold

from skembed import compare

pipeline.set_params(cnn__verbose=0)
folds = StratifiedKFold(3, shuffle=True, random_state=0)
comparison = compare({"wide CNN": pipeline}, texts, labels, cv=folds)
comparison

# %%
# The same as a picture: small dots are folds, large ones means.
import matplotlib.pyplot as plt

comparison.plot()
plt.show()
