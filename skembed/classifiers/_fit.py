"""The way of a fit: labels, tokens, vectors, network, training."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.classifiers._checkpoint import Checkpoint, check_checkpoint
from skembed.classifiers._decision import thresholds_of, tune_cuts
from skembed.classifiers._fitted import Fitted, History, extend
from skembed.classifiers._linear import LinearHalf, learn_linear_half, predict_jointly
from skembed.classifiers._parameters import check_callbacks, check_data_parallel
from skembed.classifiers._prepare import Prepared, draw_seed, prepare, release_epoch
from skembed.classifiers._progress import EpochTasks
from skembed.classifiers._reader import InputReader
from skembed.classifiers._streamed import check_stream, prepare_stream
from skembed.data import Stream
from skembed.networks import (
    Examples,
    NetworkState,
    TrainingPlan,
    fingerprint,
    load_engine,
    meant_before,
    train,
)


def fit_network(
    estimator: Any,
    X: Any,
    y: Any,
    sample_weight: Any,
    validation: tuple[Any, Any] | None,
    *,
    earlier: Fitted | None,
    classes: Any = None,
    context: Any = None,
) -> Fitted:
    """Fit a classifier's network to documents.

    Parameters
    ----------
    estimator : BaseTextClassifier
        Its parameters say how.
    X, y, sample_weight : object
        What the user passed.
    validation : tuple of (X_val, y_val) or None
        The user's validation documents.
    earlier : Fitted or None
        What to go on from; None starts afresh.
    classes : array-like or None
        All classes, where `y` may lack some.
    context : CallbackContext or None
        Of a whole fit; None for the one epoch of a partial_fit.
    """
    check_callbacks(estimator.callbacks)
    whole_fit = context is not None
    check_data_parallel(estimator)
    path = check_checkpoint(estimator) if whole_fit else None
    if estimator.data_parallel:
        load_engine(data_parallel=True)
    seed = draw_seed(estimator.random_state) if earlier is None else earlier.seed
    with ExitStack() as files:
        if whole_fit and isinstance(X, Stream):
            check_stream(estimator, y, sample_weight)
            prepared = prepare_stream(
                estimator, X, validation, earlier=earlier, seed=seed, files=files
            )
        else:
            prepared = prepare(
                estimator, X, y, sample_weight, validation,
                earlier=earlier, seed=seed, classes=classes, whole_fit=whole_fit,
            )  # fmt: skip
        tasks = EpochTasks(estimator, context, X, y, sample_weight)
        return learn(estimator, prepared, tasks, earlier=earlier, seed=seed, checkpoint=path)


def learn(
    estimator: Any,
    prepared: Prepared,
    tasks: EpochTasks,
    *,
    earlier: Fitted | None,
    seed: int,
    checkpoint: Path | None,
) -> Fitted:
    """Train on what was prepared, and fit the linear half of a wide network."""
    labels, reader, state = prepared.labels, prepared.reader, prepared.state
    examples, whole_fit = prepared.examples, tasks.context is not None
    linear = _linear_half(estimator, prepared, earlier, seed)

    def fitted(trained: NetworkState, history: History) -> Fitted:
        before = earlier.history if earlier is not None else {}
        best = len(before.get("loss", ())) + trained.n_epochs - state.n_epochs
        suited = linear and linear.suited_to(trained, examples, anew=whole_fit)
        history = extend(before, history)
        done = Fitted(labels, reader, trained, seed, history, best, suited)
        if not whole_fit:
            if earlier is None:
                return done
            return replace(done, thresholds=earlier.thresholds, cuts=earlier.cuts)
        if estimator.decision != "tuned":
            return done
        assert prepared.validating is not None
        cuts = find_cuts(done, examples.targets, prepared.validating)
        return replace(done, thresholds=thresholds_of(cuts, labels.multilabel), cuts=cuts)

    tasks.fitted = lambda *now: fitted(*now).attributes()
    try:
        trained, history = _train(estimator, prepared, tasks, checkpoint)
    except KeyboardInterrupt:
        if estimator.warm_start and tasks.last_whole is not None:
            estimator._remember(fitted(*tasks.last_whole))
        raise
    done = fitted(trained, history)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return done


def _linear_half(
    estimator: Any, prepared: Prepared, earlier: Fitted | None, seed: int
) -> LinearHalf | None:
    """Fit the linear half of a wide network, or go on with it."""
    if earlier is not None:
        return earlier.linear and earlier.linear.updated(prepared.examples)
    if not estimator.wide:
        return None
    n_outputs = len(prepared.labels.classes)
    return learn_linear_half(prepared.reader, prepared.examples, n_outputs, seed=seed)


def _train(
    estimator: Any, prepared: Prepared, tasks: EpochTasks, checkpoint: Path | None
) -> tuple[NetworkState, History]:
    """Train, from a checkpoint on if there is one."""
    state, examples, validating = prepared.state, prepared.examples, prepared.validating
    plan = make_plan(
        estimator,
        prepared.reader,
        whole_fit=tasks.context is not None,
        validated=validating is not None,
    )
    keeper = progress = None
    if checkpoint is not None:
        told = fingerprint(state, examples, plan, validating)
        keeper = Checkpoint(checkpoint, told, meant_before(state, plan))
        progress = keeper.read(state)
    try:
        return train(
            state,
            examples,
            plan,
            validation=validating,
            callbacks=check_callbacks(estimator.callbacks),
            on_epoch_begin=tasks.begin,
            on_epoch_end=tasks.end,
            progress=progress,
            keeper=keeper,
        )
    except FloatingPointError:
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)  # it would lead here again
        raise


def find_cuts(fitted: Fitted, targets: NDArray[Any], validating: Examples) -> NDArray[np.float64]:
    """Tune the decision on the validation documents."""
    n_outputs = len(fitted.labels.classes)
    counts = np.bincount(targets, minlength=n_outputs) if targets.ndim == 1 else targets.sum(axis=0)
    logits = predict_jointly(fitted.state, fitted.linear, validating.data)
    return tune_cuts(logits, validating.targets, validating.weights, counts / len(targets))


def make_plan(
    estimator: Any, reader: InputReader, *, whole_fit: bool, validated: bool
) -> TrainingPlan:
    """Describe how to train."""
    return TrainingPlan(
        epochs=int(estimator.epochs) if whole_fit else 1,
        batch_size=int(estimator.batch_size),
        learning_rate=float(estimator.learning_rate),
        release_epoch=None if reader.n_rows is None else release_epoch(estimator),
        patience=int(estimator.patience) if estimator.early_stopping and validated else None,
        verbose=int(estimator.verbose),
        data_parallel=bool(estimator.data_parallel),
    )
