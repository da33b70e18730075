"""Labels and probabilities of the same documents, for which the network runs once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline

from skembed.classifiers._base import BaseTextClassifier


def predict_both(classifier: ClassifierMixin | Pipeline, X: Any) -> tuple[NDArray[Any], Any]:
    """Predict labels and probabilities.

    Parameters
    ----------
    classifier : CNNTextClassifier, LSTMTextClassifier, Pipeline or another classifier
        Fitted. Of a pipeline the steps before the last one run once; another classifier
        predicts twice, for its labels may be more than the largest of its probabilities.
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
