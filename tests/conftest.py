"""Where the tests find each other and real data, and how many cases they try."""

import gc
import multiprocessing
import os
import random
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# Tests, and processes that they start, import each other's modules as `tests.NAME`.
ROOT = str(Path(__file__).parents[1])
if ROOT not in sys.path:
    sys.path.append(ROOT)

# TensorFlow's graphs are a million objects, and to look through them for garbage took a twelfth of
# the time of the suite.
gc.set_threshold(20_000)

# How processes start: as on Windows and macOS by "spawn", whatever this system does by itself.
if START_METHOD := os.environ.get("SKEMBED_TEST_START_METHOD"):
    multiprocessing.set_start_method(START_METHOD, force=True)

# The same cases at each run; `--hypothesis-profile=search` looks for new ones, for some minutes.
EVER = dict(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
settings.register_profile("suite", derandomize=True, max_examples=150, **EVER)
settings.register_profile("search", max_examples=1000, **EVER)
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if item.get_closest_marker("tensorflow") and backend != "tensorflow":
        pytest.skip(f"tests TensorFlow's own engine, and KERAS_BACKEND is {backend}")
    with skipped_without_gensim():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    with skipped_without_gensim():
        return (yield)


@contextmanager
def skipped_without_gensim():
    """Skip what needs gensim where it is not installed: there is none for Python 3.14 yet."""
    try:
        yield
    except ImportError as error:
        if find_spec("gensim") is None and "needs gensim, which is not" in str(error):
            pytest.skip(str(error))
        raise


@pytest.fixture(autouse=True)
def global_seeds():
    """Seed what estimators without a `random_state` draw from: no order of tests matters."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - that is where scikit-learn draws


@pytest.fixture(scope="session")
def data_folder():
    """Folder of real data, which SKEMBED_TEST_DATA names."""
    named = os.environ.get("SKEMBED_TEST_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip(f"real data are absent: SKEMBED_TEST_DATA={named} names no folder")
    return Path(named)


@pytest.fixture(scope="session")
def newsgroups(data_folder):
    """All 18,846 documents and labels of 20 Newsgroups."""
    from sklearn.datasets import fetch_20newsgroups

    home = data_folder / "sklearn_home"
    if not home.is_dir():
        pytest.skip(f"20 Newsgroups are absent: {home} is no folder")
    return fetch_20newsgroups(
        subset="all", data_home=home, download_if_missing=False, return_X_y=True
    )


@pytest.fixture
def source_reads(monkeypatch):
    """Return the names of files of word vectors, each added whenever it is read."""
    from skembed.vectors import _reading

    names, read_file = [], _reading.read_file

    def read(path, **options):
        names.append(path.name)
        return read_file(path, **options)

    monkeypatch.setattr(_reading, "read_file", read)
    return names


@pytest.fixture
def no_engines(monkeypatch):
    """Return the engines that are kept, of which there are none yet."""
    from skembed.networks import _engines

    engines = []
    monkeypatch.setattr(_engines, "_kept", engines)
    return engines


@pytest.fixture
def spool_sizes(monkeypatch):
    """Return what sets how many ids in a file are read together, and how many are in memory."""
    from skembed.networks import _ragged_file

    def set_sizes(block, buffer):
        monkeypatch.setattr(_ragged_file, "BLOCK_STEPS", block)
        monkeypatch.setattr(_ragged_file, "BUFFER_STEPS", buffer)

    return set_sizes


def pytest_make_parametrize_id(val, argname):
    """Name bytes by their argument: archives hold the time, which two processes see differently."""
    return argname if isinstance(val, bytes) else None
