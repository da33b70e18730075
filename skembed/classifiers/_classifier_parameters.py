"""The parameters that text classifiers have in addition to those of all text estimators."""

from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from skembed.classifiers._declared import declares_parameters, parameter
from skembed.classifiers._parameters import COUNT, FRACTION, TrainingParameters


@declares_parameters
class ClassifierParameters(TrainingParameters):
    """Parameters of text classifiers, with any network.

    Parameters
    ----------
    loss : {"crossentropy", "focal", "top_k"}, default="crossentropy"
        "focal" weighs examples by ``(1 - p)**2``, where p is the probability of the true class
        [1]_. With "top_k" only the hardest examples of each batch count [2]_.
    top_k : int, default=16
        Examples of a batch that count with ``loss="top_k"``.
    label_smoothing : float in [0, 1), default=0.0
        Share of each target spread evenly over the classes, for the network.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class in the losses of the network and of the linear model. "balanced" is
        inverse to the classes' frequencies. For multi-label targets the keys are column numbers,
        and the weights apply to documents that have the label. `fit` scales the weights of all
        documents to mean 1. `partial_fit` uses them as given and does not take "balanced".
    decision : {"argmax", "tuned"}, default="argmax"
        "tuned" sets documents aside as for early stopping, and finds the thresholds with the
        largest macro-averaged F1 score on them. The thresholds of classes are a power of their
        frequencies. Each label of multi-label targets has its own. Tuning helps if classes are
        rare. Probabilities do not change.
    early_stopping : bool or "val_joint_accuracy", default=False
        Stop when the validation loss of the network has not fallen for `patience` epochs, and
        return to the epoch with the smallest loss. "val_joint_accuracy" watches the accuracy of
        network and linear model together instead, which has to rise.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Sorted classes; for multi-label targets the numbers of the labels.
    history_ : dict of str to list of float
        ``loss``, ``accuracy`` and ``seconds`` of each epoch, and ``val_loss``
        and ``val_accuracy`` if there was a validation. These are figures of the network alone.
        ``val_joint_accuracy`` is the accuracy of network and linear model together.
    thresholds_ : ndarray of shape (n_classes,), dtype float64, or None
        With ``decision="tuned"``, the class with the largest probability divided by its threshold
        is predicted, or all labels with a probability above their thresholds. Log-odds are
        compared, so a threshold that rounds to 1.0 may still separate documents. None with
        "argmax".

    References
    ----------
    .. [1] Lin et al. (2017), Focal loss for dense object detection,
       arXiv:1708.02002.
    .. [2] Fan et al. (2017), Learning with average top-k loss,
       arXiv:1705.08826.
    """

    _behind_own: ClassVar[str] = "optimizer"

    loss: str = parameter(
        default="crossentropy", constraint=[StrOptions({"crossentropy", "focal", "top_k"})]
    )
    top_k: int = parameter(default=16, constraint=[COUNT])
    label_smoothing: float = parameter(default=0.0, constraint=[FRACTION])
    class_weight: dict[Any, float] | str | None = parameter(
        default=None, constraint=[StrOptions({"balanced"}), dict, None]
    )
    decision: str = parameter(default="argmax", constraint=[StrOptions({"argmax", "tuned"})])
    early_stopping: bool | str = parameter(
        default=False, constraint=["boolean", StrOptions({"val_joint_accuracy"})]
    )


def check_weights_of_batches(class_weight: object) -> None:
    """Refuse weights that need all documents, if these come batch by batch."""
    if class_weight == "balanced":
        raise ValueError(
            "class_weight='balanced' cannot be used with partial_fit, which does not see all "
            "documents. Pass a dict of weights; scikit-learn's compute_class_weight makes one."
        )
