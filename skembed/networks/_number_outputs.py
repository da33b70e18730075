"""Outputs that are numbers: their losses, and the errors of single documents."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skembed._records import record
from skembed.networks._outputs import Output
from skembed.networks._types import Tensor

if TYPE_CHECKING:
    from skembed.networks._spec import ObjectiveSpec

HUBER_DELTA = 1.0
"""Standard deviations of the target at which the Huber loss becomes linear, as in Keras."""


@record
@dataclass(frozen=True)
class NumberOutput(Output):
    """Real numbers, in units of the target's standard deviation.

    References
    ----------
    Huber (1964), Robust estimation of a location parameter,
    https://doi.org/10.1214/aoms/1177703732.
    """

    activation = "linear"
    keras_loss = "mean_squared_error"
    metric = "mean_absolute_error"
    has_columns = True

    def losses(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, objective: "ObjectiveSpec"
    ) -> Tensor:
        """Return the mean over the outputs of the weighted losses."""
        from keras import ops

        errors = ops.abs(outputs - targets)
        if objective.loss == "absolute_error":
            losses = errors
        elif objective.loss == "huber":
            near = ops.minimum(errors, HUBER_DELTA)
            losses = 0.5 * ops.square(near) + HUBER_DELTA * (errors - near)
        else:
            losses = ops.square(errors)
        return ops.mean(weights * losses, axis=-1)

    def scores(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the mean absolute error of each document."""
        from keras import ops

        return ops.mean(ops.abs(outputs - targets), axis=-1)


@record
@dataclass(frozen=True)
class RateOutput(Output):
    """Rates of counts, in units of the target's mean, of which the network gives the logarithm."""

    activation = "exponential"
    keras_loss = "poisson"
    metric = "mean_absolute_error"
    has_columns = True

    def losses(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, objective: "ObjectiveSpec"
    ) -> Tensor:
        """Return the mean over the outputs of the weighted negative log-likelihoods.

        What does not depend on the outputs is left out.
        """
        from keras import ops

        return ops.mean(weights * (ops.exp(outputs) - targets * outputs), axis=-1)

    def scores(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the mean absolute error of each document."""
        from keras import ops

        return ops.mean(ops.abs(ops.exp(outputs) - targets), axis=-1)
