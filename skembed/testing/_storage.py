"""Fitted estimators go through pickle, joblib and deepcopy, and predict the same."""

import copy
import io
import pickle
from typing import Any

import joblib
from sklearn.base import clone

from skembed.testing._corpus import OTHERS, documents, targets
from skembed.testing._demands import may_warn, must_work
from skembed.testing._documents import STRANGE
from skembed.testing._readings import assert_same, fit_new, new, read


def check_pickle(name: str, estimator_orig: Any) -> None:
    """Check that a fitted estimator is the same after pickling, and again after that."""
    fitted = fit_new(estimator_orig)
    expected = read(fitted, documents())
    once = must_work(lambda: pickle.loads(pickle.dumps(fitted)), "pickle")
    assert_same(read(once, documents()), expected, "after pickling")
    twice = must_work(lambda: pickle.loads(pickle.dumps(once)), "pickle")
    assert_same(read(twice, documents()), expected, "after pickling twice")


def check_pickle_before_use(name: str, estimator_orig: Any) -> None:
    """Check that a pickle that was made before the first prediction holds all that is needed."""
    stored = must_work(lambda: pickle.dumps(fit_new(estimator_orig)), "pickle")
    expected = read(fit_new(estimator_orig), documents())
    assert_same(read(pickle.loads(stored), documents()), expected, "after pickling")


def check_pickle_unfitted(name: str, estimator_orig: Any) -> None:
    """Check that an unfitted estimator keeps its parameters in a pickle, and can be fitted then."""
    opened = must_work(lambda: pickle.loads(pickle.dumps(new(estimator_orig))), "pickle")
    if repr(opened) != repr(new(estimator_orig)):
        raise AssertionError(f"The pickle of an unfitted {name} loses parameters: {opened!r}.")
    opened.fit(documents(), targets(estimator_orig))
    assert_same(
        read(opened, documents()),
        read(fit_new(estimator_orig), documents()),
        "when pickled unfitted",
    )


@may_warn()
def check_pickle_of_strange_words(name: str, estimator_orig: Any) -> None:
    """Check that what was learned from surrogates, NUL and emoji can be pickled too."""
    texts = [*documents(), *STRANGE]
    fitted = must_work(
        lambda: fit_new(estimator_orig, texts, targets(estimator_orig, len(texts))),
        "fit on strange documents",
    )
    opened = must_work(lambda: pickle.loads(pickle.dumps(fitted)), "pickle")
    assert_same(read(opened, texts), read(fitted, texts), "after pickling")


def check_joblib(name: str, estimator_orig: Any) -> None:
    """Check that a fitted estimator is the same after `joblib.dump` and `joblib.load`."""
    fitted, file = fit_new(estimator_orig), io.BytesIO()
    must_work(lambda: joblib.dump(fitted, file), "joblib.dump")
    file.seek(0)
    opened = must_work(lambda: joblib.load(file), "joblib.load")
    assert_same(read(opened, documents()), read(fitted, documents()), "after joblib.dump")


def check_deepcopy(name: str, estimator_orig: Any) -> None:
    """Check that a deep copy is the same, and fitting it leaves the first alone."""
    fitted = fit_new(estimator_orig)
    expected = read(fitted, documents())
    copied = must_work(lambda: copy.deepcopy(fitted), "deepcopy")
    assert_same(read(copied, documents()), expected, "after deepcopy")
    copied.fit(OTHERS, targets(estimator_orig, len(OTHERS)))
    assert_same(read(fitted, documents()), expected, "after its copy was fitted anew")


def check_clone_shares_nothing(name: str, estimator_orig: Any) -> None:
    """Check that fitting a clone leaves the fitted original alone."""
    fitted = fit_new(estimator_orig)
    expected = read(fitted, documents())
    clone(fitted).fit(OTHERS, targets(estimator_orig, len(OTHERS)))
    assert_same(read(fitted, documents()), expected, "after its clone was fitted anew")


CHECKS = (
    check_pickle,
    check_pickle_before_use,
    check_pickle_unfitted,
    check_pickle_of_strange_words,
    check_joblib,
    check_deepcopy,
    check_clone_shares_nothing,
)
