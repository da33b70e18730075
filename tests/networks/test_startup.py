"""The start of TensorFlow: quiet, late, and without a trace."""

import sys

import pytest

from skembed.networks import _startup

FIT = """
from skembed import CNNTextClassifier
texts, labels = ["sun and sea", "rain and wind"] * 8, [0, 1] * 8
classifier = CNNTextClassifier(filters=2, embedding_dim=2, epochs=1, random_state=0)
"""
STATE = """
import os, random, sys, warnings
import numpy as np
def state():
    generator = np.random.get_state()
    return (
        random.getstate(), generator[1].tolist(), generator[2:], dict(os.environ), np.geterr(),
    )
"""


def test_the_first_fit_writes_nothing_and_changes_nothing(run_python):
    code = f"""{STATE}{FIT}
before, filters = state(), list(warnings.filters)
sys.stderr.write("before, ")
classifier.fit(texts, labels).predict(texts)
sys.stderr.write("after")
assert state() == before
assert [f for f in warnings.filters if f in filters] == filters  # other libraries add some
import keras
assert keras.config.dtype_policy().name == "float32"
assert keras.config.floatx() == "float32"
"""
    assert run_python(code) == ("", "before, after")


def test_the_users_log_level_and_joblibs_thread_limit_are_respected(run_python):
    code = f"""{FIT}
classifier.fit(texts, labels)
import os
import tensorflow as tf
print(os.environ["TF_CPP_MIN_LOG_LEVEL"])
print(tf.config.threading.get_intra_op_parallelism_threads())
print(tf.config.threading.get_inter_op_parallelism_threads())
"""
    out, err = run_python(code, TF_CPP_MIN_LOG_LEVEL="0", OMP_NUM_THREADS="1")
    assert out.split() == ["0", "1", "1"]
    assert "cpu_feature_guard" in err


def test_global_settings_are_neither_followed_nor_changed(run_python):
    code = f"""{STATE}{FIT}
from sklearn.base import clone
from skembed import LSTMTextClassifier
from skembed.networks import _pool
lstm = LSTMTextClassifier(
    units=2, embedding_dim=2, epochs=1, random_state=0, bidirectional=True, wide=True
)
def fit_both():
    _pool._engines.clear()
    return [clone(c).fit(texts, labels).predict_proba(texts) for c in (classifier, lstm)]
expected = fit_both()
import keras, tensorflow as tf
keras.config.set_dtype_policy("mixed_bfloat16")
keras.config.set_floatx("float64")
keras.utils.set_random_seed(5)
threads = tf.config.threading.get_intra_op_parallelism_threads()
before, filters = state(), list(warnings.filters)
assert np.array_equal(fit_both(), expected)
assert state() == before
assert warnings.filters == filters
assert tf.config.threading.get_intra_op_parallelism_threads() == threads
assert keras.config.dtype_policy().name == "mixed_bfloat16"
assert keras.config.floatx() == "float64"
"""
    run_python(code)


WITHOUT_TENSORFLOW = (
    "The neural classifiers need TensorFlow, which is not installed. Run 'pip install "
    "tensorflow'. Pooled vectors (GloveVectorizer) work without it."
)


def test_without_tensorflow_the_error_names_the_way_out(run_python):
    code = f"""
import sys
sys.modules["tensorflow"] = None
{FIT}
try:
    classifier.fit(texts, labels)
except ImportError as error:
    print(error)
"""
    assert run_python(code)[0] == WITHOUT_TENSORFLOW + "\n"


def test_keras_without_tensorflow_is_noticed(monkeypatch):
    monkeypatch.setattr(_startup, "_loaded", False)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(ImportError) as raised:  # noqa: PT011
        _startup.load_engine()
    assert str(raised.value) == WITHOUT_TENSORFLOW


def test_another_backend_is_named(run_python):
    code = (
        FIT
        + """
try:
    classifier.fit(texts, labels)
except ImportError as error:
    print(error)
"""
    )
    assert run_python(code, KERAS_BACKEND="torch")[0] == (
        "Keras is set to the backend 'torch', but skembed trains with TensorFlow. Set the "
        "environment variable KERAS_BACKEND=tensorflow.\n"
    )


def test_another_backend_that_runs_already_is_named(monkeypatch):
    _startup.load_engine()
    import keras

    monkeypatch.setattr(_startup, "_loaded", False)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ImportError, match="Keras is set to the backend 'jax'"):
        _startup.load_engine()
