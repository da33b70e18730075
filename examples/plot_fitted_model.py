"""
After training: keep, serve and look into a model
=================================================

A CNN with a linear model learns what the TREC questions (Li and Roth, 2002) ask for. Then it is
saved, loaded and exported in three sizes. `explain` shows which words led to a prediction, and
`top_losses` shows the questions that the model finds hardest.

The data are at https://cogcomp.seas.upenn.edu/Data/QA/QC/ (``train_5500.label`` and
``TREC_10.label``, in Latin-1; the text before the first colon of a line is the coarse class). Make
one table of them, ``trec.csv.gz``, in UTF-8 with the columns ``text``, ``coarse`` and ``split``
(``train`` or ``test``), and name its folder in the environment variable ``SKEMBED_DATA``. The
example needs ``pip install "skembed[glove,onnx,plot]"``.
"""

# %%
# Load the questions, and compare a CNN with TF-IDF.
import os
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier
from skembed.datasets import load_table

path = Path(os.environ.get("SKEMBED_DATA", "."), "trec.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
corpus = load_table(path, text="text", label="coarse")
texts, labels = np.array(corpus.data), np.array(corpus.target_names)[corpus.target]
is_train = load_table(path, text="text", label="split", return_X_y=True)[1] == 1
X, y, X_test, y_test = texts[is_train], labels[is_train], texts[~is_train], labels[~is_train]
tfidf = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000)).fit(X, y)
model = CNNTextClassifier(embeddings="glove.6B.50d", epochs=8, random_state=0)
model.fit(X, y, X_val=X_test, y_val=y_test)  # the test part is only measured, and drawn below
print(f"TF-IDF + logistic regression  {tfidf.score(X_test, y_test):.3f}")
print(f"CNN                           {model.score(X_test, y_test):.3f}\n")

# %%
# Write one file without pickles, which gives the same probabilities to the last bit, and ONNX
# files, whose word vectors may have fewer bytes.
import tempfile

import skembed
from skembed.serve import Predictor

with tempfile.TemporaryDirectory() as folder:
    kept = Path(folder, "questions.skembed")
    skembed.save(model, kept)
    same = np.array_equal(skembed.load(kept).predict_proba(X_test), model.predict_proba(X_test))
    print(f"saved     {kept.stat().st_size / 1e6:5.1f} MB, the same probabilities: {same}")
    for dtype in ("float32", "float16", "int8"):
        served = Path(folder, f"{dtype}.onnx")
        skembed.to_onnx(model, served, embedding_dtype=dtype)
        predictor = Predictor(served)
        score = np.mean(predictor.predict(X_test) == y_test)
        gap = np.abs(predictor.predict_proba(X_test) - model.predict_proba(X_test)).max()
        size = served.stat().st_size / 1e6
        print(f"{dtype:8}  {size:5.1f} MB, accuracy {score:.3f}, probabilities off by {gap:.0e}")

# %%
# Which words pushed a question towards which class? The parts of the linear model are exact. Those
# of the network are integrated gradients.
question = X_test[int(np.argmax([len(text) for text in X_test]))]
explanation = skembed.explain(model, question)
print(f"\n{question}\n{explanation}\n")

# %%
# Show the test questions that surprise the model most. Some of them have a doubtful label.
from skembed.inspection import plot_history, top_losses

print(top_losses(model, X_test, y_test, n=8))

# %%
# Draw epochs and words in one picture.
import matplotlib.pyplot as plt

_, axes = plt.subplots(1, 3, figsize=(12, 4.5), layout="constrained")
plot_history(model, axes=axes[:2])
explanation.plot(axes[2])
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_fitted_model.png'
plt.show()
