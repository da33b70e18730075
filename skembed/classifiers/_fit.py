"""The way of a fit: labels, tokens, vectors, network, training."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import _safe_indexing, check_random_state

from skembed.classifiers._decision import tune_thresholds
from skembed.classifiers._embeddings import (
    complete_coverage,
    embedding_matrix,
    loaded,
    refuse_embeddings,
)
from skembed.classifiers._fitted import Fitted, History, extend
from skembed.classifiers._inputs import kind_of
from skembed.classifiers._lengths import check_lengths
from skembed.classifiers._linear import learn_linear_half, predict_jointly
from skembed.classifiers._parameters import check_callbacks, check_sizes
from skembed.classifiers._progress import EpochTasks
from skembed.classifiers._reader import InputReader, as_data, fit_reader
from skembed.classifiers._split import split_validation
from skembed.classifiers._targets import Labels
from skembed.networks import (
    Examples,
    NetworkData,
    NetworkSpec,
    NetworkState,
    ObjectiveSpec,
    TrainingPlan,
    initial_state,
    train,
    with_trainable_embedding,
)
from skembed.text import TokenSequences

Part = tuple[Any, NDArray[Any], NDArray[np.float32]]
"""Some documents as X, with their targets and weights."""


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
    callbacks = check_callbacks(estimator.callbacks)
    check_training(X, y, sample_weight, estimator=estimator)
    labels = Labels.find(y, classes) if earlier is None else earlier.labels
    seed = draw_seed(estimator.random_state) if earlier is None else earlier.seed
    whole_fit = context is not None
    part = to_part(estimator, X, y, sample_weight, labels=labels, normalise=whole_fit)
    held_out = None if validation is None else check_validation(*validation, labels)
    if held_out is None and whole_fit and sets_aside(estimator):
        part, held_out = hold_out(part, estimator.validation_fraction, seed)
    if earlier is None:
        reader, state, data = start(estimator, part, labels, seed)
    else:
        reader, state = earlier.reader, resume(estimator, earlier)
        data = reader.read(estimator, part[0])
    examples = Examples(data, *part[1:])
    linear = None if earlier is None else earlier.linear
    if linear is not None:
        linear = linear.updated(examples)
    elif estimator.wide:
        linear = learn_linear_half(reader, examples, len(labels.classes), seed=seed)

    def fitted(trained: NetworkState, history: History) -> Fitted:
        before = earlier.history if earlier is not None else {}
        best = len(before.get("loss", ())) + trained.n_epochs - state.n_epochs
        suited = linear and linear.suited_to(trained, examples, anew=whole_fit)
        thresholds = None if whole_fit or earlier is None else earlier.thresholds
        history = extend(before, history)
        return Fitted(labels, reader, trained, seed, history, best, suited, thresholds)

    validating = held_out and read_held_out(estimator, reader, held_out)
    tasks = EpochTasks(estimator, context, X, y, lambda *now: fitted(*now).attributes())
    try:
        trained, history = train(
            state,
            examples,
            make_plan(estimator, reader, whole_fit=whole_fit, validated=held_out is not None),
            validation=validating,
            callbacks=callbacks,
            on_epoch_begin=tasks.begin,
            on_epoch_end=tasks.end,
        )
    except KeyboardInterrupt:
        if estimator.warm_start and tasks.last_whole is not None:
            estimator._remember(fitted(*tasks.last_whole))
        raise
    done = fitted(trained, history)
    if estimator.decision != "tuned" or not whole_fit:
        return done
    assert validating is not None
    return replace(done, thresholds=find_thresholds(done, part[1], validating))


def sets_aside(estimator: Any) -> bool:
    """Tell whether a part of the training documents is needed to validate on."""
    return bool(estimator.early_stopping) or estimator.decision == "tuned"


def find_thresholds(
    fitted: Fitted, targets: NDArray[Any], validating: Examples
) -> NDArray[np.float64]:
    """Tune the decision on the validation documents."""
    n_outputs = len(fitted.labels.classes)
    counts = np.bincount(targets, minlength=n_outputs) if targets.ndim == 1 else targets.sum(axis=0)
    logits = predict_jointly(fitted.state, fitted.linear, validating.data)
    return tune_thresholds(logits, validating.targets, counts / len(targets))


def check_training(X: Any, y: Any, sample_weight: Any, *, estimator: Any) -> None:
    """Refuse a missing y, what are no documents, and X and y of different lengths."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y "
            "is None."
        )
    check_lengths(X, y, sample_weight)


def to_part(
    estimator: Any, X: Any, y: Any, sample_weight: Any, *, labels: Labels, normalise: bool
) -> Part:
    """Encode and weigh the training documents' labels; a partial_fit's mean is not the whole's."""
    targets = labels.encode(y)
    weights = labels.weigh(targets, estimator.class_weight, sample_weight, normalise=normalise)
    return X, targets, weights


def draw_seed(random_state: Any) -> int:
    """Draw the one number that everything random in a fit follows from."""
    return int(check_random_state(random_state).randint(2**31 - 1))


def check_validation(X_val: Any, y_val: Any, labels: Labels) -> Part:
    """Check the user's validation documents."""
    check_lengths(X_val, y_val, suffix="_val")
    targets = labels.encode(y_val, name="y_val")
    return X_val, targets, np.ones(targets.shape, dtype=np.float32)


def read_held_out(estimator: Any, reader: InputReader, held_out: Part) -> Examples:
    """Read the validation documents as the training documents were read."""
    X_val, targets, weights = held_out
    return Examples(reader.read(estimator, X_val, name="X_val"), targets, weights)


def hold_out(part: Part, fraction: float, seed: int) -> tuple[Part, Part]:
    """Set a part of the documents aside, before anything is learned from them."""
    X, targets, weights = part
    kept, held = split_validation(targets, fraction, seed)
    return (
        (_safe_indexing(X, kept), targets[kept], weights[kept]),
        (_safe_indexing(X, held), targets[held], weights[held]),
    )


def start(
    estimator: Any, part: Part, labels: Labels, seed: int
) -> tuple[InputReader, NetworkState, NetworkData]:
    """Learn how to read X, find the vectors, and begin a network."""
    X, targets, _ = part
    embeddings = estimator.embeddings
    if kind_of(X) == "documents":
        embeddings = loaded(embeddings)
    reader, read = fit_reader(
        estimator, X, tokenizer=estimator.tokenizer, embeddings=embeddings, wide=estimator.wide
    )
    matrix = None
    if isinstance(read, TokenSequences):
        assert reader.n_rows is not None
        matrix, coverage = embedding_matrix(embeddings, read, reader.n_rows)
        reader.coverage = coverage and complete_coverage(
            coverage, read, targets, labels.classes, reader.tokenizer
        )
        n_dims = estimator.embedding_dim if matrix is None else matrix.shape[1]
        reader.n_rows = reader.n_rows if matrix is None else len(matrix)
        data = as_data(read)
    else:
        refuse_embeddings(embeddings)
        data, n_dims = read, read.steps.shape[1]
    state = initial_state(
        make_spec(estimator, reader.n_rows, n_dims, len(labels.classes)),
        make_objective(estimator, labels.multilabel),
        seed=seed,
        embedding=matrix,
    )
    return reader, state, data


def resume(estimator: Any, earlier: Fitted) -> NetworkState:
    """Go on from a trained network, by the parameters as they are now.

    Raises
    ------
    ValueError
        If they describe another network.
    """
    state = earlier.state
    old, trainable = state.spec, state.spec.trainable_embedding
    spec = make_spec(estimator, old.n_rows, old.n_dims, old.n_outputs)
    if release_epoch(estimator) is None:
        trainable = spec.trainable_embedding
    state = with_trainable_embedding(state, trainable)
    spec = replace(spec, trainable_embedding=trainable)
    old_graph, graph = state.spec.graph(), spec.graph()
    was_wide = earlier.linear is not None
    if graph != old_graph or bool(estimator.wide) != was_wide:
        before, now = ({**vars(each), **vars(each.encoder)} for each in (old_graph, graph))
        before["wide"], now["wide"] = was_wide, bool(estimator.wide)
        changed = [name for name in now if name != "encoder" and now[name] != before[name]]
        raise ValueError(
            f"The parameters describe another network than the fitted one (in {', '.join(changed)}"
            "), so that training cannot go on. Set warm_start=False, or clone the estimator, to "
            "start afresh."
        )
    state = replace(state, spec=spec)
    objective = make_objective(estimator, state.objective.multilabel)
    if objective == state.objective:
        return state
    return replace(state, objective=objective, optimizer={})


def release_epoch(estimator: Any) -> int | None:
    """Return how many epochs the word vectors are frozen for; None if that does not change."""
    trainable = estimator.trainable_embeddings
    return None if trainable is None or isinstance(trainable, bool | np.bool_) else trainable


def make_spec(estimator: Any, n_rows: int | None, n_dims: int, n_outputs: int) -> NetworkSpec:
    """Describe the network that the parameters ask for."""
    trainable = estimator.trainable_embeddings in (None, True) and release_epoch(estimator) is None
    return NetworkSpec(
        n_rows=n_rows,
        n_dims=n_dims,
        trainable_embedding=n_rows is not None and trainable,
        spatial_dropout=float(estimator.spatial_dropout),
        encoder=estimator._encoder_spec(),
        dense_dropout=float(estimator.dense_dropout),
        dense_units=check_sizes("dense_units", estimator.dense_units),
        dense_activation=estimator.dense_activation,
        batch_norm=bool(estimator.batch_norm),
        n_outputs=n_outputs,
        precision=estimator.precision,
    )


def make_objective(estimator: Any, multilabel: bool) -> ObjectiveSpec:
    """Describe what training minimises; what the loss does not use is left out."""
    clipnorm = estimator.clipnorm
    return ObjectiveSpec(
        loss=estimator.loss,
        multilabel=multilabel,
        top_k=int(estimator.top_k) if estimator.loss == "top_k" else 0,
        label_smoothing=float(estimator.label_smoothing),
        optimizer=estimator.optimizer,
        clipnorm=None if clipnorm is None else float(clipnorm),
    )


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
    )
