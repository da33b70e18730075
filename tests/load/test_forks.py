"""Processes forked after Keras's backend was loaded say what to do instead; others work."""

import multiprocessing
import os
import subprocess

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
TITLE = TITLES[os.environ.get("KERAS_BACKEND", "tensorflow")]
ADVICE = (
    f"This process was forked after {TITLE} was loaded, and {TITLE} does not work in it. "
    "Start processes with joblib's default backend (loky), or with "
    "multiprocessing.get_context('spawn'), or fork before you train a network or predict."
)


@pytest.fixture(scope="module")
def forked_after(run_script):
    """Return what a forked process prints, and what the one that forked it does then."""
    printed = run_script("""
        fitted = CNN.fit(TEXTS, LABELS)
        sys.stdout.flush()
        if os.fork() == 0:
            for work in (lambda: fitted.predict(TEXTS), lambda: CNN.fit(TEXTS, LABELS)):
                try:
                    work()
                except RuntimeError as error:
                    print(error, flush=True)
            print(len(KerasTokenizer().fit_transform(TEXTS)), len(fitted.history_["loss"]))
            sys.stdout.flush()
            os._exit(0)
        os.wait()
        print(fitted.predict(TEXTS[:2]))
        """)
    return printed[:-1], printed[-1]


@pytest.mark.process
def test_a_fork_after_tensorflow_is_told_a_way_out(forked_after):
    child, parent = forked_after
    assert child[:2] == [ADVICE, ADVICE]
    assert parent == "['fine' 'foul']"


@pytest.mark.process
def test_what_needs_no_tensorflow_works_in_any_fork(forked_after):
    child, _ = forked_after
    assert child[2:] == ["32 10"]


@pytest.mark.process
def test_a_fork_before_tensorflow_works(run_script):
    printed = run_script("""
        if os.fork() == 0:
            print(CNN.fit(TEXTS, LABELS).predict(TEXTS[:2]), flush=True)
            os._exit(0)
        os.wait()
        print(CNN.fit(TEXTS, LABELS).predict(TEXTS[:2]))
        """)
    assert printed == ["['fine' 'foul']"] * 2


@pytest.mark.process
@pytest.mark.skipif(
    multiprocessing.get_start_method() != "fork", reason="multiprocessing does not fork here"
)
def test_joblib_s_multiprocessing_after_tensorflow_is_told_a_way_out(run_script):
    code = """
        from joblib import parallel_config
        from sklearn.model_selection import cross_val_score
        CNN.fit(TEXTS, LABELS)
        with parallel_config("multiprocessing", n_jobs=2):
            cross_val_score(CNN, TEXTS, LABELS, cv=2, error_score="raise")
        """
    try:
        told = run_script(code, fails=True, timeout=100)
    except subprocess.TimeoutExpired:
        # A process that is forked while another thread holds a lock of the C library may wait for
        # it for ever, before any code of skembed runs. It is rare: once in some thirty runs.
        told = run_script(code, fails=True)
    assert f"RuntimeError: {ADVICE}" in told
