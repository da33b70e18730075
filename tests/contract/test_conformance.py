"""All of skembed's estimators pass all checks, with no failure expected."""

import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    Word2VecVectorizer,
    WordVectors,
)
from skembed.testing import parametrize_with_text_checks
from skembed.testing._corpus import WORDS
from tests.testing.sound import BagClassifier, BagOfWords

VECTORS = WordVectors(
    WORDS, [[1, 0, 1, 0], [2, 0, 0, 0], [1, 1, 0, 1], [-1, 0, 1, 0], [0, -2, 0, 1], [-1, -1, 0, 0]]
)
TOKENIZER = KerasTokenizer(max_tokens=8)  # as many ids whatever is learned: few graphs are traced
CUTTING = KerasTokenizer(max_tokens=8, max_length=50)  # an LSTM takes seconds for a million tokens
TRAINING = {"epochs": 2, "learning_rate": 0.05, "batch_size": 16}
CORPUS = {"n_dims": 4, "epochs": 2}
LSTM = LSTMTextClassifier(embedding_dim=4, units=6, **TRAINING)
CNN = CNNTextClassifier(embedding_dim=4, filters=6, kernel_sizes=(2,), **TRAINING)

TRANSFORMERS = [
    KerasTokenizer(),
    KerasTokenizer(max_tokens=8, output="padded"),
    KerasTokenizer(tokenizer="glove", max_length=0.9, min_df=2),
    KerasTokenizer(char_level=True, lowercase=False),
    GloveVectorizer(VECTORS, pooling=("mean", "max", "sif", "tfidf")),
    GloveVectorizer(VECTORS, output="sequences"),
    Word2VecVectorizer(pooling=("mean", "sif"), **CORPUS),
    Word2VecVectorizer(output="sequences", sg=False, **CORPUS),
    FastTextVectorizer(n_buckets=100, **CORPUS),
]

CLASSIFIERS = [
    LSTM,
    CNN,
    clone(CNN).set_params(
        tokenizer=TOKENIZER, wide=True, early_stopping=True, validation_fraction=0.2
    ),
    clone(CNN).set_params(
        tokenizer=TOKENIZER,
        embeddings=VECTORS,
        stacked=True,
        pool_size=2,
        loss="focal",
        decision="tuned",
        class_weight="balanced",
        precision="mixed_bfloat16",
    ),
]

PIPELINES = [
    make_pipeline(CUTTING, LSTM),
    make_pipeline(GloveVectorizer(VECTORS), LogisticRegression()),
    make_pipeline(GloveVectorizer(VECTORS, output="sequences"), CNN),
]

MORE = [
    LSTMTextClassifier(epochs=1),
    CNNTextClassifier(epochs=1),
    clone(LSTM).set_params(tokenizer=TOKENIZER, bidirectional=True, pooling="mean"),
    clone(LSTM).set_params(embeddings=VECTORS, wide=True, dense_units=(4,), batch_norm=True),
    make_pipeline(KerasTokenizer(max_tokens=8, max_length=4, output="padded"), CNN),
]


@parametrize_with_text_checks([BagOfWords(), BagClassifier()])
def test_a_sound_estimator_passes(estimator, check):
    check(estimator)


@parametrize_with_text_checks(TRANSFORMERS)
def test_transformers_pass(estimator, check):
    check(estimator)


@parametrize_with_text_checks(CLASSIFIERS)
def test_classifiers_pass(estimator, check):
    check(estimator)


@parametrize_with_text_checks(PIPELINES)
def test_pipelines_pass(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_text_checks(MORE)
def test_more_pass(estimator, check):
    check(estimator)
