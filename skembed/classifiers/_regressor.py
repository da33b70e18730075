"""What the neural text regressors share beside what all text estimators do."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin, _fit_context
from sklearn.metrics import r2_score
from sklearn.utils import Tags
from sklearn.utils._param_validation import StrOptions

from skembed._labels import as_numbers
from skembed._types import Documents, Labels
from skembed.classifiers._arguments import explains_arguments
from skembed.classifiers._base import BaseTextEstimator
from skembed.classifiers._declared import declares_parameters, parameter
from skembed.classifiers._label_column import read_numbers
from skembed.classifiers._numbers import find_numbers
from skembed.classifiers._parameters import TrainingParameters
from skembed.classifiers._task import Task


@declares_parameters
class RegressorParameters(TrainingParameters):
    """What text regressors take, however their network reads a document.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error", "huber", "poisson"}, default="squared_error"
        What the network minimises. Numbers are scaled to the mean 0 and the standard
        deviation 1 first; "huber" is linear from an error of one standard deviation
        on [1]_. "poisson" is for counts: the network gives the logarithm of a rate, and
        no linear model stands beside it.
    early_stopping : bool, default=False
        Stop when the validation loss of the network has not fallen for `patience`
        epochs, and go back to the epoch where it was smallest.

    Attributes
    ----------
    history_ : dict of str to list of float
        ``loss``, ``mean_absolute_error`` and ``seconds`` of each epoch, and ``val_loss``
        and ``val_mean_absolute_error`` where there was a validation: figures of the
        network alone, in units of the targets' standard deviation, of counts their mean.
        ``val_joint_mean_absolute_error`` is that of network and linear model together.

    References
    ----------
    .. [1] Huber (1964), Robust estimation of a location parameter, Annals of
       Mathematical Statistics 35(1), doi:10.1214/aoms/1177703732.
    """

    _behind_own: ClassVar[str] = "optimizer"

    loss: str = parameter(
        default="squared_error",
        constraint=[StrOptions({"squared_error", "absolute_error", "huber", "poisson"})],
    )
    early_stopping: bool = parameter(default=False, constraint=["boolean"])


class BaseTextRegressor(RegressorMixin, BaseTextEstimator, RegressorParameters):
    """Base of the neural text regressors."""

    _read_answers = staticmethod(read_numbers)

    def _find_task(
        self, y: Labels, classes: Labels | None = None, *, needs_classes: bool = False
    ) -> Task:
        return find_numbers(y, loss=self.loss)

    @explains_arguments
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: Documents, y: Labels | None = None, sample_weight: Labels | None = None
    ) -> "BaseTextRegressor":
        """Train one epoch more, from where the last training ended.

        The vocabulary and the scale of the numbers are those of the first call: words that
        come later are unknown. Nothing is set aside for early stopping.

        Parameters
        ----------
        X, y : as for `fit`
            Training documents and numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents, used as given, where `fit` scales them to mean 1.

        Returns
        -------
        self : estimator
            The trained regressor.
        """
        self._go_on(X, y, sample_weight)
        return self

    def predict(self, X: Documents) -> NDArray[np.float64]:
        """Predict numbers.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs), dtype float64
            In the unit, and with the dimensions, of the numbers in `fit`.
        """
        model, samples = self._samples(X)
        numbers: NDArray[np.float64] = model.predict(samples)
        return numbers

    def score(self, X: Documents, y: Labels, sample_weight: Labels | None = None) -> float:
        """Return the coefficient of determination R², of several outputs the mean.

        Parameters
        ----------
        X, y, sample_weight : as for `fit`
            Documents, their numbers and weights.

        Returns
        -------
        score : float
            1 for exact predictions, 0 for those no better than the mean of `y`.
        """
        predicted = self._predict_to_score(X, y, sample_weight)
        return float(r2_score(as_numbers(y, "y"), predicted, sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
