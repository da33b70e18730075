"""Fitted estimators go through pickle, joblib and deepcopy, and predict the same."""

import copy
import io
import pickle

import joblib
from sklearn.base import clone

from skembed._types import Estimator
from skembed.testing._corpus import OTHERS, documents, targets
from skembed.testing._demands import may_warn, must_work
from skembed.testing._documents import STRANGE
from skembed.testing._readings import assert_same, fit_new, new, read


def _pickled(estimator: Estimator) -> Estimator:
    opened: Estimator = must_work(lambda: pickle.loads(pickle.dumps(estimator)), "pickle")
    return opened


def check_pickle(name: str, estimator_orig: Estimator) -> None:
    """Check that a fitted estimator is the same after pickling, and again after that."""
    fitted = fit_new(estimator_orig)
    expected = read(fitted)
    once = _pickled(fitted)
    assert_same(read(once), expected, "after pickling")
    assert_same(read(_pickled(once)), expected, "after pickling twice")


def check_pickle_before_use(name: str, estimator_orig: Estimator) -> None:
    """Check that a pickle that was made before the first prediction is complete."""
    opened = _pickled(fit_new(estimator_orig))
    assert_same(read(opened), read(fit_new(estimator_orig)), "after pickling")


def check_pickle_unfitted(name: str, estimator_orig: Estimator) -> None:
    """Check that an unfitted estimator keeps its parameters in a pickle, and can be fitted then."""
    opened = _pickled(new(estimator_orig))
    if repr(opened) != repr(new(estimator_orig)):
        raise AssertionError(f"The pickle of an unfitted {name} loses parameters: {opened!r}.")
    opened.fit(documents(), targets(estimator_orig))
    assert_same(read(opened), read(fit_new(estimator_orig)), "when pickled unfitted")


@may_warn()
def check_pickle_of_strange_words(name: str, estimator_orig: Estimator) -> None:
    """Check that an estimator that learned surrogates, NUL and emoji can be pickled too."""
    texts = [*documents(), *STRANGE]
    fitted = must_work(lambda: fit_new(estimator_orig, texts), "fit on strange documents")
    assert_same(read(_pickled(fitted), texts), read(fitted, texts), "after pickling")


def check_joblib(name: str, estimator_orig: Estimator) -> None:
    """Check that a fitted estimator is the same after `joblib.dump` and `joblib.load`."""
    fitted, file = fit_new(estimator_orig), io.BytesIO()
    must_work(lambda: joblib.dump(fitted, file), "joblib.dump")
    file.seek(0)
    opened = must_work(lambda: joblib.load(file), "joblib.load")
    assert_same(read(opened), read(fitted), "after joblib.dump")


def check_deepcopy(name: str, estimator_orig: Estimator) -> None:
    """Check that a deep copy is the same, and fitting it does not change the first."""
    fitted = fit_new(estimator_orig)
    expected = read(fitted)
    copied = must_work(lambda: copy.deepcopy(fitted), "deepcopy")
    assert_same(read(copied), expected, "after deepcopy")
    copied.fit(OTHERS, targets(estimator_orig, len(OTHERS)))
    assert_same(read(fitted), expected, "after its copy was fitted again")


def check_clone_shares_nothing(name: str, estimator_orig: Estimator) -> None:
    """Check that fitting a clone does not change the fitted original."""
    fitted = fit_new(estimator_orig)
    expected = read(fitted)
    clone(fitted).fit(OTHERS, targets(estimator_orig, len(OTHERS)))
    assert_same(read(fitted), expected, "after its clone was fitted again")
