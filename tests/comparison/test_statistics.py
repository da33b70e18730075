import numpy as np
import pytest
from scipy import stats

from skembed.comparison import corrected_t_test


def test_by_hand():
    # Differences 1, 2, 3: mean 2, variance 1. Two test documents per training document make the
    # variance of the mean 1/3 + 2 = 7/3. With 2 degrees of freedom the quantile of t has a closed
    # form, sqrt(2) a / sqrt(1 - a^2) for a coverage of a, and p = 1 - t / sqrt(2 + t^2).
    difference = corrected_t_test([1, 2, 3], 2.0)
    quantile = np.sqrt(2) * 0.95 / np.sqrt(1 - 0.95**2)
    margin = quantile * np.sqrt(7 / 3)
    t = 2 / np.sqrt(7 / 3)
    assert quantile == pytest.approx(4.302653, abs=1e-6)
    assert difference.mean == 2
    assert difference.low == pytest.approx(2 - margin)
    assert difference.high == pytest.approx(2 + margin)
    assert difference.p_value == pytest.approx(1 - t / np.sqrt(2 + t**2))
    assert difference.p_value == pytest.approx(0.320634, abs=1e-6)


def test_other_coverage_by_hand():
    # With 1 degree of freedom the quantile of t is tan(pi a / 2): 1 for a coverage of one half.
    difference = corrected_t_test([0.0, 2.0], 0.5, confidence=0.5)
    assert difference.low == pytest.approx(1 - np.sqrt(2))
    assert difference.high == pytest.approx(1 + np.sqrt(2))
    # t = 1 / sqrt(2); p = 1 - (2 / pi) atan(t)
    assert difference.p_value == pytest.approx(1 - 2 / np.pi * np.arctan(1 / np.sqrt(2)))


def test_without_correction_it_is_the_paired_t_test():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 10))
    expected = stats.ttest_rel(a, b)
    interval = expected.confidence_interval(0.95)
    difference = corrected_t_test(a - b, 0.0)
    assert difference.p_value == pytest.approx(expected.pvalue)
    assert (difference.low, difference.high) == pytest.approx((interval.low, interval.high))


def test_interval_and_p_value_agree():
    for shift in np.linspace(-0.1, 0.1, 41):
        difference = corrected_t_test(np.array([0.01, 0.03, -0.02, 0.0, 0.02]) + shift, 0.25)
        assert difference.is_clear == (difference.p_value < 0.05)


def test_correction_holds_the_error_rate_where_the_plain_test_does_not():
    # Means over a common training part make folds correlate by r = test / (test + train).
    rng = np.random.default_rng(1)
    n_folds, test_to_train = 5, 0.25
    correlation = test_to_train / (1 + test_to_train)
    cov = np.full((n_folds, n_folds), correlation) + (1 - correlation) * np.eye(n_folds)
    draws = rng.multivariate_normal(np.zeros(n_folds), cov, size=1000)
    corrected = np.mean([corrected_t_test(d, test_to_train).is_clear for d in draws])
    plain = np.mean([corrected_t_test(d, 0.0).is_clear for d in draws])
    assert corrected == pytest.approx(0.05, abs=0.02)
    assert plain > 0.1


def test_antisymmetric():
    there, back = (corrected_t_test(sign * np.array([0.1, 0.2, 0.4]), 0.5) for sign in (1, -1))
    assert (back.mean, back.low, back.high) == (-there.mean, -there.high, -there.low)
    assert back.p_value == there.p_value


@pytest.mark.parametrize("differences", [[0.3], [0, 0, 0], [0.3, 0.3, 0.3], [0.1 + 0.2, 0.3]])
def test_without_variance_there_is_no_interval(differences):
    difference = corrected_t_test(differences, 0.25)
    assert difference.mean == pytest.approx(differences[0])
    assert np.isnan([difference.low, difference.high, difference.p_value]).all()
    assert not difference.is_clear


def test_errors():
    with pytest.raises(ValueError, match=r"one number per fold, got shape \(0,\)"):
        corrected_t_test([], 0.5)
    with pytest.raises(ValueError, match=r"one number per fold, got shape \(1, 2\)"):
        corrected_t_test([[1, 2]], 0.5)
    with pytest.raises(ValueError, match="between 0 and 1, got 95"):
        corrected_t_test([1, 2], 0.5, confidence=95)
