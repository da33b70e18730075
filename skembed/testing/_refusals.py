"""Values that are not collections of documents, and must be refused."""

from collections.abc import Callable, Sized
from functools import partial
from typing import Any

import numpy as np
from sklearn.utils import get_tags

from skembed._types import Estimator
from skembed.testing._corpus import documents, targets
from skembed.testing._demands import NO_TEXT_REFUSALS, may_refuse, may_warn, must_refuse, must_work
from skembed.testing._inputs import load
from skembed.testing._parameters import must_be_unfitted
from skembed.testing._readings import assert_finite, assert_same, fit_new, new, read

REFUSED: tuple[list[Any], ...] = (
    [*documents(), None],
    ["", " ", "?!", ""],
    ["xyzzy", "qwortz", "plugh", "frotz"],
    [],
)
"""Documents of which an estimator may refuse one or the other."""


def check_bare_string_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that one string is refused, not read as a document for each letter."""
    text = "sun and sea and sand"[: len(documents())]
    if get_tags(estimator_orig).requires_fit:
        must_refuse(lambda: fit_new(estimator_orig, text), "fit on one string")
    fitted = fit_new(estimator_orig)
    must_refuse(lambda: read(fitted, text), "One string as the documents")


def _must_refuse_documents(estimator_orig: Estimator, X: Sized, what: str) -> None:
    """Assert that documents are refused by `fit`, and by an estimator that is fitted."""
    fitted, labels = fit_new(estimator_orig), targets(estimator_orig)
    must_refuse(lambda: read(fitted, X), what, NO_TEXT_REFUSALS)
    if get_tags(estimator_orig).requires_fit:
        must_refuse(lambda: fit_new(estimator_orig, X, labels), f"fit: {what}", NO_TEXT_REFUSALS)


def _must_refuse_among_documents(
    name: str, estimator_orig: Estimator, values: tuple[object, ...]
) -> None:
    """Check that values that are not texts are refused, not read as words."""
    for value in values:
        _must_refuse_documents(estimator_orig, _with(value), f"{value!r} as a document")


def _with(value: object) -> list[object]:
    return [*documents()[:2], value, *documents()[3:]]


check_missing_document_is_refused = partial(
    _must_refuse_among_documents, values=(None, float("nan"))
)
check_number_is_refused = partial(_must_refuse_among_documents, values=(7, 0.5))


def check_gap_in_a_pandas_series_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that missing cells of a pandas Series of any dtype are refused."""
    pandas = load("pandas")
    for dtype in (object, "string"):
        series = pandas.Series(_with(None), dtype=dtype)
        _must_refuse_documents(estimator_orig, series, f"A Series of {dtype} with a gap")


def check_gap_in_a_polars_series_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that null in a polars Series is refused."""
    series = load("polars").Series(_with(None))
    _must_refuse_documents(estimator_orig, series, "A polars Series with null")


def check_gap_in_an_arrow_column_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that null in an Arrow array is refused."""
    array = load("pyarrow").array(_with(None))
    _must_refuse_documents(estimator_orig, array, "An Arrow array with null")


def check_two_columns_are_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that an array with two columns of texts is refused, not read as one of them."""
    for kind in (str, object):
        array = np.array([documents(), documents()], dtype=kind).T
        _must_refuse_documents(estimator_orig, array, f"An array of {kind} with two columns")


def check_two_column_data_frame_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that a pandas DataFrame with two columns is refused, not read as their names."""
    two = load("pandas").DataFrame({"title": documents(), "text": documents()})
    _must_refuse_documents(estimator_orig, two, "A DataFrame with two columns")


def check_other_number_of_labels_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that another number of labels than of documents is refused, if labels are used."""
    tags = get_tags(estimator_orig)
    if not tags.target_tags.required and tags.estimator_type not in ("classifier", "regressor"):
        return
    X, y = documents(), targets(estimator_orig)
    must_refuse(lambda: fit_new(estimator_orig, X[1:], y), "Fewer documents than labels")
    must_refuse(lambda: fit_new(estimator_orig, X, y[1:]), "Fewer labels than documents")


def check_no_documents_to_fit_are_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that fitting on no documents raises, unless the estimator learns nothing in fit."""
    if get_tags(estimator_orig).requires_fit:
        must_refuse(lambda: fit_new(estimator_orig, []), "fit on no documents")


def check_no_documents_to_read(name: str, estimator_orig: Estimator) -> None:
    """Check that no documents, in a list or an array, give an output of no rows, or are refused."""
    fitted = fit_new(estimator_orig)
    nothings: tuple[object, ...] = ([], np.array([], dtype=str), np.array([], dtype=object))
    for nothing in nothings:
        accepted, readings = may_refuse(partial(read, fitted, nothing), "No documents")
        if accepted:
            assert_finite(readings, 0, "no documents")


@may_warn()
def check_refused_fit_leaves_it_unfitted(name: str, estimator_orig: Estimator) -> None:
    """Check that an estimator whose first fit was refused is not taken for a fitted one."""
    for texts in REFUSED:
        estimator = new(estimator_orig)
        if _fails(partial(estimator.fit, texts, targets(estimator, len(texts)))):
            must_be_unfitted(estimator, "after a fit that was refused")


def _must_go_on(
    estimator_orig: Estimator, action: Callable[[Any, list[Any]], object], what: str
) -> None:
    """Assert that a fitted estimator that refuses an action stays as before."""
    for texts in REFUSED:
        fitted = fit_new(estimator_orig)
        expected = read(fitted)
        if _fails(partial(action, fitted, texts)):
            found = must_work(partial(read, fitted), f"Reading after {what} that was refused")
            assert_same(found, expected, f"after {what} that was refused")


@may_warn()
def check_refused_fit_leaves_no_trace(name: str, estimator_orig: Estimator) -> None:
    """Check that a fitted estimator that refuses to be fitted again stays as before."""
    _must_go_on(estimator_orig, lambda fitted, X: fitted.fit(X, targets(fitted, len(X))), "a fit")


def check_refused_reading_leaves_no_trace(name: str, estimator_orig: Estimator) -> None:
    """Check that a fitted estimator that refuses to read documents stays as before."""
    _must_go_on(estimator_orig, read, "a reading")


def _fails(action: Callable[[], object]) -> bool:
    try:
        action()
    except Exception:
        return True
    return False
