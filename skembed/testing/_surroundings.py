"""Global state that fitting and predicting must leave as it was."""

import contextlib
import io
import os
import random
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from unittest import SkipTest

import numpy as np

from skembed._compat import seed_keras
from skembed._types import Estimator
from skembed.testing._readings import fit_new, read
from skembed.testing._watched import WATCHED, put_back


def _use(estimator_orig: Estimator) -> None:
    read(fit_new(estimator_orig))


def _must_stay(
    estimator_orig: Estimator, observe: Callable[[], object], what: str, n_times: int = 2
) -> None:
    """Assert that what is observed is the same before and after the estimator is used.

    The first import of an engine may change something. State that can be restored must stay the
    second time.
    """
    for _ in range(n_times):
        with put_back():
            before = observe()
            _use(estimator_orig)
            after = observe()
        if after == before:
            return
    raise AssertionError(f"{type(estimator_orig).__name__} changes {what}.")


def _must_keep(name: str, estimator_orig: Estimator, what: str) -> None:
    """Check that one of the kinds of global state stays as it was."""
    _must_stay(estimator_orig, WATCHED[what].observe, what)


def check_working_folder_is_kept(name: str, estimator_orig: Estimator) -> None:
    """Check that the working folder stays, and no file is left in it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, put_back():
        os.chdir(folder)
        here = os.getcwd()
        _use(estimator_orig)
        after, left = os.getcwd(), os.listdir(here)
    if after != here:
        raise AssertionError(f"{name} changes the working folder.")
    if left:
        raise AssertionError(f"{name} leaves {left} in the working folder.")


check_environment_is_kept = partial(_must_keep, what="os.environ")
check_locale_is_kept = partial(_must_keep, what="the locale")
check_logging_is_kept = partial(_must_keep, what="the root logger")
check_streams_are_kept = partial(_must_keep, what="sys.stdout or sys.stderr")
check_python_settings_are_kept = partial(_must_keep, what="sys.path or the recursion limit")
check_numpy_settings_are_kept = partial(_must_keep, what="how NumPy treats errors or prints")
check_sklearn_settings_are_kept = partial(_must_keep, what="scikit-learn's configuration")


def check_warning_filters_are_kept(name: str, estimator_orig: Estimator) -> None:
    """Check that the filters of warnings stay."""
    _must_stay(estimator_orig, lambda: list(warnings.filters), "warnings.filters")


def check_global_seeds_are_kept(name: str, estimator_orig: Estimator) -> None:
    """Check that the global generators of NumPy and Python neither move nor are seeded."""
    random.random()  # a generator that was just seeded would not show that it is seeded again
    np.random.random()  # noqa: NPY002 - the global one is meant
    _must_keep(name, estimator_orig, "the global seed of NumPy or Python")


def check_keras_seed_is_kept(name: str, estimator_orig: Estimator) -> None:
    """Check that Keras's and TensorFlow's generators continue as if nothing had happened.

    They cannot be read or restored, so the check seeds them, and they stay seeded afterwards.
    """
    keras = _loaded("keras")
    generators = [
        sys.modules[each].random for each in ("keras", "tensorflow") if each in sys.modules
    ]
    draws = []
    for between in (lambda: None, lambda: _use(estimator_orig)):
        seed_keras(keras, 20_231)
        keras.random.uniform(())  # the first number makes Keras's generator
        between()
        draws.append([float(each.uniform(())) for each in generators])
    if draws[0] != draws[1]:
        raise AssertionError(f"{name} moves or sets the global seed of Keras or TensorFlow.")


def check_keras_settings_are_kept(name: str, estimator_orig: Estimator) -> None:
    """Check that Keras's dtype policy, default dtype, epsilon and order of channels stay."""
    _loaded("keras")
    _must_keep(name, estimator_orig, "Keras's settings")


def check_tensorflow_settings_are_kept(name: str, estimator_orig: Estimator) -> None:
    """Check that TensorFlow's threads, its compiler and whether functions run eagerly stay."""
    config = _loaded("tensorflow").config

    def observe() -> tuple[object, ...]:
        return (
            config.threading.get_intra_op_parallelism_threads(),
            config.threading.get_inter_op_parallelism_threads(),
            config.get_soft_device_placement(),
            config.functions_run_eagerly(),
            config.optimizer.get_jit(),
        )

    _must_stay(estimator_orig, observe, "TensorFlow's settings", n_times=1)


def check_nothing_on_stdout(name: str, estimator_orig: Estimator) -> None:
    """Check that nothing is written to standard output, neither by Python nor by C libraries."""
    text = _written(estimator_orig, contextlib.redirect_stdout, 1)
    if text:
        raise AssertionError(f"{name} writes to standard output: {text[:200]!r}.")


def check_nothing_on_stderr(name: str, estimator_orig: Estimator) -> None:
    """Check that nothing is written to standard error; the first import of an engine may."""
    texts = [_written(estimator_orig, contextlib.redirect_stderr, 2) for _ in range(2)]
    if all(texts):
        raise AssertionError(f"{name} writes to standard error: {texts[-1][:200]!r}.")


def _loaded(package: str) -> Any:
    if package not in sys.modules:
        raise SkipTest(f"{package} is not in use")
    return sys.modules[package]


def _written(
    estimator_orig: Estimator,
    redirect: Callable[[io.StringIO], AbstractContextManager[object]],
    number: int,
) -> str:
    """Use the estimator, and return what it writes to a stream of Python and the one below."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
    kept, printed = os.dup(number), io.StringIO()
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), number)
        try:
            with redirect(printed):
                _use(estimator_orig)
        finally:
            os.dup2(kept, number)
            os.close(kept)
        file.seek(0)
        return printed.getvalue() + file.read().decode(errors="replace")
