"""The classifier in what a user hands over."""

from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skembed.classifiers._base import BaseTextClassifier


def fitted_classifier(estimator: Any) -> BaseTextClassifier:
    """Return a fitted classifier, or the one at the end of a pipeline.

    Raises
    ------
    TypeError
        If there is none.
    """
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if not isinstance(last, BaseTextClassifier):
        raise TypeError(
            "estimator must be an LSTMTextClassifier or CNNTextClassifier, or a Pipeline that "
            f"ends with one; got {estimator!r:.200}."
        )
    check_is_fitted(last)
    return last
