"""Ridge regressions: against scikit-learn's, and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from skembed.linear import ErrorStatistics, fit_ridge_model, learn_bags

ONES = np.ones((40, 1), dtype=np.float32)


@pytest.fixture(scope="module")
def numbers():
    """One number for each document, by the telling word, with noise; of variance one."""
    found = np.arange(40) % 2 + np.random.default_rng(0).normal(0, 0.2, 40)
    return ((found - found.mean()) / found.std()).astype(np.float32)[:, None]


@pytest.fixture(scope="module")
def model(sequences, words, numbers):
    return fit_ridge_model(sequences, *words, numbers, ONES, 1, seed=0)


def test_it_is_the_ridge_regression_of_scikit_learn(model, sequences, words, numbers):
    bag = learn_bags(sequences, *words)[1]
    ridge = Ridge(model.penalty, solver="lsqr", tol=1e-8).fit(bag, numbers[:, 0])
    assert_allclose(model.of_bag(bag)[:, 0], ridge.predict(bag), atol=2e-3)
    assert model.coef.dtype == model.intercept.dtype == np.float32


def test_held_out_folds_choose_the_penalty_and_say_how_far_it_errs(model, numbers):
    assert model.penalty == 0.1
    assert model.held_out.n == 40
    assert 0.1 < model.held_out.square < 0.6 < numbers.var()


def test_weights_of_documents_count(sequences, words, numbers):
    weights = np.where(np.arange(40) < 20, 1, 0).astype(np.float32)[:, None]
    weighted = fit_ridge_model(sequences, *words, numbers, weights, 1, seed=0)
    other = np.where(weights > 0, numbers, 7).astype(np.float32)
    again = fit_ridge_model(sequences, *words, other, weights, 1, seed=0)
    assert_array_equal(weighted.coef, again.coef)


def test_a_mean_weighs_outputs_by_their_errors(model, numbers):
    outputs = numbers + np.sqrt(2 * model.held_out.square).astype(np.float32)
    joint = model.calibrated_on(outputs, numbers, ONES).joint
    # The network errs twice as much on what it has learned from: it counts half as much.
    assert joint.network_factor == pytest.approx(1 / 3, rel=1e-5)
    assert joint.margin_factor == pytest.approx(2 / 3, rel=1e-5)
    exact = model.calibrated_on(numbers, numbers, ONES).joint
    assert (exact.network_factor, exact.margin_factor) == (0.5, 0.5)


def test_documents_one_by_one_come_near_all_at_once(sequences, words, numbers):
    half = fit_ridge_model(sequences[:20], *words, numbers[:20], ONES[:20], 1, seed=0)
    later = half.partial_fit(sequences[20:], numbers[20:], ONES[20:])
    before, after = (
        ((m.margins(sequences[20:]) - numbers[20:]) ** 2).mean() for m in (half, later)
    )
    assert after < before / 2
    assert later.held_out.n == 40


def test_errors_are_added_up_by_hand():
    zeros, ones = np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32)
    first = ErrorStatistics().with_more(zeros, 2 * ones, ones)
    assert (first.n, first.square) == (2, 4)
    second = first.with_more(np.zeros((6, 1)), np.zeros((6, 1)), np.ones((6, 1)))
    assert (second.n, second.square) == (8, 1)
    assert second.with_more(zeros, ones, zeros) is second  # of no weight
