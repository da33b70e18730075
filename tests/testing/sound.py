"""Two small estimators of texts that do everything right; the planted defects derive from them."""

from collections import Counter

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skembed.text import check_documents


class _Words(BaseEstimator):
    def __init__(self, lowercase=True):
        self.lowercase = lowercase

    def read(self, X):
        return [self.clean(text).replace(".", " ").split() for text in self.collect(X)]

    def collect(self, X):
        return check_documents(X)

    def clean(self, text):
        return text.lower() if self.lowercase else text

    def learn_words(self, X):
        documents = self.read(X)
        if not documents:
            raise ValueError("X holds no documents.")
        words = sorted(set().union(*documents))
        self.vocabulary_ = {word: i for i, word in enumerate(words)}

    def count(self, X):
        check_is_fitted(self)
        documents = self.read(X)
        counts = np.zeros((len(documents), len(self.vocabulary_)))
        for i, words in enumerate(documents):
            for word, n in Counter(words).items():
                if word in self.vocabulary_:
                    counts[i, self.vocabulary_[word]] = n
        return counts

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


class BagOfWords(TransformerMixin, _Words):
    """Counts of words."""

    def fit(self, X, y=None):
        self.learn_words(X)
        return self

    def transform(self, X):
        return self.count(X)


class BagClassifier(ClassifierMixin, _Words):
    """Naive Bayes on counts of words."""

    def fit(self, X, y):
        X, y = self.collect(X), self.check_labels(y)
        check_consistent_length(X, y)
        self.learn_words(X)
        self.classes_, targets = self.find_classes(y)
        counts = self.count(X)
        sums = [counts[targets == k].sum(axis=0) for k in range(len(self.classes_))]
        self.weights_ = np.log(np.array(sums) + 1)
        return self

    def check_labels(self, y):
        if y is None:
            raise ValueError("y is needed.")
        y = column_or_1d(y)
        check_classification_targets(y)
        return y

    def find_classes(self, y):
        return np.unique(y, return_inverse=True)

    def predict_proba(self, X):
        logits = self.count(X) @ self.weights_.T
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
