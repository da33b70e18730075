"""
Fake job postings: a rare class, and a table to distrust
========================================================

Some job postings are fake. Can a model find them by the text of their description? The score is F1
on the fake ones, because calling all postings real would be right most of the time.

The postings are the EMSCAD data of the University of the Aegean
(http://emscad.samos.aegean.gr), also on Kaggle as "Real or Fake? Fake Job Posting Prediction".
Save a table ``emscad_partial.csv.gz`` with the columns ``description`` and ``fraudulent`` (0 or 1)
and name its folder in the environment variable ``SKEMBED_DATA``. The vectors come with
``pip install "skembed[glove,plot]"``.

**The recorded run used a part of the data, put together from several copies, and most of its fake
postings come from other copies than its real ones. Differences between the copies are therefore
also differences between fake and real. The figures only compare the classifiers with each other. Do
not quote them as results on the full data.**
"""

# %%
# Keep each description once, ignoring case and spaces. Descriptions with the same beginning are
# versions of one posting. They form a group, and a group is never divided between training and
# test.
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
# A common recipe has spatial dropout, an LSTM, and three dense sigmoid layers with batch
# normalisation. Its batches are small, because the averages of batch normalisation take hundreds of
# batches to settle. With batches of 64 postings, it called every posting real. The second network
# is a simpler LSTM: it takes the maximum over all steps instead of the last one, and has no dense
# layers.
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
# Compare all of them with the TF-IDF baseline on the same three folds.

from sklearn.model_selection import StratifiedGroupKFold

from skembed import compare

splitter = StratifiedGroupKFold(3, shuffle=True, random_state=0)
folds = list(splitter.split(texts, labels, groups))
comparison = compare(models, texts, labels, cv=folds, scoring="f1")
print(comparison, end="\n\n")
for kind in heads:
    print(comparison.statement(f"{kind}, frozen GloVe", f"{kind}, learned embedding"))

# %%
# Small dots are folds, and large dots are means. Bars end at the limits of F1.
import matplotlib.pyplot as plt

ax = comparison.plot()
ax.set_xlim(0, 1)
ax.set_title("part of the data, see the text", loc="left", fontsize=10)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_fake_job_postings.png'
plt.show()
