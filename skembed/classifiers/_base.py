"""What the neural text classifiers share: the scikit-learn contract."""

from abc import ABCMeta, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_expit, log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skembed._decision import decide
from skembed._labels import check_labels
from skembed.classifiers._arguments import explains_arguments
from skembed.classifiers._copying import CopyMixin
from skembed.classifiers._decision import probabilities_of
from skembed.classifiers._fit import fit_network
from skembed.classifiers._fitted import Fitted
from skembed.classifiers._html import DisplayMixin
from skembed.classifiers._lengths import check_lengths
from skembed.classifiers._linear import predict_jointly
from skembed.classifiers._parameters import TrainingParameters
from skembed.classifiers._prepare import validation_given
from skembed.classifiers._progress import told
from skembed.classifiers._targets import check_partial_fit
from skembed.networks import Encoder, get_network


class BaseTextClassifier(
    CopyMixin,
    DisplayMixin,
    CallbackSupportMixin,
    ClassifierMixin,
    TrainingParameters,
    BaseEstimator,
    metaclass=ABCMeta,
):
    """Base of the neural text classifiers."""

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
            made by `skembed.data.stream`, is read twice and never held in memory; the
            tokenizer must have `partial_fit`, and one that is no `KerasTokenizer` reads
            it once more.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels of any kind, or an indicator matrix of 0 and 1. Required, but
            for a stream.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents. None weighs all alike. Multiplied by the
            class weights and scaled to mean 1. Not for a stream.
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
        validation = validation_given(X, X_val, y_val)
        earlier = self._fitted() if self.warm_start and hasattr(self, "_state") else None
        context = self._init_callback_context(max_subtasks=self.epochs)
        training = told(X, y, sample_weight)
        context.call_on_fit_task_begin(estimator=self, **training)
        fitted = fit_network(
            self, X, y, sample_weight, validation, earlier=earlier, context=context
        )
        self._remember(fitted)
        context.call_on_fit_task_end(
            estimator=self, **training, reconstruction_attributes=fitted.attributes
        )
        return self

    @explains_arguments
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: Any, y: Any = None, classes: Any = None, sample_weight: Any = None
    ) -> "BaseTextClassifier":
        """Train one epoch more, from where the last training ended.

        The vocabulary is that of the first call: words that come later are
        unknown, and the linear half of a wide network counts no new pairs. It
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
        earlier = self._fitted() if hasattr(self, "_state") else None
        check_partial_fit(self.class_weight, classes, earlier.labels if earlier else None)
        self._remember(
            fit_network(self, X, y, sample_weight, None, earlier=earlier, classes=classes)
        )
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
        return self._decide(self._predict_logits(X))

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
        check_lengths(X, y, sample_weight)
        return float(super().score(X, check_labels(y), sample_weight))

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
        return probabilities_of(self._predict_logits(X), self._labels.multilabel)

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
        logits = self._predict_logits(X).astype(np.float64)
        return log_expit(logits) if self._labels.multilabel else log_softmax(logits, axis=1)

    def _predict_both(self, X: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
        logits = self._predict_logits(X)
        return self._decide(logits), probabilities_of(logits, self._labels.multilabel)

    def _decide(self, logits: NDArray[np.float32]) -> NDArray[Any]:
        decided = decide(logits, self._cuts, self._labels.multilabel)
        return decided if self._labels.multilabel else self.classes_[decided]

    def _predict_logits(self, X: Any) -> NDArray[np.float32]:
        check_is_fitted(self)
        return predict_jointly(self._state, self._linear, self._reader.read(self, X))

    @available_if(lambda self: self.wide)
    def bag_of_words(self, X: Any) -> sparse.csr_matrix:
        """Count words, pairs and parts of words as the linear half does; for ``wide=True``.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        bags : csr_matrix of shape (n_samples, n_features), dtype float32
            TF-IDF weighted counts, of Euclidean length one.
        """
        check_is_fitted(self)
        return self._linear.read(self._reader.read(self, X))

    @property
    def network_(self) -> Any:
        """A `keras.Model` with the fitted weights and probabilities as output.

        It is built anew at each access and is the caller's own. It takes
        documents padded at either end, such as ``tokenizer_.transform(texts)
        .to_dense()``; a wide network takes ``[documents, bags]``, the latter being
        `bag_of_words` of the texts, made dense. One that was saved is loaded with
        ``skembed.networks.load_network``.
        """
        check_is_fitted(self)
        return get_network(self._state, self._linear and self._linear.as_layer())

    @property
    def n_parameters_(self) -> int:
        """Number of weights, those of the embedding and of a linear half included."""
        check_is_fitted(self)
        arrays = [*self._state.weights.values()]
        if self._linear is not None:
            arrays += [self._linear.coef, self._linear.intercept]
        return sum(array.size for array in arrays)

    def _fitted(self) -> Fitted:
        begun = self._labels, self._reader, self._state, self._seed, self.history_
        return Fitted(*begun, self.best_epoch_, self._linear, self.thresholds_, self._cuts)

    def _remember(self, fitted: Fitted) -> None:
        self.__dict__.pop("tokenizer_", None)  # of an earlier fit, to another kind of X
        for name, value in fitted.attributes().items():
            setattr(self, name, value)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_state")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.three_d_array = True
        tags.classifier_tags.multi_label = True
        return tags
