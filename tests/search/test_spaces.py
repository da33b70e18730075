"""Search spaces: what is in them, and that scikit-learn's searches take them."""

import inspect

import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    HalvingRandomSearchCV,
    ParameterSampler,
    RandomizedSearchCV,
    StratifiedKFold,
)
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, KerasTokenizer, LSTMTextClassifier, search_space

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 6
LABELS = ["fine", "foul", "fine", "foul"] * 6
CLASSIFIERS = {"cnn": CNNTextClassifier, "lstm": LSTMTextClassifier}


@pytest.mark.parametrize("network", ["cnn", "lstm"])
@pytest.mark.parametrize("size", ["small", "large"])
def test_every_value_is_a_valid_parameter(network, size):
    classifier = CLASSIFIERS[network]
    space = search_space(network, size=size)
    assert set(space) <= set(inspect.signature(classifier).parameters)
    for candidate in ParameterSampler(space, 50, random_state=0):
        classifier(**candidate)._validate_params()
        assert 1e-3 <= candidate["learning_rate"] <= 1e-2
        assert 0 <= candidate["dense_dropout"] <= 0.7


def test_small_is_a_part_of_large_and_all_scipy_distributions():
    small = search_space("lstm")
    assert set(small) == {"learning_rate", "dense_dropout", "spatial_dropout", "wide"}
    assert small.pop("wide") == [False, True]
    assert all(hasattr(values, "rvs") for values in small.values())
    assert set(small) < set(search_space("lstm", size="large"))
    small.clear()
    assert search_space("lstm")


def test_names_in_a_pipeline():
    pipeline = make_pipeline(KerasTokenizer(), CNNTextClassifier(filters=4, epochs=1))
    space = search_space("cnn", prefix="cnntextclassifier__")
    search = RandomizedSearchCV(
        pipeline, space, n_iter=2, cv=2, random_state=0, error_score="raise"
    )
    search.fit(TEXTS, LABELS)
    assert set(search.best_params_) == set(space)


def test_epochs_are_the_resource_of_a_halving_search():
    classifier = CNNTextClassifier(filters=4, random_state=0)
    search = HalvingRandomSearchCV(
        classifier, search_space("cnn"), resource="epochs", min_resources=1, max_resources=4,
        factor=2, n_candidates=4, cv=StratifiedKFold(2), random_state=0, error_score="raise",
    )  # fmt: skip
    search.fit(TEXTS, LABELS)
    epochs = np.array(search.cv_results_["param_epochs"], dtype=int)
    assert epochs.tolist() == [1, 1, 1, 1, 2, 2, 4]
    assert search.best_estimator_.n_iter_ == 4


def test_unknown_names():
    with pytest.raises(ValueError, match=r"^network must be 'cnn' or 'lstm', got 'gru'\.$"):
        search_space("gru")
    with pytest.raises(ValueError, match=r"^size must be 'small' or 'large', got 'huge'\.$"):
        search_space("cnn", size="huge")
