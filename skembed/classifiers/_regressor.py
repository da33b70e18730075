"""What the neural text regressors share in addition to all text estimators."""

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import Tags
from sklearn.utils._param_validation import StrOptions

from skembed._arguments import explains_arguments
from skembed._checked import checks_parameters
from skembed._labels import as_numbers
from skembed._types import Documents, Labels
from skembed.classifiers._base import BaseTextEstimator
from skembed.classifiers._declared import declares_parameters, parameter
from skembed.classifiers._label_column import read_numbers
from skembed.classifiers._numbers import find_numbers
from skembed.classifiers._parameters import TrainingParameters
from skembed.classifiers._task import Task


@declares_parameters
class RegressorParameters(TrainingParameters):
    """Parameters of text regressors, with any network.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error", "huber", "poisson"}, default="squared_error"
        The loss that the network minimises. Numbers are first scaled to the mean 0 and the standard
        deviation 1. "huber" is linear above an error of one standard deviation [1]_. "poisson" is
        for counts: the network predicts the logarithm of a rate, and there is no linear model.
    early_stopping : bool, default=False
        Stop when the validation loss of the network has not fallen for `patience` epochs, and
        return to the epoch with the smallest loss.

    Attributes
    ----------
    history_ : dict of str to list of float
        ``loss``, ``mean_absolute_error`` and ``seconds`` of each epoch, and ``val_loss``
        and ``val_mean_absolute_error`` if there was a validation. These are figures of the network
        alone, in units of the targets' standard deviation (of their mean for counts).
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
    @checks_parameters
    def partial_fit(
        self, X: Documents, y: Labels | None = None, sample_weight: Labels | None = None
    ) -> Self:
        """Train one more epoch, from the state in which the last training ended.

        The vocabulary and the scale of the numbers are those of the first call, so new words are
        unknown. No documents are set aside for early stopping.

        Parameters
        ----------
        X, y : as for `fit`
            Training documents and numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the documents. They are used as given, while `fit` scales them to mean 1.

        Returns
        -------
        self : estimator
            The trained regressor.
        """
        self._go_on(X, y, sample_weight)
        return self

    @explains_arguments
    def predict(self, X: Documents) -> NDArray[np.float64]:
        """Predict numbers.

        Parameters
        ----------
        X : as for `fit`
            Documents.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs), dtype float64
            The unit and the dimensions are those of the numbers in `fit`.
        """
        with self._samples(X) as (model, samples):
            numbers: NDArray[np.float64] = model.predict(model.outputs(samples))
            return numbers

    @explains_arguments
    def score(self, X: Documents, y: Labels, sample_weight: Labels | None = None) -> float:
        """Return the coefficient of determination R², or its mean over several outputs.

        Parameters
        ----------
        X, y, sample_weight : as for `fit`
            Documents, their numbers and weights.

        Returns
        -------
        score : float
            1 for exact predictions, 0 for predictions no better than the mean of `y`.
        """
        predicted = self._predict_to_score(X, y, sample_weight)
        return float(r2_score(as_numbers(y, "y"), predicted, sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
