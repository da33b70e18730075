"""What the neural text classifiers share: the scikit-learn contract."""

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from skembed._labels import check_labels
from skembed.classifiers._arguments import explains_arguments
from skembed.classifiers._attributes import fitted
from skembed.classifiers._copying import CopyMixin
from skembed.classifiers._door import (
    InputMixin,
    check_numbers,
    open_stream,
    refuse_iterators,
)
from skembed.classifiers._find_task import find_task
from skembed.classifiers._fit import fit_model
from skembed.classifiers._html import DisplayMixin
from skembed.classifiers._parameters import TrainingParameters
from skembed.classifiers._progress import FitMonitor, told_of
from skembed.classifiers._settings import Settings, freeze
from skembed.data import Stream
from skembed.networks import Encoder


class BaseTextClassifier(
    InputMixin, CopyMixin, DisplayMixin, CallbackSupportMixin, ClassifierMixin, TrainingParameters
):
    """Base of the neural text classifiers."""

    _find_task = staticmethod(find_task)

    @abstractmethod
    def _encoder(self) -> Encoder:
        """Describe the part of the network that reads the steps."""

    @explains_arguments
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
    ) -> "BaseTextClassifier":
        """Train the network.

        Parameters
        ----------
        X : collection of str, TokenSequences, array-like or Stream
            Training documents: texts of shape (n_samples,); `TokenSequences`;
            token ids of shape (n_samples, n_steps), 0 at either end being padding,
            or as rows of unequal length; vectors of shape (n_samples, n_steps, n_dims) or
            (n_samples, n_features), the latter as sequences of length one.
            Texts may also be a column of shape (n_samples, 1), which is what
            scikit-learn's `BaggingClassifier` needs. A stream of texts and labels,
            made by `skembed.data.stream`, is read twice and never held in memory, but for
            the bags of words of a wide network; the
            tokenizer must have `partial_fit`, and one that is no `KerasTokenizer` reads
            it once more.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels of any kind, or an indicator matrix of 0 and 1. Required, but
            for a stream.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents. None weighs all alike. Multiplied by the
            class weights and scaled to mean 1.
        X_val, y_val : as `X` and `y`, default=None
            Validation documents and labels, measured after each epoch; with
            ``early_stopping=True`` or ``decision="tuned"`` they take the place
            of a part of `X`. They are not weighted, while such a part is
            weighted as in training. `X_val` may be a stream if `X` is one.

        Returns
        -------
        self : estimator
            The fitted classifier.
        """
        context = self._init_callback_context(max_subtasks=self.epochs)
        told = {"estimator": self, **told_of(X, y, sample_weight)}
        context.call_on_fit_task_begin(**told)
        settings = self._settings()
        earlier = self._model if self.warm_start and hasattr(self, "_model") else None
        kind = None if earlier is None else earlier.reader.kind
        if isinstance(X, Stream):
            source = open_stream(X, y, sample_weight, "X")
        else:
            source = self._open(X, y, sample_weight, kind)
        validation = self._open_validation(X_val, y_val, source, kind or source.kind)
        monitor = FitMonitor(context, told, self._remember if self.warm_start else None)
        model = fit_model(settings, source, validation, monitor, earlier=earlier)
        self._remember(model)
        context.call_on_fit_task_end(**told, reconstruction_attributes=lambda: {"_model": model})
        return self

    @explains_arguments
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: Any, y: Any = None, classes: Any = None, sample_weight: Any = None
    ) -> "BaseTextClassifier":
        """Train one epoch more, from where the last training ended.

        The vocabulary is that of the first call: words that come later are
        unknown, and the linear model of a wide network counts no new pairs. It
        goes on with one document after the other. Nothing is set aside for
        early stopping, nor for tuning the decision: thresholds stay as an
        earlier `fit` left them.

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
        settings = self._settings(is_partial=True)
        earlier = getattr(self, "_model", None)
        kind = None if earlier is None else earlier.reader.kind
        source = self._open(X, y, sample_weight, kind)
        monitor = FitMonitor(None, {})
        self._remember(fit_model(settings, source, None, monitor, earlier=earlier, classes=classes))
        return self

    def set_params(self, **params: Any) -> "BaseTextClassifier":
        """Set parameters, also those of the tokenizer as ``tokenizer__<name>``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : estimator
            The classifier.

        Raises
        ------
        ValueError
            If there is no such parameter, or no tokenizer to set it on.
        """
        nested = [name for name in params if name.startswith("tokenizer__")]
        if nested and params.get("tokenizer", self.tokenizer) is None:
            raise ValueError(
                f"{nested[0]} cannot be set while tokenizer is None. Set "
                "tokenizer=KerasTokenizer() first."
            )
        super().set_params(**params)
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
        model = fitted(self)
        return model.predict(self._recognise(X, model.reader.kind))

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
        refuse_iterators("", X=X, y=y, sample_weight=sample_weight)
        model = fitted(self)
        samples = self._recognise(X, model.reader.kind)
        check_numbers(samples, y, sample_weight)
        predicted = model.predict(samples)
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
            Columns follow ``classes_``. Rows sum to one, but for multi-label
            targets, where each column is a probability of its own.
        """
        model = fitted(self)
        return model.probabilities(self._recognise(X, model.reader.kind))

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
        model = fitted(self)
        return model.log_probabilities(self._recognise(X, model.reader.kind))

    def _predict_both(self, X: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
        model = fitted(self)
        outputs = model.outputs(self._recognise(X, model.reader.kind))
        return model.answers(outputs), model.probabilities_of(outputs)

    @available_if(lambda self: self.wide)
    def bag_of_words(self, X: Any) -> sparse.csr_matrix:
        """Count words, pairs and character n-grams as the linear model does.

        Not with ``wide=False``.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        bags : csr_matrix of shape (n_samples, n_features), dtype float32
            TF-IDF weighted counts, of Euclidean length one.

        Raises
        ------
        ValueError
            If the classifier was fitted on vectors, or on more documents than
            ``wide="auto"`` takes: it has no linear model then.
        """
        model = fitted(self)
        if model.linear is None:
            raise ValueError(
                "bag_of_words needs the linear model, but this classifier was fitted without one. "
                "Fit it on documents or ids with wide=True."
            )
        return model.bags(self._recognise(X, model.reader.kind))

    def _settings(self, *, is_partial: bool = False) -> Settings:
        """Check and freeze the parameters."""
        parameters = self.get_params(deep=False)
        return freeze(parameters, self._encoder(), self._find_task, is_partial=is_partial)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.three_d_array = True
        tags.classifier_tags.multi_label = True
        return tags
