"""scikit-learn's own checks: all on the classifiers, the data-free ones on the transformers."""

import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from skembed import (
    CNNTextClassifier,
    CNNTextRegressor,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTextClassifier,
    KerasTokenizer,
    LSTMTextClassifier,
    LSTMTextRegressor,
    Word2VecVectorizer,
)
from skembed.networks import MeanEncoder

# At most three, each with its reason.
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": (
        "batches and dropouts are drawn row by row, so that a row given twice and a row of weight "
        "two meet other random numbers"
    ),
}

CLASSIFIERS = [
    CNNTextClassifier(filters=16, epochs=30, learning_rate=0.01, random_state=0),
    LSTMTextClassifier(units=16, epochs=30, learning_rate=0.01, random_state=0),
    KerasTextClassifier(
        encoder=MeanEncoder(), dense_units=(16,), epochs=30, learning_rate=0.01, random_state=0
    ),
]
REGRESSORS = [
    CNNTextRegressor(filters=16, epochs=30, learning_rate=0.01, random_state=0),
    LSTMTextRegressor(units=16, epochs=30, learning_rate=0.01, random_state=0),
]

# scikit-learn yields a single check for estimators that take texts alone; these need no valid X.
DATA_FREE_CHECKS = [
    "check_estimator_cloneable",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_mixin_order",
    "check_get_params_invariance",
    "check_set_params",
    "check_parameters_default_constructible",
    "check_param_validation",
    "check_estimators_unfitted",
]


@parametrize_with_checks(CLASSIFIERS, expected_failed_checks=lambda estimator: EXPECTED_FAILURES)
def test_classifiers_pass_all_checks_of_scikit_learn(estimator, check):
    check(estimator)


@parametrize_with_checks(REGRESSORS, expected_failed_checks=lambda estimator: EXPECTED_FAILURES)
def test_regressors_pass_all_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda c: type(c).__name__)
def test_scikit_learn_checks_the_classifiers_with_data(classifier):
    names = {getattr(check, "func", check).__name__ for _, check in named_checks(classifier)}
    assert len(names) > 50
    assert {"check_classifiers_train", "check_methods_sample_order_invariance"} <= names
    assert set(EXPECTED_FAILURES) < names


def named_checks(estimator):
    return estimator_checks_generator(estimator, expected_failed_checks=EXPECTED_FAILURES)


@pytest.mark.parametrize("check", DATA_FREE_CHECKS)
@pytest.mark.parametrize(
    "cls", [KerasTokenizer, GloveVectorizer, Word2VecVectorizer, FastTextVectorizer]
)
def test_transformers_pass_the_checks_that_need_no_data(cls, check):
    getattr(estimator_checks, check)(cls.__name__, cls())
