"""Small estimators of all kinds, and a small corpus that they learn in a moment."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TokenSequences,
    Word2VecVectorizer,
    WordVectors,
)

WORDS = ["sun", "sea", "sand", "rain", "wind", "hail"]

TELLING = (["sun", "sea", "sand", "shore", "palm"], ["rain", "wind", "hail", "storm", "fog"])


def make_texts(n_texts):
    """Write weather reports, fine and foul in turn, each of one to five words."""
    rng = np.random.default_rng(0)
    texts = []
    for i in range(n_texts):
        n_words = 1 + i // 2 % 5
        share = [0.33, 0.32, 0.32, 0.01, 0.01, 0.01]
        texts.append(" ".join(rng.choice(WORDS, n_words, p=share if i % 2 == 0 else share[::-1])))
    return texts


def make_telling_texts():
    """Write forty texts of 1 to 12 words; each has one telling word, the rest are common."""
    common = ["and", "the", "of", "on", "in"]
    rng = np.random.default_rng(0)
    texts = []
    for i in range(40):
        words = list(rng.choice(common, rng.integers(0, 12)))
        words.insert(int(rng.integers(0, len(words) + 1)), rng.choice(TELLING[i % 2]))
        texts.append(" ".join(words))
    return texts


TEXTS = make_texts(40)
LABELS = ["fine", "foul"] * 20

VECTORS = WordVectors(
    WORDS, [[1, 0, 1, 0], [2, 0, 0, 0], [1, 1, 0, 1], [-1, 0, 1, 0], [0, -2, 0, 1], [-1, -1, 0, 0]]
)

# Eight ids at most: every fold has the same vocabulary size, so that all tests share few graphs.
TOKENIZER = KerasTokenizer(max_tokens=8)
TRAINING = {"epochs": 6, "learning_rate": 0.05, "batch_size": 16, "random_state": 3}
LSTM = LSTMTextClassifier(embedding_dim=4, units=6, **TRAINING)
CNN = CNNTextClassifier(embedding_dim=4, filters=6, kernel_sizes=(2,), **TRAINING)
CORPUS = {"n_dims": 4, "epochs": 2, "random_state": 3}


@dataclass(frozen=True)
class Case:
    """An estimator of `CASES`; it is cloned for each use and never fitted itself."""

    template: Any

    @property
    def classifies(self):
        return is_classifier(self.template)

    def new(self):
        return clone(self.template)

    def outcome(self, fitted, texts):
        """Return probabilities of a classifier, the output of a transformer."""
        return fitted.predict_proba(texts) if self.classifies else fitted.transform(texts)

    def assert_equal(self, left, right, atol=0.0):
        if isinstance(left, TokenSequences):
            assert left == right
        elif atol:
            assert_allclose(left, right, atol=atol, rtol=0)
        else:
            assert_array_equal(left, right)

    def numbers(self, output):
        return output.ids if isinstance(output, TokenSequences) else np.asarray(output)


CASES = {
    "cnn": clone(CNN).set_params(tokenizer=TOKENIZER),
    "lstm": clone(LSTM).set_params(tokenizer=TOKENIZER, wide=False),
    "wide-lstm": clone(LSTM).set_params(
        tokenizer=TOKENIZER,
        embeddings=VECTORS,
        bidirectional=True,
        pooling="mean",
        dense_units=(4,),
        batch_norm=True,
        wide=True,
        early_stopping=True,
        validation_fraction=0.2,
    ),
    "tokenizer": KerasTokenizer(max_tokens=8),
    "padded": KerasTokenizer(max_tokens=8, output="padded"),
    "glove": GloveVectorizer(VECTORS, pooling=("mean", "sif", "tfidf")),
    "word2vec": Word2VecVectorizer(pooling=("mean", "sif"), **CORPUS),
    "fasttext": FastTextVectorizer(pooling=("mean", "max"), n_buckets=100, **CORPUS),
    "tokenizer-lstm": make_pipeline(TOKENIZER, LSTM),
    "glove-logistic": make_pipeline(GloveVectorizer(VECTORS), LogisticRegression()),
    "glove-cnn": make_pipeline(GloveVectorizer(VECTORS, output="sequences"), CNN),
}
