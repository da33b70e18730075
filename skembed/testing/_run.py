"""Choose the checks for an estimator and run them."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Literal
from unittest import SkipTest

from sklearn import config_context
from sklearn.base import is_classifier
from sklearn.exceptions import EstimatorCheckFailedWarning, SkipTestWarning

from skembed._caller import warn_caller
from skembed._optional import need
from skembed._types import Estimator
from skembed.testing import (
    _documents,
    _inputs,
    _labels,
    _parameters,
    _refusals,
    _repeatability,
    _storage,
    _surroundings,
)
from skembed.testing._watched import put_back

NamedCheck = Callable[[str, Estimator], None]
Check = partial[None]


def check_text_estimator(
    estimator: Estimator,
    *,
    expected_failed_checks: dict[str, str] | None = None,
    on_skip: Literal["warn"] | None = "warn",
    on_fail: Literal["raise", "warn"] | None = "raise",
) -> list[dict[str, Any]]:
    """Check that an estimator of texts behaves as scikit-learn's users expect.

    The counterpart of :func:`sklearn.utils.estimator_checks.check_estimator`,
    which gives numbers to estimators. Each check fits clones on 24 short English documents of two
    classes, or with numbers for a regressor.

    Parameters
    ----------
    estimator : estimator object
        Unfitted classifier, regressor, transformer or pipeline whose `fit` takes
        documents. A parameter `random_state` that is not a number is set to 0.
    expected_failed_checks : dict of str to str, default=None
        Names of checks that are known to fail, and why. None expects no failures.
    on_skip : {"warn"} or None, default="warn"
        Whether a check that cannot run, such as one for polars where it is not
        installed, gives a :class:`~sklearn.exceptions.SkipTestWarning`.
    on_fail : {"raise", "warn"} or None, default="raise"
        What happens if a check fails unexpectedly: its error is raised, or an
        :class:`~sklearn.exceptions.EstimatorCheckFailedWarning` is given, or it is only in the
        result.

    Returns
    -------
    results : list of dict
        For each check as in scikit-learn: "estimator", "check_name", "exception"
        (or None), "status" ("passed", "failed", "xfail" or "skipped"),
        "expected_to_fail" and "expected_to_fail_reason".

    Raises
    ------
    TypeError
        If `estimator` is a class.
    ValueError
        If `expected_failed_checks` names an unknown check, or `on_skip` or `on_fail` has another
        value.
    Exception
        The error of the first check that fails, with ``on_fail="raise"``.

    See Also
    --------
    parametrize_with_text_checks : The same as tests of pytest, one for each check.

    Notes
    -----
    The checks are about parameters and tags; collections of documents; values that are not
    documents; labels; empty, unknown, very long and strangely written documents; repetition, order,
    batches, threads and processes; pickles; and global state. Names and docstrings of the checks
    say what each requires. If the caller's filters turn warnings into errors, an estimator that
    warns of ordinary documents fails. It may warn of unusual documents. An estimator may raise
    where scikit-learn's own vectorizers raise: on a single class, on a vocabulary without a word,
    on bytes, on a table of one column.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from skembed.testing import check_text_estimator
    >>> results = check_text_estimator(CountVectorizer(), on_skip=None, on_fail=None)
    >>> for result in results:
    ...     if result["status"] == "failed":
    ...         print(result["check_name"])
    check_arrow_column
    check_one_column_data_frame
    check_two_column_data_frame_is_refused
    """
    for name, value, known in (
        ("on_skip", on_skip, ("warn", None)),
        ("on_fail", on_fail, ("raise", "warn", None)),
    ):
        if value not in known:
            raise ValueError(f"{name} must be one of {known}, got {value!r}.")
    expected = _check_expected(estimator, expected_failed_checks)
    results = []
    for check in _checks_of(estimator):
        result = _run_one(estimator, check, expected)
        results.append(result)
        if result["status"] == "skipped" and on_skip == "warn":
            message = f"{result['check_name']} was skipped: {result['exception']}."
            warn_caller(message, SkipTestWarning)
        if result["status"] == "failed" and on_fail == "raise":
            raise result["exception"]
        if result["status"] in ("failed", "xfail") and on_fail == "warn":
            warn_caller(EstimatorCheckFailedWarning(**result))
    return results


def parametrize_with_text_checks(
    estimators: Iterable[Estimator],
    *,
    expected_failed_checks: Callable[[Estimator], dict[str, str]] | None = None,
    xfail_strict: bool | None = None,
) -> Any:
    """Make one test of pytest of each check on each estimator.

    The counterpart of :func:`sklearn.utils.estimator_checks.parametrize_with_checks`.

    Parameters
    ----------
    estimators : iterable of estimator objects
        Unfitted estimators that take texts.
    expected_failed_checks : callable, default=None
        Takes an estimator, and returns a dict with the names of checks that are known to fail, and
        why. These tests are marked as xfail. None expects no failures.
    xfail_strict : bool, default=None
        Whether such a test fails if its check passes. None uses pytest's own setting.

    Returns
    -------
    decorator : pytest.mark.parametrize
        For a test with the parameters `estimator` and `check`.

    Raises
    ------
    TypeError
        If one of the `estimators` is a class.
    ValueError
        If an unknown check is expected to fail.

    See Also
    --------
    check_text_estimator : The same as one call.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
    >>> from skembed.testing import parametrize_with_text_checks
    >>> @parametrize_with_text_checks([HashingVectorizer(), TfidfVectorizer()])
    ... def test_vectorizers(estimator, check):
    ...     check(estimator)
    """
    pytest = need("pytest", "parametrize_with_text_checks needs")
    cases = []
    for estimator in estimators:
        failing = None if expected_failed_checks is None else expected_failed_checks(estimator)
        expected = _check_expected(estimator, failing)
        for check in _checks_of(estimator):
            reason = expected.get(_name_of(check))
            strict: dict[str, Any] = {} if xfail_strict is None else {"strict": xfail_strict}
            marks = () if reason is None else (pytest.mark.xfail(reason=reason, **strict),)
            cases.append(pytest.param(estimator, check, marks=marks))
    return pytest.mark.parametrize(("estimator", "check"), cases, ids=_test_id)


def _checks_of(estimator: Estimator) -> Iterator[Check]:
    """Yield the checks that apply, each ready to be called with the estimator.

    They are what the modules of the themes define under names that begin with ``check_``.
    """
    themes = [_parameters, _inputs, _refusals]
    if is_classifier(estimator):
        themes.append(_labels)
    themes += [_documents, _repeatability, _storage, _surroundings]
    for theme in themes:
        for name, check in vars(theme).items():
            if name.startswith("check_"):
                yield partial(_isolate(name, check), type(estimator).__name__)


def _isolate(
    check_name: str, check: Callable[[str, Estimator], None]
) -> Callable[[str, Estimator], None]:
    """Let a check leave no global state that another one would find."""

    def run(name: str, estimator: Estimator) -> None:
        with put_back():
            check(name, estimator)

    run.__name__ = check_name
    run.__doc__ = getattr(check, "func", check).__doc__
    return run


def _check_expected(estimator: Estimator, expected: dict[str, str] | None) -> dict[str, str]:
    """Refuse classes, and names of checks that do not exist for this estimator."""
    if isinstance(estimator, type):
        raise TypeError(
            f"Pass an instance of the estimator, not a class: {estimator.__name__}() instead of "
            f"{estimator.__name__}."
        )
    unknown = set(expected or {}) - {_name_of(check) for check in _checks_of(estimator)}
    if unknown:
        raise ValueError(
            f"expected_failed_checks names {sorted(unknown)}, but {type(estimator).__name__} is "
            "given no such check. The results of check_text_estimator name them all."
        )
    return dict(expected or {})


def _run_one(estimator: Estimator, check: Check, expected: dict[str, str]) -> dict[str, Any]:
    exception: BaseException | None = None
    check_name = _name_of(check)
    try:
        check(estimator)
        status = "passed"
    except SkipTest as skip:
        exception, status = skip, "skipped"
    except Exception as error:
        exception, status = error, "xfail" if check_name in expected else "failed"
    return {
        "estimator": estimator,
        "check_name": check_name,
        "exception": exception,
        "status": status,
        "expected_to_fail": check_name in expected,
        "expected_to_fail_reason": expected.get(check_name),
    }


def _name_of(check: Check) -> str:
    return str(check.func.__name__)


def _test_id(value: object) -> str:
    if isinstance(value, partial):
        return _name_of(value)
    with config_context(print_changed_only=True):
        return re.sub(r"\s", "", str(value))
