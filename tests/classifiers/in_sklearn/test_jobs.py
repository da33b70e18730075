"""Classifiers fitted side by side, in threads and in processes, are those fitted one by one."""

import joblib
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import cross_validate

# A worker's one thread adds up a convolution's gradients in another order than two threads do.
ROUNDING = 1e-6


@pytest.mark.parametrize("name", ["lstm", "cnn"])
def test_two_threads_give_what_one_gives(request, texts, labels, name):
    classifier = request.getfixturevalue(name)
    alone = cross_validate(classifier, texts, labels, cv=4, return_estimator=True)
    with joblib.parallel_config("threading", n_jobs=2):
        parallel = cross_validate(classifier, texts, labels, cv=4, return_estimator=True)
    for one, other in zip(parallel["estimator"], alone["estimator"], strict=True):
        assert_array_equal(one.predict_proba(texts), other.predict_proba(texts))


@pytest.mark.process
@pytest.mark.parametrize(("name", "atol"), [("lstm", 0), ("cnn", ROUNDING)])
def test_two_jobs_train_the_same_weights(request, texts, labels, name, atol):
    classifier = request.getfixturevalue(name)
    parallel, alone = (
        cross_validate(classifier, texts, labels, cv=2, n_jobs=n, return_estimator=True)
        for n in (2, 1)
    )
    for one, other in zip(parallel["estimator"], alone["estimator"], strict=True):
        weights = zip(one.network_.get_weights(), other.network_.get_weights(), strict=True)
        for left, right in weights:
            assert_allclose(left, right, rtol=0, atol=atol)
