"""The labels of documents, as targets with weights, and which documents are set aside."""

from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skembed.classifiers._model import FittedModel
from skembed.classifiers._reader import Reader, limit_ids
from skembed.classifiers._settings import Settings
from skembed.classifiers._sources import Source
from skembed.classifiers._split import set_aside
from skembed.classifiers._task import Targets, Task, refuse_weightless
from skembed.networks import AnyData, Examples
from skembed.text import UNKNOWN_ID


@dataclass(frozen=True)
class Answers:
    """The targets of documents, and their weights.

    Attributes
    ----------
    task : Task
        The kind of prediction.
    targets : ndarray of shape (n_samples,), int32, or (n_samples, n_outputs), float32
        The answers.
    weights : ndarray of the shape of `targets`, dtype float32
        Weights of the losses.
    """

    task: Task
    targets: Targets
    weights: NDArray[np.float32]

    def take(self, kept: NDArray[np.bool_]) -> "Answers":
        """Return the targets of some documents."""
        if kept.all():
            return self
        return replace(self, targets=self.targets[kept], weights=self.weights[kept])

    def with_documents(self, data: AnyData) -> Examples:
        """Return the documents with their answers."""
        return Examples(data, self.targets, self.weights)


def with_words(examples: Examples, model: FittedModel) -> Examples:
    """Give the documents without a known word the weight zero.

    An empty document is one unknown word. Few other training documents have unknown words, so a
    network would learn that these show the class of the empty ones. The linear model does not learn
    from unknown words either. In a first fit, a class that has few other documents keeps them.
    """
    if model.reader.n_rows is None:
        return examples
    found = [
        np.logical_or.reduceat(block.steps > UNKNOWN_ID, block.offsets[:-1])
        for _, block in examples.data.blocks()
    ]
    counts, targets = np.concatenate(found), examples.targets
    if counts.all():
        return examples
    if targets.ndim == 1 and model.state.n_epochs == 0:
        shares = np.bincount(targets, counts) / np.maximum(np.bincount(targets), 1)
        counts |= shares[targets] < 0.5
    return replace(examples, weights=np.where(counts, examples.weights.T, np.float32(0)).T)


def read_answers(
    settings: Settings, source: Source, earlier: FittedModel | None, classes: ArrayLike | None
) -> Answers:
    """Find the task, and the targets and weights of all documents."""
    column = source.labels()
    if earlier is None:
        task = settings.find_task(column.values, classes, needs_classes=settings.is_partial)
    else:
        task = earlier.task
        if classes is not None:
            task.check_classes(classes)
    targets = column.encode(task)
    weights = task.weigh(
        targets, settings.class_weight, source.sample_weight, normalise=not settings.is_partial
    )
    if earlier is None:
        refuse_weightless(weights)
    if not settings.is_partial:
        task.warn_if_odd(len(targets))
    return Answers(task, targets, weights)


def set_documents_aside(
    settings: Settings, answers: Answers, validation: Source | None, seed: int
) -> NDArray[np.bool_]:
    """Choose the documents to train on.

    The others validate, unless the user gives documents for it.
    """
    if validation is not None or not settings.sets_aside:
        return np.ones(len(answers.targets), dtype=bool)
    groups = answers.task.groups(answers.targets)
    return set_aside(groups, answers.weights, settings.validation_fraction, seed)


def read_validation(
    reader: Reader,
    validation: Source | None,
    others: Answers,
    held_out: AnyData | None,
    files: ExitStack,
) -> Examples | None:
    """Return the documents to validate on: the user's, with equal weights, or those set aside."""
    if validation is not None:
        targets = validation.labels().encode(others.task)
        data, _ = reader.read_source(validation, np.ones(len(targets), dtype=bool), files)
        return Examples(data, targets, np.ones(targets.shape, dtype=np.float32))
    if held_out is None:
        return None
    return others.with_documents(limit_ids(held_out, reader.n_rows, files))
