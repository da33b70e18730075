"""Linear support vector machines: against scikit-learn's, and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from skembed import KerasTokenizer
from skembed.classifiers import _svm
from skembed.classifiers._bags import learn_bags
from skembed.classifiers._svm import find_temperature, fit_svm, go_on, margins_of_others

ONES = np.ones(40, dtype=np.float32)


@pytest.fixture(scope="module")
def bag(texts):
    tokenizer = KerasTokenizer()
    return learn_bags(tokenizer.fit_transform(texts), 17, tokenizer.vocabulary_)[1]


def test_the_margins_are_those_of_scikit_learns_svm(bag, three):
    svm = LinearSVC(tol=1e-2, random_state=5).fit(bag, three)
    kernel, bias = fit_svm(bag, three, ONES, 3, seed=5)
    assert (kernel.dtype, bias.dtype) == (np.float32, np.float32)
    assert_allclose(bag @ kernel + bias, svm.decision_function(bag), atol=1e-5)


def test_of_two_classes_one_margin_is_the_others_opposite(bag, labels):
    targets = (np.array(labels) == "foul").astype(int)
    svm = LinearSVC(tol=1e-2, random_state=0).fit(bag, targets)
    kernel, bias = fit_svm(bag, targets, ONES, 2, seed=0)
    margin = svm.decision_function(bag)
    assert_allclose(bag @ kernel + bias, np.column_stack([-margin, margin]), atol=1e-5)


def test_each_label_has_an_svm(bag, indicators):
    weights = np.ones((40, 3), dtype=np.float32)
    kernel, bias = fit_svm(bag, indicators, weights, 3, seed=0)
    for i in range(3):
        alone = fit_svm(bag, indicators[:, i], ONES, 2, seed=0)
        assert_array_equal(kernel[:, i], alone[0][:, 1])
        assert bias[i] == alone[1][1]
    all_have_it = np.column_stack([indicators[:, 0], np.ones(40, int), np.zeros(40, int)])
    kernel, bias = fit_svm(bag, all_have_it, weights, 3, seed=0)
    assert bias[1:].tolist() == [1, -1]
    assert not kernel[:, 1:].any()


def test_a_class_without_documents_has_a_margin_of_minus_one(bag, labels):
    targets = 2 * (np.array(labels) == "foul").astype(int)  # 0 and 2 of 0 ... 3
    kernel, bias = fit_svm(bag, targets, ONES, 4, seed=0)
    assert not kernel[:, [1, 3]].any()
    assert bias[[1, 3]].tolist() == [-1, -1]
    assert_array_equal((bag @ kernel + bias).argmax(axis=1), targets)
    kernel, bias = fit_svm(bag, np.full(40, 2), ONES, 4, seed=0)
    assert not kernel.any()
    assert bias.tolist() == [-1, -1, 1, -1]


def test_documents_without_weight_are_as_if_they_were_not_there(bag, three):
    weights = ONES.copy()
    weights[three == 1] = 0
    kept = np.flatnonzero(weights)
    expected = fit_svm(bag[kept], three[kept], ONES[kept], 3, seed=0)
    for found, wanted in zip(fit_svm(bag, three, weights, 3, seed=0), expected, strict=True):
        assert_array_equal(found, wanted)


def test_documents_are_judged_by_the_svms_of_the_other_folds(bag, three, monkeypatch):
    seen = []

    def remember(bag, targets, weights, n_outputs, seed):
        seen.append(weights)
        return np.zeros((bag.shape[1], n_outputs)), np.full(n_outputs, len(seen))

    monkeypatch.setattr(_svm, "fit_svm", remember)
    numbers = np.arange(40, dtype=np.float32)  # in place of weights: they tell the documents
    folds = margins_of_others(bag, three, numbers, 3, seed=0)[:, 0]
    assert sorted(np.bincount(folds.astype(int)).tolist()) == [0, 13, 13, 14]
    for fold, of_others in enumerate(seen, 1):
        assert_array_equal(np.sort(np.append(of_others, np.flatnonzero(folds == fold))), numbers)


def test_the_temperature_is_that_of_a_regression_on_the_margins():
    rng = np.random.default_rng(0)
    margins = rng.normal(size=500).astype(np.float32)
    y = (rng.random(500) < expit(2 * 1.7 * margins)).astype(int)
    weights = rng.uniform(0.5, 1.5, 500).astype(np.float32)
    regression = LogisticRegression(C=np.inf, fit_intercept=False)
    expected = regression.fit(margins[:, None], y, sample_weight=weights).coef_[0, 0]
    both = np.column_stack([-margins, margins])
    assert find_temperature(both, y, weights) == pytest.approx(expected / 2, rel=5e-3)
    label, weight = y[:, None].astype(np.float32), weights[:, None]
    assert find_temperature(margins[:, None], label, weight) == pytest.approx(expected, rel=5e-3)


def test_margins_that_say_nothing_count_little_and_perfect_ones_not_without_end():
    y = np.arange(40) % 2
    right = np.column_stack([1 - 2 * y, 2 * y - 1]).astype(np.float32)
    assert find_temperature(right, y, ONES) == pytest.approx(20, rel=0.2)
    assert find_temperature(-right, y, ONES) == pytest.approx(0.1, rel=0.01)


def test_a_document_more_moves_the_weights_to_its_margin():
    bag = sparse.csr_matrix(np.array([[1, 2, 0]], dtype=np.float32) / np.sqrt(5))
    kernel = np.array([[0, 0.5], [0.5, 0], [1, 1]], dtype=np.float32)
    solution = kernel, np.zeros(2, np.float32)
    # margins 1/√5 and 0.5/√5, wanted at most -1 and at least 1; the bag's length is one, and
    # with the bias two: a step is the missing margin by 2 + 1/(2C)
    steps = np.array([-(1 + 1 / np.sqrt(5)), 1 - 0.5 / np.sqrt(5)]) / 2.5
    moved, bias = go_on(solution, bag, np.array([1]), np.ones(1, np.float32))
    assert_allclose(bias, steps, rtol=1e-6)
    assert_allclose(moved, kernel + np.outer([1, 2, 0], steps) / np.sqrt(5), rtol=1e-6)
    of_labels = go_on(solution, bag, np.array([[0, 1]]), np.ones((1, 2), np.float32))
    assert_array_equal(of_labels[0], moved)
    assert_array_equal(kernel[0], [0, 0.5])  # nobody else's is changed
    still = go_on(solution, bag, np.array([1]), np.zeros(1, np.float32))
    assert_array_equal(still[0], kernel)
