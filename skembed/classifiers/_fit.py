"""A fit: from documents and labels to a fitted model."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial

from numpy.typing import ArrayLike

from skembed.classifiers._answers import (
    read_answers,
    read_validation,
    set_documents_aside,
    with_words,
)
from skembed.classifiers._begin import begin_model, resume_model
from skembed.classifiers._checkpoint import open_checkpoint, remove_checkpoint
from skembed.classifiers._embeddings import align, open_embeddings
from skembed.classifiers._model import FittedModel, extend
from skembed.classifiers._progress import FitMonitor
from skembed.classifiers._settings import Settings
from skembed.classifiers._sources import Source
from skembed.classifiers._training_documents import read_training
from skembed.classifiers._wide import (
    FitBeside,
    JointFigures,
    SequenceBlocks,
    beside,
    calibrated,
    is_too_large,
)
from skembed.linear import BagModel
from skembed.networks import AnyData, Examples, History, NetworkState, load_engine, train


def fit_model(
    settings: Settings,
    source: Source,
    validation: Source | None,
    monitor: FitMonitor,
    *,
    earlier: FittedModel | None,
    classes: ArrayLike | None = None,
) -> FittedModel:
    """Fit a model to documents.

    Parameters
    ----------
    settings : Settings
        Parameters of the estimator.
    source : Source
        Training documents.
    validation : Source or None
        The user's validation documents.
    monitor : FitMonitor
        Is called for each epoch.
    earlier : FittedModel or None
        The model to continue from. None starts with a new one.
    classes : array-like of shape (n_classes,), default=None
        All classes, if the labels may lack some.
    """
    if settings.plan.data_parallel:
        load_engine(data_parallel=True)
    seed = settings.draw_seed() if earlier is None else earlier.seed
    with ExitStack() as files:
        answers = read_answers(settings, source, earlier, classes)
        kept = set_documents_aside(settings, answers, validation, seed)
        of_kept = answers.take(kept)
        if earlier is None:
            embeddings = open_embeddings(settings.embeddings, source.kind)
            documents = read_training(settings, source, embeddings, answers, kept, files)
            embedding = align(embeddings, documents, of_kept, n_dims=settings.network.n_dims)
            model = begin_model(settings, source.kind, documents, embedding, answers.task, seed)
            data, held_out = documents.data, documents.held_out
        else:
            model = resume_model(settings, earlier)
            data, held_out = model.reader.read_source(source, kept, files)
        examples = of_kept.with_documents(data)
        worded = with_words(examples, model)
        validating = read_validation(model.reader, validation, answers.take(~kept), held_out, files)
        with linear_beside(settings, model, examples) as linear:
            return train_model(settings, model, linear, worded, validating, monitor)


def linear_beside(
    settings: Settings, model: FittedModel, examples: Examples
) -> AbstractContextManager[FitBeside | None]:
    """Fit the linear model, if there is one, while the network is trained."""
    joins = joins_linear(settings, model, examples.data)
    fit = partial(fit_linear, model, examples) if joins else None
    return beside(fit, verbose=settings.plan.verbose > 0)


def joins_linear(settings: Settings, model: FittedModel, data: AnyData) -> bool:
    """Return whether there is a linear model. A later fit does what the first one did."""
    if model.state.n_epochs > 0:
        return model.linear is not None
    if not settings.wide or model.reader.n_rows is None:
        return False
    if model.task.linear is None:
        if settings.wide is True:
            raise ValueError(
                f"wide=True needs a task that a linear model can learn, but "
                f"{type(model.task).__name__} is not one. Set wide='auto'."
            )
        return False
    return settings.wide is True or not is_too_large(data)


def fit_linear(model: FittedModel, examples: Examples) -> BagModel:
    """Fit the linear model beside a network, or continue with it."""
    documents = SequenceBlocks(examples.data)
    if model.linear is not None:
        return model.linear.partial_fit(
            documents, examples.targets, examples.weights, examples.data.numbers
        )
    assert model.reader.n_rows is not None
    assert model.task.linear is not None
    return model.task.linear.fit(
        documents,
        model.reader.n_rows,
        model.reader.vocabulary,
        examples.targets,
        examples.weights,
        len(model.task.labels),
        model.seed,
        examples.data.numbers,
    )


def train_model(
    settings: Settings,
    start: FittedModel,
    linear: FitBeside | None,
    examples: Examples,
    validating: Examples | None,
    monitor: FitMonitor,
) -> FittedModel:
    """Train the network of a model, from a checkpoint if there is one."""
    plan = settings.plan_for(start.reader.n_rows, is_validated=validating is not None)
    judge = None if linear is None else JointFigures(start.task, linear, examples)
    if judge is None and plan.watched != "val_loss":
        raise ValueError(
            f"early_stopping={plan.watched!r} needs a linear model beside the network, but there "
            "is none. Set early_stopping=True, or wide=True with words or ids in X."
        )
    checkpoint = open_checkpoint(settings.checkpoint, start.state, examples, plan, validating)
    monitor.finish = partial(finish_model, settings, start, linear, examples, validating)
    try:
        trained = train(
            start.state,
            examples,
            plan,
            validation=validating,
            callbacks=settings.callbacks,
            on_epoch_begin=monitor.begin,
            on_epoch_end=monitor.end,
            progress=None if checkpoint is None else checkpoint.read(start.state),
            checkpointer=checkpoint,
            judge=judge,
        )
    except KeyboardInterrupt:
        monitor.interrupt()
        raise
    except FloatingPointError:
        remove_checkpoint(settings.checkpoint)  # resuming would lead here again
        raise
    model = monitor.finish(*trained)
    remove_checkpoint(settings.checkpoint)
    return model


def finish_model(
    settings: Settings,
    start: FittedModel,
    beside: FitBeside | None,
    examples: Examples,
    validating: Examples | None,
    state: NetworkState,
    history: History,
) -> FittedModel:
    """Make a model of a trained network and the history of its epochs."""
    linear = None
    if beside is not None:
        linear = calibrated(beside(), state, examples, anew=not settings.is_partial)
    model = replace(
        start,
        state=state,
        history=extend(start.history, history),
        best_epoch=len(start.history.get("loss", ())) + state.n_epochs - start.state.n_epochs,
        linear=linear,
    )
    if settings.is_partial or not settings.tuned:
        return model
    assert validating is not None
    task, outputs = model.task, model.outputs_of(validating.data)
    frequencies = task.frequencies(examples.targets)
    cuts = task.tune_cuts(outputs, validating.targets, validating.weights, frequencies)
    return replace(model, thresholds=task.thresholds(cuts), cuts=cuts)
