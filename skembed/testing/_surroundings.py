"""Global state that fitting and predicting must leave as it was."""

import contextlib
import io
import os
import random
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from unittest import SkipTest

import numpy as np

from skembed.testing._corpus import documents
from skembed.testing._readings import fit_new, read
from skembed.testing._watched import WATCHED, put_back


def check_working_folder_is_kept(name: str, estimator_orig: Any) -> None:
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


def check_environment_is_kept(name: str, estimator_orig: Any) -> None:
    """Check that environment variables stay."""
    _must_keep(estimator_orig, "os.environ")


def check_locale_is_kept(name: str, estimator_orig: Any) -> None:
    """Check that the locale stays."""
    _must_keep(estimator_orig, "the locale")


def check_warning_filters_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that the filters of warnings stay."""
    _must_stay(estimator_orig, lambda: list(warnings.filters), "warnings.filters")


def check_logging_is_kept(name: str, estimator_orig: Any) -> None:
    """Check that the root logger keeps its level and handlers, and no level is disabled."""
    _must_keep(estimator_orig, "the root logger")


def check_streams_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that `sys.stdout` and `sys.stderr` stay the same objects."""
    _must_keep(estimator_orig, "sys.stdout or sys.stderr")


def check_python_settings_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that the recursion limit and the path of imports stay."""
    _must_keep(estimator_orig, "sys.path or the recursion limit")


def check_numpy_settings_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that NumPy's treatment of floating-point errors and its printing stay."""
    _must_keep(estimator_orig, "how NumPy treats errors or prints")


def check_sklearn_settings_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that scikit-learn's configuration stays."""
    _must_keep(estimator_orig, "scikit-learn's configuration")


def check_global_seeds_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that the global generators of NumPy and Python neither move nor are seeded."""
    random.random()  # a generator that was just seeded would not show that it is seeded again
    np.random.random()  # noqa: NPY002 - the global one is meant
    _must_keep(estimator_orig, "the global seed of NumPy or Python")


def check_keras_seed_is_kept(name: str, estimator_orig: Any) -> None:
    """Check that Keras's and TensorFlow's generators go on as if nothing had been between.

    Neither can be read or put back, so the check seeds them: they stand there
    when it is over.
    """
    keras = _loaded("keras")
    draws = []
    for between in (lambda: None, lambda: _use(estimator_orig)):
        keras.utils.set_random_seed(20_231)
        _draw(keras)  # the first number makes Keras's generator
        between()
        draws.append(_draw(keras))
    if draws[0] != draws[1]:
        raise AssertionError(f"{name} moves or sets the global seed of Keras or TensorFlow.")


def check_keras_settings_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that Keras's dtype policy, default dtype, epsilon and order of channels stay."""
    _loaded("keras")
    _must_keep(estimator_orig, "Keras's settings")


def check_tensorflow_settings_are_kept(name: str, estimator_orig: Any) -> None:
    """Check that TensorFlow's threads, its compiler and whether functions run eagerly stay."""
    config = _loaded("tensorflow").config

    def observe() -> tuple[Any, ...]:
        return (
            config.threading.get_intra_op_parallelism_threads(),
            config.threading.get_inter_op_parallelism_threads(),
            config.get_soft_device_placement(),
            config.functions_run_eagerly(),
            config.optimizer.get_jit(),
        )

    _must_stay(estimator_orig, observe, "TensorFlow's settings", n_times=1)


def check_nothing_on_stdout(name: str, estimator_orig: Any) -> None:
    """Check that nothing is written to standard output, neither by Python nor by C libraries."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), _caught_descriptor(1) as caught:
        _use(estimator_orig)
    text = printed.getvalue() + caught.getvalue()
    if text:
        raise AssertionError(f"{name} writes to standard output: {text[:200]!r}.")


def check_nothing_on_stderr(name: str, estimator_orig: Any) -> None:
    """Check that nothing is written to standard error; the first import of an engine may."""
    for _ in range(2):
        printed = io.StringIO()
        with contextlib.redirect_stderr(printed), _caught_descriptor(2) as caught:
            _use(estimator_orig)
        text = printed.getvalue() + caught.getvalue()
        if not text:
            return
    raise AssertionError(f"{name} writes to standard error: {text[:200]!r}.")


def _use(estimator_orig: Any) -> None:
    read(fit_new(estimator_orig), documents())


def _must_keep(estimator_orig: Any, what: str) -> None:
    _must_stay(estimator_orig, WATCHED[what].observe, what)


def _must_stay(
    estimator_orig: Any, observe: Callable[[], Any], what: str, n_times: int = 2
) -> None:
    """Assert that what is observed is the same before and after the estimator is used.

    The first import of an engine may change something: what can be put back
    must stay the second time.
    """
    for _ in range(n_times):
        with put_back():
            before = observe()
            _use(estimator_orig)
            after = observe()
        if after == before:
            return
    raise AssertionError(f"{type(estimator_orig).__name__} changes {what}.")


def _loaded(package: str) -> Any:
    if package not in sys.modules:
        raise SkipTest(f"{package} is not in use")
    return sys.modules[package]


def _draw(keras: Any) -> list[float]:
    sources = [keras]
    if "tensorflow" in sys.modules:
        sources.append(sys.modules["tensorflow"])
    return [float(source.random.uniform(())) for source in sources]


@contextlib.contextmanager
def _caught_descriptor(number: int) -> Iterator[io.StringIO]:
    """Collect what is written to a file descriptor, below Python's streams."""
    caught = io.StringIO()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
    kept = os.dup(number)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), number)
        try:
            yield caught
        finally:
            os.dup2(kept, number)
            os.close(kept)
            file.seek(0)
            caught.write(file.read().decode(errors="replace"))


CHECKS = (
    check_working_folder_is_kept,
    check_environment_is_kept,
    check_locale_is_kept,
    check_warning_filters_are_kept,
    check_logging_is_kept,
    check_streams_are_kept,
    check_python_settings_are_kept,
    check_numpy_settings_are_kept,
    check_sklearn_settings_are_kept,
    check_global_seeds_are_kept,
    check_keras_seed_is_kept,
    check_keras_settings_are_kept,
    check_tensorflow_settings_are_kept,
    check_nothing_on_stdout,
    check_nothing_on_stderr,
)
