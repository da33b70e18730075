"""Small networks and documents that the tests of this folder share."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest

import skembed
from skembed.networks import (
    CNNEncoder,
    Examples,
    LSTMEncoder,
    NetworkData,
    NetworkSpec,
    ObjectiveSpec,
    TrainingPlan,
    _startup,
    borrow_engine,
    initial_state,
)
from skembed.networks._kernels import kernels

N_ROWS = 18


class Factory:
    """Makes specifications, states and documents; every default is as small as can be."""

    @staticmethod
    def lstm(**changes):
        defaults = dict(
            units=3, bidirectional=False, pooling="last", dropout=0.0, recurrent_dropout=0.0
        )
        return LSTMEncoder(**{**defaults, **changes})

    @staticmethod
    def cnn(**changes):
        defaults = dict(filters=3, kernel_sizes=(2, 3), stacked=False, pool_size=0)
        return CNNEncoder(**{**defaults, **changes})

    @staticmethod
    def spec(encoder, **changes):
        defaults = dict(
            n_rows=N_ROWS,
            n_dims=4,
            trainable_embedding=True,
            spatial_dropout=0.0,
            encoder=encoder,
            dense_dropout=0.0,
            dense_units=(),
            dense_activation="relu",
            batch_norm=False,
            n_outputs=2,
            precision="float32",
        )
        defaults |= changes
        return NetworkSpec(**defaults)

    @staticmethod
    def objective(**changes):
        defaults = dict(
            loss="crossentropy",
            top_k=0,
            label_smoothing=0.0,
            optimizer="adam",
            clipnorm=None,
        )
        return ObjectiveSpec(**{**defaults, **changes})

    @staticmethod
    def plan(**changes):
        return TrainingPlan(**{**dict(epochs=2, batch_size=8, learning_rate=0.01), **changes})

    def state(self, spec, *, seed=0, **changes):
        return initial_state(spec, self.objective(**changes), seed=seed)

    def with_random_weights(self, spec, **changes):
        """Return a state with no weight zero or one, that of unused dead ends included."""
        state = self.state(spec, **changes)
        with borrow_engine(state.spec, state.objective, training=False) as engine:
            engine.load(state)
            state = engine.save(state)
        rng = np.random.default_rng(5)
        weights = {
            name: np.abs(rng.normal(0.5, 0.5, value.shape)).astype(np.float32)
            if name.endswith("moving_variance")
            else rng.normal(0, 0.7, value.shape).astype(np.float32)
            for name, value in state.weights.items()
        }
        return replace(state, weights=weights)

    @staticmethod
    def ids(lengths, n_rows=N_ROWS, seed=1):
        rng = np.random.default_rng(seed)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        ids = rng.integers(1, n_rows, offsets[-1]).astype(np.int32)
        return NetworkData(ids, offsets)

    @staticmethod
    def vectors(lengths, n_dims=4, seed=1):
        """Vectors, every third step of a document being zeros, but never its last."""
        rng = np.random.default_rng(seed)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        steps = rng.normal(size=(offsets[-1], n_dims)).astype(np.float32)
        for start, stop in pairwise(offsets):
            steps[start : stop - 1 : 3] = 0
        return NetworkData(steps, offsets)

    def examples(self, n=40, *, n_rows=N_ROWS, n_classes=2, seed=3):
        """Documents whose class is told by one of their ids, 2 or 3 or ..."""
        rng = np.random.default_rng(seed)
        data = self.ids(rng.integers(1, 7, n), n_rows=n_rows, seed=seed)
        targets = (np.arange(n) % n_classes).astype(np.int32)
        data.steps[data.offsets[:-1]] = 2 + targets
        return Examples(data, targets, np.ones(n, dtype=np.float32))


@pytest.fixture(scope="session")
def make():
    return Factory()


@pytest.fixture(scope="session")
def assert_same_state():
    def check(a, b):
        assert a.n_epochs == b.n_epochs
        assert a.rng == b.rng
        for left, right in ((a.weights, b.weights), (a.optimizer, b.optimizer)):
            assert list(left) == list(right)
            for name in left:
                np.testing.assert_array_equal(left[name], right[name], err_msg=name)
        np.testing.assert_array_equal(a.seeds, b.seeds)

    return check


@pytest.fixture(scope="session")
def numbers():
    """Return what gives a tensor's numbers as an array, on every backend."""
    return lambda tensor: kernels().to_numpy(tensor)


@pytest.fixture
def before_loading(monkeypatch):
    """Let a backend be loaded as if none was yet, by a function of the test's own if need be."""

    def forget(load=_startup._import):
        monkeypatch.setattr(_startup, "_loaded", None)
        monkeypatch.setattr(_startup, "_import", load)

    return forget


@pytest.fixture(scope="session")
def repickle():
    return lambda state: pickle.loads(pickle.dumps(state))


@pytest.fixture(scope="session")
def run_python():
    """Run code in a fresh process with warnings as errors; return what it wrote."""

    def run(code, **environment):
        kept = {k: v for k, v in os.environ.items() if k not in ("TF_CPP_MIN_LOG_LEVEL",)}
        # Keras turns tensors of other backends into arrays in a way that NumPy 2 finds outdated.
        quiet = "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-W", quiet, "-c", code],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            cwd=Path(skembed.__file__).parents[1],
            env=kept | environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    return run


@pytest.fixture(scope="session")
def differentiate():
    """Return a function's outputs, and the gradients of a random sum of them."""
    return _differentiate


def _differentiate(function, x, variables=()):
    """Differentiate by an array and by Keras variables that the function uses.

    Returns
    -------
    outputs, gradient by x, gradients by the variables : ndarrays
    """
    backend = keras.backend.backend()
    x = keras.ops.convert_to_tensor(x)

    def pulled(outputs):
        pull = np.random.default_rng(1).normal(size=outputs.shape).astype(np.float32)
        return keras.ops.sum(outputs * keras.ops.convert_to_tensor(pull))

    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = function(x)
            total = pulled(outputs)
        values = tape.gradient(total, [x, *(variable.value for variable in variables)])
        values = [tf.convert_to_tensor(value) for value in values]
    elif backend == "jax":
        import jax

        def total(x, values):
            with keras.StatelessScope(list(zip(variables, values, strict=True))):
                outputs = function(x)
            return pulled(outputs), outputs

        values = [variable.value for variable in variables]
        (by_x, by_values), outputs = jax.grad(total, (0, 1), has_aux=True)(x, values)
        values = [by_x, *by_values]
    else:
        import torch

        x = x.requires_grad_()
        outputs = function(x)
        values = torch.autograd.grad(pulled(outputs), [x, *(v.value for v in variables)])
    return [kernels().to_numpy(value) for value in (outputs, *values)]
