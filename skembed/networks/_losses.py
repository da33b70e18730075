"""Losses of single examples, from logits."""

from typing import Any

from keras import ops

from skembed.networks._spec import ObjectiveSpec

FOCUS = 2.0
"""Exponent of the focal loss (gamma in Lin et al., 2017, who recommend 2)."""


def example_losses(logits: Any, targets: Any, weights: Any, objective: ObjectiveSpec) -> Any:
    """Return each example's weighted loss.

    Parameters
    ----------
    logits : tensor of shape (n_samples, n_outputs), float32
        The network's outputs.
    targets : tensor of shape (n_samples,), int32, or (n_samples, n_outputs), float32
        Class numbers, or for multi-label targets 0 and 1.
    weights : tensor of shape (n_samples,) or (n_samples, n_outputs), float32
        Weights of the examples, or for multi-label targets of each answer.
    objective : ObjectiveSpec
        Which loss.

    Returns
    -------
    losses : tensor of shape (n_samples,), float32
        In nats; for multi-label targets the mean over the labels.

    References
    ----------
    Lin, Goyal, Girshick, He, Dollár (2017), Focal loss for dense object
    detection, arXiv:1708.02002.
    """
    smoothing = objective.label_smoothing
    if objective.multilabel:
        wanted = targets * (1 - smoothing) + smoothing / 2
        yes = _focused(ops.log_sigmoid(logits), objective)
        no = _focused(ops.log_sigmoid(-logits), objective)
        return -ops.mean(weights * (wanted * yes + (1 - wanted) * no), axis=-1)
    n_classes = logits.shape[-1]
    wanted = ops.one_hot(targets, n_classes, dtype=logits.dtype)
    wanted = wanted * (1 - smoothing) + smoothing / n_classes
    return -weights * ops.sum(wanted * _focused(ops.log_softmax(logits), objective), axis=-1)


def _focused(log_probability: Any, objective: ObjectiveSpec) -> Any:
    if objective.loss != "focal":
        return log_probability
    return (1 - ops.exp(log_probability)) ** FOCUS * log_probability


def batch_loss(losses: Any, objective: ObjectiveSpec) -> Any:
    """Reduce the weighted losses of a batch to the number that training minimises.

    With ``loss="top_k"`` only the `top_k` largest of them count.

    Parameters
    ----------
    losses : tensor of shape (n_samples,), float32
        Weighted losses of the examples.
    objective : ObjectiveSpec
        Which loss.

    Returns
    -------
    loss : tensor of shape (), float32
        Mean of the weighted losses that count.

    References
    ----------
    Fan, Lyu, Ying, Hu (2017), Learning with average top-k loss,
    arXiv:1705.08826.
    """
    if objective.loss == "top_k":
        losses = ops.flip(ops.sort(losses), axis=0)[: objective.top_k]
    return ops.mean(losses)
