"""All estimators of skembed pass the checks for any estimator of texts, without an exception."""

from importlib.util import find_spec

import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    CNNTextRegressor,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTextClassifier,
    KerasTokenizer,
    LSTMTextClassifier,
    LSTMTextRegressor,
    Word2VecVectorizer,
)
from skembed.networks import GRUEncoder
from skembed.testing import parametrize_with_text_checks
from tests.small import CNN as CNN_OF_SIX_EPOCHS
from tests.small import CORPUS, TOKENIZER, VECTORS
from tests.small import LSTM as LSTM_OF_SIX_EPOCHS
from tests.versions import NUMPY, SKLEARN

LSTM = clone(LSTM_OF_SIX_EPOCHS).set_params(epochs=2)
CNN = clone(CNN_OF_SIX_EPOCHS).set_params(epochs=2)
CUTTING = KerasTokenizer(max_tokens=8, max_length=50)  # they take seconds for a million tokens

TRANSFORMERS = [
    KerasTokenizer(),
    KerasTokenizer(max_tokens=8, output="padded"),
    KerasTokenizer(tokenizer="glove", max_length=0.9, min_df=2),
    KerasTokenizer(char_level=True, lowercase=False),
    GloveVectorizer(VECTORS, pooling=("mean", "max", "sif", "tfidf")),
    GloveVectorizer(VECTORS, output="sequences"),
]
if find_spec("gensim"):  # there is none for Python 3.14 yet
    TRANSFORMERS += [
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
]

REGRESSORS = [
    CNNTextRegressor(embedding_dim=4, filters=6, kernel_sizes=(2,), epochs=2, random_state=3),
    LSTMTextRegressor(embedding_dim=4, units=6, loss="huber", epochs=2, random_state=3),
]

PIPELINES = [
    make_pipeline(CUTTING, LSTM),
    make_pipeline(GloveVectorizer(VECTORS), LogisticRegression()),
    make_pipeline(GloveVectorizer(VECTORS, output="sequences"), CNN),
]

MORE = [
    KerasTextClassifier(encoder=GRUEncoder(units=4), tokenizer=CUTTING, embedding_dim=4, epochs=1),
    LSTMTextClassifier(tokenizer=CUTTING, epochs=1),
    CNNTextClassifier(epochs=1),
    clone(LSTM).set_params(tokenizer=TOKENIZER, bidirectional=True, pooling="mean"),
    clone(LSTM).set_params(embeddings=VECTORS, wide=True, dense_units=(4,), batch_norm=True),
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
    make_pipeline(KerasTokenizer(max_tokens=8, max_length=4, output="padded"), CNN),
]


def known_limits(estimator):
    """Return what fails for no fault of ours: scikit-learn's diagram compares True with "auto"."""
    if SKLEARN >= (1, 7) and NUMPY < (2, 1) and estimator.get_params().get("wide") is True:
        return {"check_representation": "NumPy 2.0 cannot compare a bool with a text"}
    return {}


@parametrize_with_text_checks(TRANSFORMERS)
def test_transformers_pass(estimator, check):
    check(estimator)


@parametrize_with_text_checks(CLASSIFIERS, expected_failed_checks=known_limits)
def test_classifiers_pass(estimator, check):
    check(estimator)


@parametrize_with_text_checks(REGRESSORS)
def test_regressors_pass(estimator, check):
    check(estimator)


@parametrize_with_text_checks(PIPELINES)
def test_pipelines_pass(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_text_checks(MORE, expected_failed_checks=known_limits)
def test_more_pass(estimator, check):
    check(estimator)
