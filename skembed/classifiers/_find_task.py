"""The task of a classifier, found from the labels of a first fit."""

import numpy as np
from numpy.typing import ArrayLike

from skembed._labels import as_labels, check_labels
from skembed.classifiers._multi_label import MultiLabel
from skembed.classifiers._single_label import SingleLabel
from skembed.classifiers._task import Task, few


def find_task(
    y: ArrayLike, classes: ArrayLike | None = None, *, needs_classes: bool = False
) -> Task:
    """Learn the classes from labels, or take them as given.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_labels)
        Labels, or an indicator matrix of 0 and 1.
    classes : array-like of shape (n_classes,), default=None
        All classes, if `y` may lack some.
    needs_classes : bool, default=False
        Whether more labels will come, so that those of `y` are not enough.

    Raises
    ------
    ValueError
        If there are fewer than two, a label is missing, or `classes` are not the
        numbers of the columns of an indicator matrix.
    """
    if needs_classes and classes is None:
        raise ValueError("classes must be passed on the first call to partial_fit.")
    checked = check_labels(y)
    multilabel = checked.ndim == 2
    if classes is not None:
        found = np.unique(as_labels(classes, "classes"))
    else:
        found = np.arange(checked.shape[1]) if multilabel else np.unique(checked)
    if multilabel and not np.array_equal(found, np.arange(checked.shape[1])):
        raise ValueError(
            f"classes must be the numbers of y's {checked.shape[1]} columns for multi-label "
            f"targets, such as range({checked.shape[1]}), got {classes!r}."
        )
    if len(found) < 2:
        raise ValueError(
            f"y must hold at least two classes to tell apart, got one class: {few(found)}."
        )
    return MultiLabel(found) if multilabel else SingleLabel(found)
