"""Labels of every kind, and the methods of a classifier."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import cross_validate
from sklearn.utils import get_tags

from skembed._types import Classifier, Estimator, FittedClassifier
from skembed.testing._corpus import documents, targets
from skembed.testing._demands import may_refuse, may_warn, must_refuse, must_work
from skembed.testing._inputs import load
from skembed.testing._readings import Readings, assert_same, fit_new, new, read

KINDS: dict[str, list[object]] = {
    "integers": [0, 1],
    "negative integers": [-1, 1],
    "booleans": [False, True],
    "whole floats": [1.0, 2.0],
    "short and long strings": ["a", "b of another length"],
    "strings outside ASCII": ["Äther", "日本"],
    "strings with spaces": ["", " two words\n"],
    "strings with lone surrogates": ["\ud800", "\udfff"],
    "large integers": [-(2**40), 2**40],
    "bytes as numbers": [np.uint8(0), np.uint8(255)],
}


def check_classes_are_sorted(name: str, estimator_orig: Estimator) -> None:
    """Check that `classes_` holds the distinct labels, sorted, for any order of the documents."""
    for first, second in (("b", "a"), ("a", "b")):
        labels = [first, second] * (len(documents()) // 2)
        found = list(fit_new(estimator_orig, y=labels).classes_)
        if found != ["a", "b"]:
            raise AssertionError(f"classes_ of {name} must be ['a', 'b'], sorted, got {found}.")


def check_labels_of_other_kinds(name: str, estimator_orig: Estimator) -> None:
    """Check that labels are predicted in their own kind, and the kind changes no probability."""
    expected = _probabilities(fit_new(estimator_orig))
    for kind, (first, second) in KINDS.items():
        y = np.array([second if label == "foul" else first for label in targets(estimator_orig)])
        fitted = must_work(partial(fit_new, estimator_orig, y=y), f"fit on {kind}")
        _check_predicted_kind(fitted, y, kind)
        assert_same(_probabilities(fitted), expected, f"with {kind} as labels")


def check_labels_as_objects(name: str, estimator_orig: Estimator) -> None:
    """Check that labels in an array of objects are predicted by their values."""
    y = np.array(targets(estimator_orig), dtype=object)
    fitted = must_work(lambda: fit_new(estimator_orig, y=y), "fit on labels as objects")
    predicted = fitted.predict(documents())
    if not set(predicted) <= set(y):
        raise AssertionError(f"{name} predicts other labels than those that it was given.")
    if predicted.dtype != object or fitted.classes_.dtype != object:
        raise AssertionError(f"{name} turns labels that are objects into {predicted.dtype}.")
    assert_same(_probabilities(fitted), _probabilities(fit_new(estimator_orig)), "with objects")


def _must_learn_the_same(estimator_orig: Estimator, forms: Mapping[str, object]) -> None:
    """Check that collections of labels give what a list of them gives."""
    expected = read(fit_new(estimator_orig))
    for what, labels in forms.items():
        fitted = must_work(partial(fit_new, estimator_orig, y=labels), f"fit on {what}")
        assert_same(read(fitted), expected, f"on {what}")


def check_tuple_of_labels(name: str, estimator_orig: Estimator) -> None:
    """Check that labels in a tuple, and in an array that cannot be written to, give the same."""
    labels = targets(estimator_orig)
    read_only = np.array(labels)
    read_only.flags.writeable = False
    forms = {"labels in a tuple": tuple(labels), "labels in a read-only array": read_only}
    _must_learn_the_same(estimator_orig, forms)


def check_pandas_labels(name: str, estimator_orig: Estimator) -> None:
    """Check that labels in a pandas Series give the same, with any index and any dtype."""
    pandas, labels = load("pandas"), targets(estimator_orig)
    series = pandas.Series(labels, index=range(len(labels), 0, -1))
    dtypes = (object, "string", "category")
    forms = {f"pandas labels of {dtype}": series.astype(dtype) for dtype in dtypes}
    _must_learn_the_same(estimator_orig, forms)


def check_polars_labels(name: str, estimator_orig: Estimator) -> None:
    """Check that labels in a polars Series give the same."""
    labels = load("polars").Series(targets(estimator_orig))
    _must_learn_the_same(estimator_orig, {"labels in a polars Series": labels})


def check_arrow_labels(name: str, estimator_orig: Estimator) -> None:
    """Check that labels in an Arrow array give the same."""
    labels = load("pyarrow").array(targets(estimator_orig))
    _must_learn_the_same(estimator_orig, {"labels in an Arrow array": labels})


@may_warn()
def check_column_of_labels(name: str, estimator_orig: Estimator) -> None:
    """Check that labels of shape (n_samples, 1) give the same, or are refused."""
    y = np.array(targets(estimator_orig))[:, None]
    accepted, fitted = may_refuse(lambda: fit_new(estimator_orig, y=y), "A column")
    if accepted:
        expected = _probabilities(fit_new(estimator_orig))
        assert_same(_probabilities(fitted), expected, "with a column of labels")


@may_warn()
def check_one_class(name: str, estimator_orig: Estimator) -> None:
    """Check that a single class is predicted for all documents, or refused."""
    y = ["fine"] * len(documents())
    accepted, fitted = may_refuse(lambda: fit_new(estimator_orig, y=y), "One class")
    if accepted and set(fitted.predict(documents())) != {"fine"}:
        raise AssertionError(f"{name} knows one class, but predicts others.")


@may_warn()
def check_many_classes(name: str, estimator_orig: Estimator) -> None:
    """Check that fifty classes of four documents each are learned and predicted."""
    n_classes = 50
    texts = documents(4 * n_classes)
    y = [f"class {i % n_classes}" for i in range(len(texts))]
    fitted = must_work(lambda: fit_new(estimator_orig, texts, y), "fit on fifty classes")
    if list(fitted.classes_) != sorted(set(y)):
        raise AssertionError(f"classes_ of {name} must hold the fifty classes, sorted.")
    _check_shapes(fitted, texts, n_classes)


@may_warn()
def check_class_of_one_document(name: str, estimator_orig: Estimator) -> None:
    """Check that a class of only one document is learned, or refused."""
    y = ["alone", *targets(estimator_orig)[1:]]
    what = "A class of one document"
    accepted, fitted = may_refuse(lambda: fit_new(estimator_orig, y=y), what)
    if accepted and list(fitted.classes_) != ["alone", "fine", "foul"]:
        raise AssertionError(f"{name} loses a class of one document: {list(fitted.classes_)}.")


@may_warn()
def check_missing_label_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that None and NaN among the labels are not a class."""
    for values in (["fine", None], [1.0, float("nan")]):
        labels = values * (len(documents()) // 2)
        must_refuse(partial(fit_new, estimator_orig, documents(), labels), f"Label {values[1]}")


def check_continuous_labels_are_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that fractions are not classes."""
    labels = [0.5, 1.5] * (len(documents()) // 2)
    must_refuse(lambda: fit_new(estimator_orig, y=labels), "Fractions as labels")


def check_no_labels_are_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that a classifier cannot be fitted without labels."""
    must_refuse(lambda: new(estimator_orig).fit(documents(), None), "fit without labels")


def check_prediction_methods(name: str, estimator_orig: Estimator) -> None:
    """Check that the methods fit each other: shapes, sums, logarithms, classes and the score."""
    fitted = fit_new(estimator_orig)
    _check_shapes(fitted, documents(), 2)
    if hasattr(fitted, "predict_proba") and hasattr(fitted, "predict_log_proba"):
        logarithms = fitted.predict_log_proba(documents())
        if not np.allclose(np.exp(logarithms), fitted.predict_proba(documents()), atol=1e-6):
            raise AssertionError(f"predict_log_proba of {name} is not the logarithm of the other.")
    expected = np.mean(fitted.predict(documents()) == np.array(targets(fitted)))
    if not np.isclose(fitted.score(documents(), targets(fitted)), expected):
        raise AssertionError(f"score of {name} is not the accuracy of predict.")


def check_scores(name: str, estimator_orig: Estimator) -> None:
    """Check that scikit-learn's scores of two classes can be cross-validated, and are finite."""
    names = ["accuracy", "f1_macro"]
    if hasattr(estimator_orig, "predict_proba"):
        names += ["neg_log_loss", "roc_auc", "average_precision"]
    y = np.array(targets(estimator_orig)) == "foul"
    score = partial(cross_validate, cv=2, scoring=names, error_score="raise")
    found = must_work(lambda: score(new(estimator_orig), documents(), y), "cross_validate")
    wrong = [each for each in names if not np.isfinite(found[f"test_{each}"]).all()]
    if wrong:
        raise AssertionError(f"{wrong} of {name} are not finite.")


def check_multilabel(name: str, estimator_orig: Estimator) -> None:
    """Check that an indicator matrix is learned and predicted if the tags say multi-label."""
    tags = get_tags(estimator_orig).classifier_tags
    if tags is None or not tags.multi_label:
        return
    y = np.array([[i % 2, i % 3 == 0, 1 - i % 2] for i in range(len(documents()))], dtype=int)
    fitted = must_work(lambda: fit_new(estimator_orig, y=y), "fit on indicators")
    predicted = fitted.predict(documents())
    if predicted.shape != y.shape or not np.isin(predicted, (0, 1)).all():
        raise AssertionError(f"{name} must predict 0 and 1 in the shape {y.shape}.")


def _probabilities(fitted: Classifier) -> Readings:
    """Read the outputs that do not name the labels; None if there are only predictions."""
    readings = read(fitted)
    readings.pop("predict", None)
    return readings


def _check_predicted_kind(fitted: Classifier, y: NDArray[Any], kind: str) -> None:
    predicted = np.asarray(fitted.predict(documents()))
    if predicted.dtype.kind != y.dtype.kind:
        raise AssertionError(f"{kind} must be predicted as {y.dtype}, got {predicted.dtype}.")
    unknown = set(predicted.tolist()) - set(y.tolist())
    if unknown:
        raise AssertionError(f"{kind}: {sorted(unknown)} were predicted, which y did not hold.")


def _check_shapes(fitted: FittedClassifier, texts: list[str], n_classes: int) -> None:
    predicted = np.asarray(fitted.predict(texts))
    if predicted.shape != (len(texts),):
        raise AssertionError(f"predict gives the shape {predicted.shape}, not one per document.")
    if not set(predicted.tolist()) <= set(np.asarray(fitted.classes_).tolist()):
        raise AssertionError("predict gives labels that are not in classes_.")
    if not hasattr(fitted, "predict_proba"):
        return
    probabilities = fitted.predict_proba(texts)
    if probabilities.shape != (len(texts), n_classes):
        raise AssertionError(f"predict_proba gives the shape {probabilities.shape}.")
    if not np.allclose(probabilities.sum(axis=1), 1, atol=1e-5):
        raise AssertionError("The rows of predict_proba must sum to one.")
    if probabilities.min() < 0 or probabilities.max() > 1:
        raise AssertionError("predict_proba must lie between zero and one.")
