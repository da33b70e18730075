"""What the neural text classifiers share beside what all text estimators do."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags

from skembed._labels import check_labels
from skembed.classifiers._arguments import explains_arguments
from skembed.classifiers._attributes import ClassifierAttributes
from skembed.classifiers._base import BaseTextEstimator
from skembed.classifiers._classifier_parameters import ClassifierParameters
from skembed.classifiers._find_task import find_task
from skembed.classifiers._label_column import read_labels


class BaseTextClassifier(
    ClassifierMixin, ClassifierAttributes, BaseTextEstimator, ClassifierParameters
):
    """Base of the neural text classifiers."""

    _find_task = staticmethod(find_task)
    _read_answers = staticmethod(read_labels)

    @explains_arguments
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: Any, y: Any = None, classes: Any = None, sample_weight: Any = None
    ) -> "BaseTextClassifier":
        """Train one epoch more, from where the last training ended.

        The vocabulary is that of the first call: words that come later are
        unknown, and the linear model of a wide network counts no new pairs. That
        model learns from one document after the other. No documents are held
        out, neither to stop early nor to tune the decision: thresholds stay as
        an earlier `fit` left them.

        Parameters
        ----------
        X, y : as for `fit`
            Training documents and labels.
        classes : array-like of shape (n_classes,), default=None
            All classes that will come, needed in the first call only. For
            multi-label targets the numbers of the labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents. Multiplied by the class weights and used as
            given, where `fit` scales them to mean 1: the mean over all batches
            is not known here.

        Returns
        -------
        self : estimator
            The trained classifier.
        """
        self._go_on(X, y, sample_weight, classes)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict labels.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        y : ndarray of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            The most probable class of each document, or the labels with a
            probability above one half. ``decision="tuned"`` decides by
            ``thresholds_``.
        """
        model, samples = self._samples(X)
        return model.predict(samples)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy, of labels the share of documents where all are right.

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

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict probabilities.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float64
            Columns follow ``classes_``. Rows sum to one, except for
            multi-label targets, where each column is a probability of its own.
        """
        model, samples = self._samples(X)
        return model.probabilities(samples)

    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict logarithms of probabilities.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes), dtype float64
            Natural logarithms, finite where the probability rounds to zero.
        """
        model, samples = self._samples(X)
        return model.log_probabilities(samples)

    def _predict_both(self, X: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
        model, samples = self._samples(X)
        outputs = model.outputs(samples)
        return model.answers(outputs), model.probabilities_of(outputs)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
