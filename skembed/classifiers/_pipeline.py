"""The fitted model of an estimator, or of a pipeline that ends with one."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skembed.classifiers._base import BaseTextEstimator
from skembed.classifiers._classifier import BaseTextClassifier
from skembed.classifiers._model import FittedModel
from skembed.text import KerasTokenizer, TextColumns
from skembed.vectors import BaseVectorizer


def text_estimator_of(estimator: object, caller: str) -> BaseTextEstimator:
    """Return a fitted text estimator, or the one at the end of a pipeline.

    Parameters
    ----------
    estimator : text classifier, text regressor or Pipeline
        The user's argument.
    caller : str
        The user's function, for messages.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    TypeError
        If there is none.
    """
    last = _steps_of(estimator)[-1]
    if not isinstance(last, BaseTextEstimator):
        way_out = ""
        if isinstance(estimator, str):
            way_out = " Pass the estimator itself, as first argument."
        elif isinstance(estimator, type):
            way_out = " Pass a fitted instance."
        elif hasattr(estimator, "best_estimator_"):
            way_out = " Pass its best_estimator_."
        shown = " ".join(repr(estimator).split())
        raise TypeError(
            f"{caller} takes a text classifier or regressor of skembed, such as CNNTextClassifier, "
            f"or a Pipeline that ends with one; got {shown:.200}.{way_out}"
        )
    check_is_fitted(last)
    return last


def fitted_model(estimator: object, caller: str) -> FittedModel:
    """Return the model of a fitted estimator or pipeline, which reads the user's documents.

    A tokenizer, or a vectorizer with ``output="sequences"``, before the estimator becomes a
    part of the model, which then reads texts. A `TextColumns` before it is ignored: see
    `text_columns_of`.

    Parameters
    ----------
    estimator, caller : object, str
        As for `text_estimator_of`.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    TypeError
        If there is none, or a step before it turns texts into something else.
    ValueError
        If the tokenizer was fitted again after the classifier.
    """
    model = text_estimator_of(estimator, caller)._model
    *before, _ = _steps_of(estimator)
    if before and isinstance(before[0], TextColumns):
        before = before[1:]
    if not before:
        own = _tokenizer_of(model.reader.tokenizer)
        return model if own is None else replace(model, reader=replace(model.reader, tokenizer=own))
    tokenizer = _tokenizer_of(before[0])
    if tokenizer is None or len(before) > 1:
        others = [step for step in before if _tokenizer_of(step) is None]
        step = type((others or before)[0]).__name__
        raise TypeError(
            f"{caller} cannot follow words through the step {step} of a Pipeline. Pass the last "
            f"step alone, with what reaches it: {caller}(pipeline[-1], ...). Or let the last step "
            "select columns, by text_columns=... and features=..."
        )
    check_is_fitted(tokenizer)
    known = model.reader.vocabulary
    if known is not None and known != tokenizer.vocabulary_:
        raise ValueError(
            "The tokenizer was fitted again after the classifier: its ids stand for other "
            "words. Fit both together."
        )
    return replace(model, reader=replace(model.reader, kind="documents", tokenizer=tokenizer))


def _steps_of(estimator: object) -> list[Any]:
    """Return the steps of a pipeline that do something, or an estimator that is not a pipeline."""
    if not isinstance(estimator, Pipeline):
        return [estimator]
    steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
    return steps or [None]


def _tokenizer_of(step: BaseEstimator) -> KerasTokenizer | None:
    """Return what makes the ids of texts in a step, if it is one of ours."""
    if isinstance(step, BaseVectorizer) and step.output == "sequences":
        step = step.tokenizer_
    return step if isinstance(step, KerasTokenizer) else None


def predict_both(classifier: ClassifierMixin | Pipeline, X: Any) -> tuple[NDArray[Any], Any]:
    """Predict labels and probabilities.

    Parameters
    ----------
    classifier : CNNTextClassifier, LSTMTextClassifier, Pipeline or another classifier
        Fitted. The steps of a pipeline before the last one run once. A classifier of another
        package predicts twice, because its labels may not be those of its largest probabilities.
    X : as for its `predict`
        Documents.

    Returns
    -------
    labels : ndarray of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
        As of `predict`.
    probabilities : ndarray of shape (n_samples, n_classes), dtype float64
        As of `predict_proba`.
    """
    if isinstance(classifier, Pipeline):
        if len(classifier) > 1:
            X = classifier[:-1].transform(X)
        classifier = classifier[-1]
    if isinstance(classifier, BaseTextClassifier):
        return classifier._predict_both(X)
    return classifier.predict(X), np.asarray(classifier.predict_proba(X))
