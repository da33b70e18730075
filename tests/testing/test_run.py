"""How the checks are chosen, run and reported."""

import os
import sys
from unittest import SkipTest

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import EstimatorCheckFailedWarning, SkipTestWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from skembed.testing import check_text_estimator, parametrize_with_text_checks
from tests.testing.planted import NamesTooFewFeatures, SaysNothingOfTexts, SetsErrors
from tests.testing.sound import BagClassifier, BagOfWords

KEYS = {
    "check_name", "estimator", "exception", "expected_to_fail", "expected_to_fail_reason", "status"
}  # fmt: skip


def names_of(results, status):
    return {result["check_name"] for result in results if result["status"] == status}


def checks_of(estimator):
    """Return the checks that an estimator is given, by their names."""
    _, cases = parametrize_with_text_checks([estimator]).args
    checks = [case.values[1] for case in cases]
    return {check.func.__name__: check for check in checks}


@pytest.fixture
def _no_polars(monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)


class TestResults:
    def test_results_are_those_of_scikit_learn(self):
        estimator = BagOfWords()
        results = check_text_estimator(estimator, on_skip=None)
        assert [result["check_name"] for result in results] == list(checks_of(estimator))
        assert names_of(results, "failed") == names_of(results, "xfail") == set()
        for result in results:
            assert set(result) == KEYS
            assert result["estimator"] is estimator
            assert (result["exception"] is None) == (result["status"] == "passed")

    def test_a_failure_is_raised(self):
        with pytest.raises(AssertionError, match=r"must set the tag input_tags\.string = True"):
            check_text_estimator(SaysNothingOfTexts())

    def test_a_failure_is_a_warning(self):
        with pytest.warns(EstimatorCheckFailedWarning, match="check_text_tags"):
            results = check_text_estimator(SaysNothingOfTexts(), on_skip=None, on_fail="warn")
        assert names_of(results, "failed") == {"check_text_tags"}

    def test_a_failure_stands_in_the_result_alone(self):
        results = check_text_estimator(SaysNothingOfTexts(), on_skip=None, on_fail=None)
        (failed,) = [result for result in results if result["status"] == "failed"]
        assert isinstance(failed["exception"], AssertionError)
        assert not failed["expected_to_fail"]

    def test_an_expected_failure_is_not_raised(self):
        reason = {"check_text_tags": "numbers come in as well"}
        results = check_text_estimator(
            SaysNothingOfTexts(), on_skip=None, expected_failed_checks=reason
        )
        (failed,) = [result for result in results if result["status"] == "xfail"]
        assert failed["expected_to_fail_reason"] == "numbers come in as well"

    @pytest.mark.usefixtures("_no_polars")
    def test_a_package_that_is_absent_skips_its_checks(self):
        with pytest.warns(SkipTestWarning, match=r"was skipped: \w+ is not (installed|in use)"):
            results = check_text_estimator(BagOfWords())
        skipped = {each["check_name"]: each["exception"] for each in results}
        for name in ("check_polars_series", "check_gap_in_a_polars_series_is_refused"):
            assert isinstance(skipped[name], SkipTest)
        results = check_text_estimator(BagOfWords(), on_skip=None)
        assert "check_polars_series" in names_of(results, "skipped")


def test_bad_arguments_are_refused():
    with pytest.raises(TypeError, match=r"not a class: BagOfWords\(\) instead of BagOfWords"):
        check_text_estimator(BagOfWords)
    with pytest.raises(TypeError, match="not a class"):
        parametrize_with_text_checks([BagOfWords])
    with pytest.raises(ValueError, match=r"names \['check_txt'\], but BagOfWords is given no such"):
        check_text_estimator(BagOfWords(), expected_failed_checks={"check_txt": "a typing error"})
    with pytest.raises(ValueError, match=r"on_fail must be one of .*, got 'stop'"):
        check_text_estimator(BagOfWords(), on_fail="stop")
    with pytest.raises(ValueError, match=r"on_skip must be one of .*, got 'raise'"):
        check_text_estimator(BagOfWords(), on_skip="raise")


def test_parametrize_marks_expected_failures():
    decorator = parametrize_with_text_checks(
        [NamesTooFewFeatures()],
        expected_failed_checks=lambda estimator: {"check_feature_names": "one is missing"},
        xfail_strict=True,
    )
    names, cases = decorator.args
    assert names == ("estimator", "check")
    marked = [case for case in cases if case.marks]
    assert len(cases) > 70
    assert [case.values[1].func.__name__ for case in marked] == ["check_feature_names"]
    assert marked[0].marks[0].kwargs == {"reason": "one is missing", "strict": True}


def test_ids_name_the_parameters_and_the_check():
    make_id = parametrize_with_text_checks([BagOfWords(lowercase=False)]).kwargs["ids"]
    check = checks_of(BagOfWords())["check_init_has_named_parameters"]
    assert make_id(BagOfWords(lowercase=False)) == "BagOfWords(lowercase=False)"
    assert make_id(check) == "check_init_has_named_parameters"


def test_checks_follow_the_kind_of_estimator():
    of_words, of_classes = checks_of(BagOfWords()), checks_of(BagClassifier())
    assert "check_classes_are_sorted" in set(of_classes) - set(of_words)
    assert set(of_words) < set(of_classes)
    assert len(of_classes) >= 110


def test_a_regressor_is_checked_with_numbers():
    pipeline = make_pipeline(TfidfVectorizer(), Ridge())
    results = check_text_estimator(pipeline, on_skip=None, on_fail=None)
    failed = {result["check_name"] for result in results if result["status"] == "failed"}
    assert failed == {
        "check_arrow_column",
        "check_one_column_data_frame",
        "check_two_column_data_frame_is_refused",
        "check_refused_fit_leaves_no_trace",
    }


def test_the_checks_leave_no_global_state():
    before = np.random.get_state()[1], np.geterr(), os.getcwd()  # noqa: NPY002
    check_text_estimator(SetsErrors(), on_skip=None, on_fail=None)
    assert_array_equal(np.random.get_state()[1], before[0])  # noqa: NPY002
    assert (np.geterr(), os.getcwd()) == before[1:]


def test_an_error_in_the_estimator_is_told_in_a_sentence():
    class NeedsTwo(BagOfWords):
        def transform(self, X):
            if len(X) < 2:
                raise IndexError("list index out of range")
            return super().transform(X)

    with pytest.raises(AssertionError, match="Reading one document should work, but raised Index"):
        checks_of(NeedsTwo())["check_one_document_to_read"](NeedsTwo())
