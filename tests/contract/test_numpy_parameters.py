"""Parameters of NumPy's classes, as `np.arange` in a grid gives them, are as good as Python's."""

from numbers import Integral, Real

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import skembed
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
from skembed.networks import CNNEncoder

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 5
LABELS = ["fine", "foul"] * 10
VECTORS = WordVectors(["sun", "sea", "rain", "wind"], np.eye(4, 3, dtype=np.float32))

NETWORK = {
    "embedding_dim": 4, "trainable_embeddings": 1, "spatial_dropout": 0.25, "dense_units": (3,),
    "dense_dropout": 0.25, "batch_norm": False, "wide": True, "top_k": 2, "label_smoothing": 0.25,
    "class_weight": {"fine": 2.0, "foul": 0.5}, "learning_rate": 0.5, "clipnorm": 0.5, "epochs": 2,
    "batch_size": 8, "early_stopping": True, "validation_fraction": 0.25, "patience": 2,
    "data_parallel": False, "warm_start": False, "random_state": 3, "verbose": 0,
}  # fmt: skip
GENSIM = {
    "n_dims": 3, "window": 2, "min_count": 1, "sg": False, "negative": 2, "epochs": 2,
    "learning_rate": 0.125, "sif_a": 0.5, "random_state": 3,
}  # fmt: skip
PARAMETERS = {
    CNNTextClassifier: {**NETWORK, "filters": 3, "kernel_sizes": (2,), "stacked": True,
                        "pool_size": 2},
    LSTMTextClassifier: {**NETWORK, "units": 3, "bidirectional": True, "dropout": 0.25,
                         "recurrent_dropout": 0.25},
    KerasTokenizer: {"max_tokens": 8, "max_length": 0.5, "lowercase": False, "char_level": False,
                     "min_df": 0.125},
    GloveVectorizer: {"sif_a": 0.5},
    Word2VecVectorizer: GENSIM,
    FastTextVectorizer: {**GENSIM, "min_n": 2, "max_n": 4, "n_buckets": 50},
}  # fmt: skip
FIXED = {GloveVectorizer: {"embeddings": VECTORS}}
NOT_NUMBERS = {
    "embeddings", "tokenizer", "loss", "optimizer", "decision", "callbacks", "checkpoint",
    "precision", "dense_activation", "pooling", "output", "filters", "split", "extra_words",
    "truncating", "text_columns", "features",
}  # fmt: skip


def as_numpy(value):
    """Write a value in each of NumPy's classes that can hold it."""
    if isinstance(value, bool):
        return [np.bool_(value)]
    if isinstance(value, Integral):
        return [np.int64(value), np.int8(value), np.uint16(value)]
    if isinstance(value, Real):
        return [np.float64(value), np.float32(value), np.float16(value)]
    if isinstance(value, dict):
        return [{np.str_(key): np.float32(number) for key, number in value.items()}]
    return [np.array(value), tuple(np.int16(number) for number in value)]


def outcome(fitted):
    if hasattr(fitted, "predict_proba"):
        return fitted.predict_proba(TEXTS)
    output = fitted.transform(TEXTS)
    return output.to_dense() if isinstance(output, TokenSequences) else output


@pytest.mark.parametrize("cls", PARAMETERS)
def test_every_parameter_that_is_a_number_is_tried(cls):
    others = set(cls().get_params(deep=False)) - set(PARAMETERS[cls])
    assert others <= NOT_NUMBERS


@pytest.mark.slow
@pytest.mark.usefixtures("no_engines")  # an engine of Python's numbers would do
@pytest.mark.parametrize(
    ("cls", "turn"),
    # a network of each number's three classes would take long, and they mix within one turn
    [(cls, turn) for cls in PARAMETERS for turn in range(1 if "epochs" in PARAMETERS[cls] else 3)],
)
def test_numbers_of_numpy(cls, turn, tmp_path):
    given, fixed = PARAMETERS[cls], FIXED.get(cls, {})
    numbers = {}
    for i, (name, value) in enumerate(given.items()):
        forms = as_numpy(value)
        numbers[name] = forms[(i + turn) % len(forms)]
    estimator = cls(**fixed, **numbers).fit(TEXTS, LABELS)
    expected = outcome(cls(**fixed, **given).fit(TEXTS, LABELS))
    assert all(getattr(estimator, name) is value for name, value in numbers.items())
    assert_array_equal(outcome(estimator), expected)
    skembed.save(estimator, tmp_path / "saved.skembed")
    assert_array_equal(outcome(skembed.load(tmp_path / "saved.skembed")), expected)
    if hasattr(estimator, "predict_proba"):
        skembed.to_onnx(estimator, tmp_path / "network.onnx")


@pytest.mark.usefixtures("no_engines")
def test_arange_in_a_grid():
    cnn = CNNTextClassifier(filters=3, kernel_sizes=(2,), epochs=1, random_state=0)
    grid = {"embedding_dim": np.arange(4, 9, 2), "learning_rate": np.linspace(0.1, 0.2, 2)}
    search = GridSearchCV(cnn, grid, cv=2, error_score="raise").fit(TEXTS, LABELS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.predict(["sun"]).shape == (1,)


ONE = [3, np.int64(3), np.uint8(3), np.array(3), [3], (np.int32(3),), np.array([3])]


@pytest.mark.parametrize("sizes", ONE, ids=repr)
@pytest.mark.usefixtures("no_engines")
def test_one_count_may_stand_for_a_list_of_one(sizes, tmp_path):
    fixed = {"filters": 3, "embedding_dim": 4, "epochs": 1, "random_state": 0}
    expected = CNNTextClassifier(kernel_sizes=(3,), dense_units=(3,), **fixed).fit(TEXTS, LABELS)
    estimator = CNNTextClassifier(kernel_sizes=sizes, dense_units=sizes, **fixed)
    assert clone(estimator).fit(TEXTS, LABELS).kernel_sizes is not None
    estimator.fit(TEXTS, LABELS)
    assert estimator.get_params()["kernel_sizes"] is sizes
    assert_array_equal(estimator.predict_proba(TEXTS), expected.predict_proba(TEXTS))
    skembed.save(estimator, tmp_path / "saved.skembed")
    again = skembed.load(tmp_path / "saved.skembed")
    assert_array_equal(again.predict_proba(TEXTS), expected.predict_proba(TEXTS))
    skembed.to_onnx(again, tmp_path / "network.onnx")
    encoder = CNNEncoder(filters=np.int64(3), kernel_sizes=sizes)
    assert encoder == CNNEncoder(filters=3, kernel_sizes=(3,))
    assert hash(encoder) == hash(CNNEncoder(filters=3, kernel_sizes=(3,)))
    spec = {**fixed, "dense_units": sizes, "encoder": encoder}
    del spec["filters"]
    own = skembed.KerasTextClassifier(**spec).fit(TEXTS, LABELS)
    assert_array_equal(own.predict_proba(TEXTS), expected.predict_proba(TEXTS))


def test_a_search_over_one_count_and_several():
    cnn = CNNTextClassifier(filters=3, epochs=1, random_state=0)
    grid = {"kernel_sizes": [2, (2, 3)], "dense_units": [(), 4]}
    search = GridSearchCV(cnn, grid, cv=2, error_score="raise").fit(TEXTS, LABELS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
