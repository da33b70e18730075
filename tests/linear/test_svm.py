"""Linear support vector machines: against scikit-learn's, and by hand."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from skembed.linear import _svm, learn_bags
from skembed.linear._online import curvature_of, go_on
from skembed.linear._svm import find_temperature, fit_svm, margins_of_others, svm_steps

ONES = np.ones(40, dtype=np.float32)


@pytest.fixture(scope="module")
def bag(sequences, words):
    return learn_bags(sequences, *words)[1]


def test_the_margins_are_those_of_scikit_learns_svm(bag, three):
    svm = LinearSVC(tol=1e-2, random_state=5).fit(bag, three)
    coef, intercept = fit_svm(bag, three, ONES, 3, seed=5)
    assert (coef.dtype, intercept.dtype) == (np.float32, np.float32)
    assert_allclose(bag @ coef + intercept, svm.decision_function(bag), atol=1e-5)


def test_of_two_classes_one_margin_is_the_others_opposite(bag, two):
    svm = LinearSVC(tol=1e-2, random_state=0).fit(bag, two)
    coef, intercept = fit_svm(bag, two, ONES, 2, seed=0)
    margin = svm.decision_function(bag)
    assert_allclose(bag @ coef + intercept, np.column_stack([-margin, margin]), atol=1e-5)


def test_each_label_has_an_svm(bag, indicators):
    weights = np.ones((40, 3), dtype=np.float32)
    coef, intercept = fit_svm(bag, indicators, weights, 3, seed=0)
    for i in range(3):
        alone = fit_svm(bag, indicators[:, i], ONES, 2, seed=0)
        assert_array_equal(coef[:, i], alone[0][:, 1])
        assert intercept[i] == alone[1][1]
    all_have_it = np.column_stack([indicators[:, 0], np.ones(40, int), np.zeros(40, int)])
    coef, intercept = fit_svm(bag, all_have_it, weights, 3, seed=0)
    assert intercept[1:].tolist() == [1, -1]
    assert not coef[:, 1:].any()


def test_a_class_without_documents_has_a_margin_of_minus_one(bag, two):
    targets = 2 * two  # 0 and 2 of 0 ... 3
    coef, intercept = fit_svm(bag, targets, ONES, 4, seed=0)
    assert not coef[:, [1, 3]].any()
    assert intercept[[1, 3]].tolist() == [-1, -1]
    assert_array_equal((bag @ coef + intercept).argmax(axis=1), targets)
    coef, intercept = fit_svm(bag, np.full(40, 2), ONES, 4, seed=0)
    assert not coef.any()
    assert intercept.tolist() == [-1, -1, 1, -1]


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
        return np.ones((bag.shape[1], n_outputs)), np.full(n_outputs, len(seen))

    monkeypatch.setattr(_svm, "fit_svm", remember)
    numbers = np.arange(40, dtype=np.float32)  # in place of weights: they tell the documents
    margins, rows, weights = margins_of_others(bag, three, numbers, 3, seed=0)
    assert_array_equal(np.sort(rows), np.arange(40))
    assert_array_equal(weights, numbers[rows])
    folds = np.zeros(40)
    folds[rows] = (margins[:, 0] - bag[rows] @ np.ones(bag.shape[1])).round()
    assert sorted(np.bincount(folds.astype(int)).tolist()) == [0, 13, 13, 14]
    for fold, of_others in enumerate(seen, 1):
        assert_array_equal(np.sort(np.append(of_others, np.flatnonzero(folds == fold))), numbers)


@pytest.mark.filterwarnings("ignore:Setting penalty=None will ignore the C")  # scikit-learn 1.8
def test_the_temperature_is_that_of_a_regression_on_the_margins():
    rng = np.random.default_rng(0)
    margins = rng.normal(size=500).astype(np.float32)
    y = (rng.random(500) < expit(2 * 1.7 * margins)).astype(int)
    weights = rng.uniform(0.5, 1.5, 500).astype(np.float32)
    regression = LogisticRegression(C=np.inf, fit_intercept=False)
    expected = regression.fit(margins[:, None], y, sample_weight=weights).coef_[0, 0]
    both = np.column_stack([-margins, margins])
    unsaid = {"before": 4.0, "n_before": 0}
    found = find_temperature(both, y, weights, **unsaid)
    assert found == pytest.approx(expected / 2, rel=5e-3)
    label, weight = y[:, None].astype(np.float32), weights[:, None]
    found = find_temperature(margins[:, None], label, weight, **unsaid)
    assert found == pytest.approx(expected, rel=5e-3)


def test_few_documents_leave_the_temperature_where_it_was():
    y = np.arange(40) % 2
    right = np.column_stack([1 - 2 * y, 2 * y - 1]).astype(np.float32)
    for margins, bound in ((right, 20), (-right, 0.1)):
        one = find_temperature(margins[:1], y[:1], ONES[:1], before=4.0, n_before=10)
        all_ = find_temperature(margins, y, ONES, before=4.0, n_before=10)
        alone = find_temperature(margins, y, ONES, before=4.0, n_before=0)
        assert alone == pytest.approx(bound, rel=0.2)
        assert abs(np.log(one / 4)) < abs(np.log(all_ / 4)) < abs(np.log(alone / 4))
    assert find_temperature(right, y, 0 * ONES, before=4.0, n_before=10) == pytest.approx(4)


def test_of_many_documents_one_fold_is_tried(bag, three, monkeypatch):
    margins, rows, _ = margins_of_others(bag, three, ONES, 3, seed=0)
    monkeypatch.setattr(_svm, "MANY", 39)
    of_one, first, _ = margins_of_others(bag, three, ONES, 3, seed=0)
    assert_array_equal(first, rows[:14])
    assert_array_equal(of_one, margins[:14])


def test_documents_of_classes_that_the_other_folds_lack_do_not_count(bag, three):
    """The first document is the only one of its class."""
    classes = np.append(3, three[1:])
    _, rows, weights = margins_of_others(bag, classes, ONES, 4, seed=0)
    assert_array_equal(weights, rows > 0)
    indicators = np.eye(4, dtype=np.int32)[classes]
    each = np.ones((40, 4), dtype=np.float32)
    _, rows, weights = margins_of_others(bag, indicators, each, 4, seed=0)
    folds = np.repeat([0, 1, 2], [14, 13, 13])
    fold_of_first = folds == folds[rows == 0]
    assert_array_equal(weights[:, :3], 1)
    assert_array_equal(weights[:, 3], ~fold_of_first)


def test_threads_get_the_same_svms(bag, three):
    def fit(seed):
        return fit_svm(bag, three, ONES, 3, seed)[0]

    expected = [fit(seed) for seed in range(20)]
    with ThreadPoolExecutor(4) as pool:
        for found, wanted in zip(pool.map(fit, range(20)), expected, strict=True):
            assert_array_equal(found, wanted)


def test_documents_hold_what_they_have():
    bag = sparse.csr_matrix(np.array([[1, 2, 0], [3, 0, 0]], dtype=np.float32))
    held = curvature_of(bag, np.array([1, 0.5], np.float32), cost=2)
    assert held.tolist() == [1 + 2 * (1 + 4.5), 1 + 2 * 4, 1, 1 + 2 * 1.5]
    of_labels = np.array([[2, 0], [0.5, 0.5]], np.float32)  # one and a half on average
    assert curvature_of(bag, of_labels, cost=2).tolist() == held.tolist()


def test_a_document_more_moves_what_others_do_not_hold():
    bag = sparse.csr_matrix(np.array([[1, 2, 0]], dtype=np.float32))
    coef = np.array([[0, 0.5], [0.5, 0], [1, 1]], dtype=np.float32)
    solution, held = (coef, np.zeros(2, np.float32)), np.array([1, 4, 1, 2], np.float32)
    # margins 1 and 0.5, wanted at most -1 and at least 1; the step is 2·C·missing by
    # 1 + 2·C·(1/1 + 4/4 + 1/2 for the intercept)
    steps = np.array([-2 * 2, 2 * 0.5]) / (1 + 2 * 2.5)
    (moved, intercept), now = go_on(
        solution, held, bag, svm_steps(np.array([1]), np.ones(1, np.float32), 2)
    )
    assert_allclose(intercept, steps / 2, rtol=1e-6)
    assert_allclose(moved, coef + np.outer([1, 2 / 4, 0], steps), rtol=1e-6)
    assert now.tolist() == [1 + 2, 4 + 2 * 4, 1, 2 + 2]
    labels = np.array([[0, 1]])
    of_labels, _ = go_on(solution, held, bag, svm_steps(labels, np.ones((1, 2), np.float32), 2))
    assert_array_equal(of_labels[0], moved)
    assert_array_equal(coef[0], [0, 0.5])  # nobody else's is changed
    still, now = go_on(solution, held, bag, svm_steps(np.array([1]), np.zeros(1, np.float32), 2))
    assert_array_equal(still[0], coef)
    assert_array_equal(now, held)


def test_documents_one_by_one_leave_good_svms_good():
    rng = np.random.default_rng(0)
    true = rng.normal(size=(30, 4))
    X = normalize(rng.random((600, 30)) * (rng.random((600, 30)) < 0.3)).astype(np.float32)
    y = (X @ true + 0.1 * rng.normal(size=(600, 4))).argmax(axis=1)
    bag, ones = sparse.csr_matrix(X), np.ones(600, np.float32)
    test = slice(400, 600)
    solution = fit_svm(bag[:200], y[:200], ones[:200], 4, seed=0)
    held = curvature_of(bag[:200], ones[:200], cost=2)

    def score(solution):
        return ((bag[test] @ solution[0] + solution[1]).argmax(axis=1) == y[test]).mean()

    first, last = score(solution), score(fit_svm(bag[:400], y[:400], ones[:400], 4, seed=0))
    assert last > first
    orders = {"by class": np.argsort(y[200:400], kind="stable"), "mixed": np.arange(200)}
    for order in orders.values():
        now, firm = solution, held
        for row in 200 + order:
            now, firm = go_on(now, firm, bag[[row]], svm_steps(y[[row]], ones[:1], 4))
            assert score(now) > first - 0.1  # chance is first - 0.5
        assert score(now) > first - 0.03
