"""What the neural text classifiers share in addition to all text estimators."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags

from skembed._arguments import explains_arguments
from skembed._checked import checks_parameters
from skembed._labels import check_labels
from skembed.classifiers._attributes import fitted
from skembed.classifiers._base import BaseTextEstimator
from skembed.classifiers._classifier_parameters import ClassifierParameters
from skembed.classifiers._find_task import find_task
from skembed.classifiers._label_column import read_labels


class BaseTextClassifier(ClassifierMixin, BaseTextEstimator, ClassifierParameters):
    """Base of the neural text classifiers."""

    _find_task = staticmethod(find_task)
    _read_answers = staticmethod(read_labels)

    @property
    def classes_(self) -> NDArray[Any]:
        """The classes, sorted; for multi-label targets the numbers of the labels."""
        return fitted(self).task.labels

    @property
    def thresholds_(self) -> NDArray[np.float64] | None:
        """The thresholds of probabilities, with ``decision="tuned"``."""
        return fitted(self).thresholds

    @explains_arguments
    @checks_parameters
    def partial_fit(
        self, X: Any, y: Any = None, classes: Any = None, sample_weight: Any = None
    ) -> Self:
        """Train one more epoch, from the state in which the last training ended.

        The vocabulary is that of the first call: new words are unknown, and the linear model counts
        no new pairs. The linear model learns from one document after the other. No documents are
        set aside for early stopping or for tuning, and thresholds stay those of an earlier `fit`.

        Parameters
        ----------
        X, y : as for `fit`
            Training documents and labels.
        classes : array-like of shape (n_classes,), default=None
            All classes, needed only in the first call. For multi-label targets, the numbers of the
            labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents. They are multiplied by the class weights, and not scaled to
            mean 1 as in `fit`, because the mean over all batches is not known.

        Returns
        -------
        self : estimator
            The trained classifier.
        """
        self._go_on(X, y, sample_weight, classes)
        return self

    @explains_arguments
    def predict(self, X: Any) -> NDArray[Any]:
        """Predict labels.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        y : ndarray of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            The most probable class of each document, or the labels with a probability above one
            half. With ``decision="tuned"``, ``thresholds_`` decide.
        """
        with self._samples(X) as (model, samples):
            return model.predict(model.outputs(samples))

    @explains_arguments
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy; all labels of a document must be right.

        Parameters
        ----------
        X, y, sample_weight : as for `fit`
            Documents, their labels and weights.

        Returns
        -------
        score : float
            Between 0 and 1.
        """
        predicted = self._predict_to_score(X, y, sample_weight)
        return float(accuracy_score(check_labels(y), predicted, sample_weight=sample_weight))

    @explains_arguments
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict probabilities.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float64
            Columns follow ``classes_``. Rows sum to one, except for multi-label targets, where each
            column is the probability of one label.
        """
        with self._samples(X) as (model, samples):
            return model.probabilities(model.outputs(samples))

    @explains_arguments
    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict logarithms of probabilities.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes), dtype float64
            Natural logarithms. They are finite even if the probability rounds to zero.
        """
        with self._samples(X) as (model, samples):
            return model.log_probabilities(model.outputs(samples))

    def _predict_both(self, X: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
        with self._samples(X) as (model, samples):
            outputs = model.outputs(samples)
            return model.predict(outputs), model.probabilities(outputs)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
