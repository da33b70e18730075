"""The meaning of a network's outputs: their loss, activation and metric."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from skembed._records import record
from skembed.networks._types import Tensor

if TYPE_CHECKING:
    from skembed.networks._spec import ObjectiveSpec

FOCUS = 2.0
"""Exponent of the focal loss (gamma in Lin et al., 2017, who recommend 2)."""


@dataclass(frozen=True)
class Output(ABC):
    """The numeric side of a task.

    Attributes
    ----------
    activation : str
        Keras's name of the activation that turns outputs into predictions, such as "softmax".
    keras_loss : str
        Keras's name of a loss, for callbacks that call ``model.evaluate``.
    metric : str
        Keras's name of the metric that `scores` gives for each document.
    has_columns : bool
        Whether targets and weights have a column for each output, dtype float32. False:
        targets are one class number for each document, int32, and weights one number.
    """

    activation: ClassVar[str]
    keras_loss: ClassVar[str]
    metric: ClassVar[str]
    has_columns: ClassVar[bool]

    @abstractmethod
    def losses(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, objective: "ObjectiveSpec"
    ) -> Tensor:
        """Return each document's weighted loss.

        Parameters
        ----------
        outputs : tensor of shape (n_samples, n_outputs), float32
            The outputs of the network before the activation.
        targets : tensor of shape (n_samples,), int32, or (n_samples, n_outputs), float32
            The outputs that it should give.
        weights : tensor of the shape of `targets`, float32
            Weights of the targets.
        objective : ObjectiveSpec
            The loss.

        Returns
        -------
        losses : tensor of shape (n_samples,), float32
        """

    @abstractmethod
    def scores(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the metric of each document: a tensor of shape (n_samples,), bool or float32."""


@record
@dataclass(frozen=True)
class SoftmaxOutput(Output):
    """One class of several, whose probabilities sum to one.

    References
    ----------
    Lin, Goyal, Girshick, He, Dollár (2017), Focal loss for dense object
    detection, arXiv:1708.02002.
    """

    activation = "softmax"
    keras_loss = "sparse_categorical_crossentropy"
    metric = "accuracy"
    has_columns = False

    def losses(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, objective: "ObjectiveSpec"
    ) -> Tensor:
        """Return the weighted crossentropy of each document, in nats."""
        from keras import ops

        n_classes, smoothing = outputs.shape[-1], objective.label_smoothing
        wanted = ops.one_hot(targets, n_classes, dtype=outputs.dtype)
        wanted = wanted * (1 - smoothing) + smoothing / n_classes
        return -weights * ops.sum(wanted * _focused(ops.log_softmax(outputs), objective), axis=-1)

    def scores(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return for each document whether its class is the most probable one."""
        from keras import ops

        return ops.equal(ops.cast(ops.argmax(outputs, axis=-1), "int32"), targets)


@record
@dataclass(frozen=True)
class SigmoidOutput(Output):
    """Any number of labels, each with its own probability."""

    activation = "sigmoid"
    keras_loss = "binary_crossentropy"
    metric = "accuracy"
    has_columns = True

    def losses(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, objective: "ObjectiveSpec"
    ) -> Tensor:
        """Return the mean over the labels of the weighted crossentropies, in nats."""
        from keras import ops

        smoothing = objective.label_smoothing
        wanted = targets * (1 - smoothing) + smoothing / 2
        yes = _focused(ops.log_sigmoid(outputs), objective)
        no = _focused(ops.log_sigmoid(-outputs), objective)
        return -ops.mean(weights * (wanted * yes + (1 - wanted) * no), axis=-1)

    def scores(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return for each document whether all its labels are right."""
        from keras import ops

        return ops.all(ops.equal(outputs > 0, targets > 0.5), axis=-1)


def _focused(log_probability: Tensor, objective: "ObjectiveSpec") -> Tensor:
    from keras import ops

    if objective.loss != "focal":
        return log_probability
    return (1 - ops.exp(log_probability)) ** FOCUS * log_probability


def batch_loss(losses: Tensor, objective: "ObjectiveSpec") -> Tensor:
    """Reduce the weighted losses of a batch to their mean, which training minimises.

    With ``loss="top_k"`` only the `top_k` largest of them count.

    References
    ----------
    Fan, Lyu, Ying, Hu (2017), Learning with average top-k loss, arXiv:1705.08826.
    """
    from keras import ops

    if objective.loss == "top_k":
        losses = ops.flip(ops.sort(losses), axis=0)[: objective.top_k]
    return ops.mean(losses)
