"""What the neural text estimators share: the scikit-learn contract."""

import os
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from skembed._arguments import explains_arguments
from skembed._bar import show_bar
from skembed._checked import checks_parameters
from skembed._compat import CallbackSupportMixin
from skembed._methods import KerasNamesMixin
from skembed._ready import make_ready
from skembed._types import Documents, Labels
from skembed.classifiers._attributes import fitted
from skembed.classifiers._copying import CopyMixin
from skembed.classifiers._door import Expected, InputMixin, check_numbers, refuse_iterators
from skembed.classifiers._fit import fit_model
from skembed.classifiers._html import DisplayMixin
from skembed.classifiers._model import FittedModel
from skembed.classifiers._parameters import TrainingParameters
from skembed.classifiers._progress import FitMonitor, shows_bar, told_of
from skembed.classifiers._settings import Settings, freeze
from skembed.classifiers._task import Task
from skembed.data import Stream
from skembed.networks import Encoder, check_backend
from skembed.text import Samples
from skembed.vectors import load_embeddings


class BaseTextEstimator(
    KerasNamesMixin, InputMixin, CopyMixin, DisplayMixin, CallbackSupportMixin, TrainingParameters
):
    """Base of the neural text estimators."""

    @abstractmethod
    def _find_task(
        self, y: Labels, classes: Labels | None = None, *, needs_classes: bool = False
    ) -> Task:
        """Find the task from the answers of a first fit."""

    @abstractmethod
    def _encoder(self) -> Encoder:
        """Describe the part of the network that reads the steps."""

    @explains_arguments
    @checks_parameters
    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : collection of str, TokenSequences, array-like or Stream
            Training documents. They may be texts of shape (n_samples,), or `TokenSequences`. They
            may be token ids of shape (n_samples, n_steps), where 0 at either end is padding, or
            rows of ids of unequal length. They may also be vectors of shape (n_samples, n_steps,
            n_dims), or of shape (n_samples, n_features), which are sequences of length one. Texts
            may be a column of shape (n_samples, 1), as scikit-learn's `BaggingClassifier` passes
            them. A stream of texts and labels, made by `skembed.data.stream`, is read twice. It is
            never held in memory, except for the bags of words of a linear model. Its tokenizer must
            have `partial_fit`. A tokenizer that is not a `KerasTokenizer` reads the stream once
            more, as `features` do.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels of any kind, or an indicator matrix of 0 and 1, for a classifier. Numbers for a
            regressor. Required, except with a stream.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents, multiplied by the class weights, if there are any, and scaled
            to mean 1. None gives all documents the same weight.
        X_val, y_val : as `X` and `y`, default=None
            Validation documents and labels, measured after each epoch; with ``early_stopping=True``
            or ``decision="tuned"`` they replace a part of `X`. They are not weighted, while such a
            part is weighted as in training. `X_val` may be a stream if `X` is one.

        Returns
        -------
        self : estimator
            The fitted estimator.
        """
        context = self._init_callback_context(max_subtasks=self.epochs)
        told = {"estimator": self, **told_of(X, y, sample_weight)}
        context.call_on_fit_task_begin(**told)
        settings = self._settings()
        with show_bar(f"Fitting {type(self).__name__}", shown=shows_bar(self)):
            earlier = self._model if self.warm_start and hasattr(self, "_model") else None
            expected = self._expected(settings, earlier)
            if isinstance(X, Stream):
                source = self._open_stream(X, y, sample_weight, "X", expected)
            else:
                source = self._open(X, y, sample_weight, expected)
            validation = self._open_validation(X_val, y_val, source, expected)
            if earlier is None:
                make_ready(self)
            monitor = FitMonitor(context, told, self._remember if self.warm_start else None)
            model = fit_model(settings, source, validation, monitor, earlier=earlier)
        self._remember(model)
        context.call_on_fit_task_end(**told, reconstruction_attributes=lambda: {"_model": model})
        return self

    def _go_on(
        self,
        X: Documents,
        y: Labels | None,
        sample_weight: Labels | None,
        classes: Labels | None = None,
    ) -> Self:
        """Train one more epoch."""
        settings = self._settings(is_partial=True)
        earlier = getattr(self, "_model", None)
        monitor = FitMonitor(None, {})
        with show_bar(f"Fitting {type(self).__name__}", shown=shows_bar(self)):
            source = self._open(X, y, sample_weight, self._expected(settings, earlier))
            if earlier is None:
                make_ready(self)
            model = fit_model(settings, source, None, monitor, earlier=earlier, classes=classes)
        self._remember(model)
        return self

    def _make_ready(self) -> None:
        """Look for Keras and its backend, and open the vectors that a parameter names."""
        check_backend()
        if isinstance(self.embeddings, str | os.PathLike):
            load_embeddings(self.embeddings)

    @staticmethod
    def _expected(settings: Settings, earlier: FittedModel | None) -> Expected:
        """Return the expected kind of X, which an earlier fit or the user's parameters decide."""
        if earlier is None:
            has_features = settings.features is not None
            return Expected(None, settings.text_columns, has_features)
        return earlier.reader.expected

    @contextmanager
    def _samples(self, X: Documents) -> Iterator[tuple[FittedModel, Samples]]:
        """Lend the fitted model, and what X is for it; say so if that takes long."""
        model = fitted(self)
        with show_bar("Predicting", shown=shows_bar(self)):
            yield model, self._recognise(X, model.reader.expected)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those of the tokenizer as ``tokenizer__<name>``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : estimator
            The estimator.

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

    @available_if(lambda self: self.wide)
    def bag_of_words(self, X: Any) -> sparse.csr_matrix:
        """Count words, pairs and character n-grams as the linear model does.

        There is no such method with ``wide=False``.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        bags : csr_matrix of shape (n_samples, n_features), dtype float32
            TF-IDF weighted counts, of Euclidean length one. If there are `features`, they are the
            last columns, and about as long as all counts together.

        Raises
        ------
        ValueError
            If the estimator has no linear model, because it was fitted on vectors, or on more
            documents than ``wide="auto"`` takes.
        """
        if fitted(self).linear is None:
            raise ValueError(
                "bag_of_words needs the linear model, but this estimator was fitted without one. "
                "Fit it on documents or ids with wide=True."
            )
        with self._samples(X) as (model, samples):
            return model.bags(samples)

    def _predict_to_score(
        self, X: Documents, y: Labels, sample_weight: Labels | None
    ) -> NDArray[Any]:
        """Check that all three have one length, and predict what `score` compares with `y`."""
        refuse_iterators("", X=X, y=y, sample_weight=sample_weight)
        with self._samples(X) as (model, samples):
            check_numbers(samples, y, sample_weight)
            return model.predict(model.outputs(samples))

    def _settings(self, *, is_partial: bool = False) -> Settings:
        """Check and freeze the parameters."""
        parameters = self.get_params(deep=False)
        return freeze(parameters, self._encoder(), self._find_task, is_partial=is_partial)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.three_d_array = True
        return tags
