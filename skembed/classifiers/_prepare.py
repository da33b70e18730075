"""What a fit begins with: documents as numbers, the reader of more of them, and the network."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from skembed._caller import warn_caller
from skembed.classifiers._embeddings import (
    complete_coverage,
    embedding_matrix,
    loaded,
    refuse_embeddings,
)
from skembed.classifiers._fitted import Fitted
from skembed.classifiers._lengths import check_lengths
from skembed.classifiers._parameters import check_sizes
from skembed.classifiers._reader import InputReader, as_data, fit_reader
from skembed.classifiers._split import set_aside
from skembed.classifiers._targets import Labels, refuse_weightless
from skembed.data import Stream
from skembed.networks import (
    Examples,
    NetworkData,
    NetworkSpec,
    NetworkState,
    ObjectiveSpec,
    initial_state,
    with_trainable_embedding,
)
from skembed.text import Samples, TokenSequences, doubt_about

Part = tuple[Samples, NDArray[Any], NDArray[np.float32]]
"""Some documents with their targets and weights."""


@dataclass(frozen=True)
class Prepared:
    """What a network is trained with.

    Attributes
    ----------
    labels : Labels
        The classes.
    reader : InputReader
        How X is read.
    state : NetworkState
        Where training begins.
    examples : Examples
        What it learns from.
    validating : Examples or None
        What is set aside, or given, to validate on.
    """

    labels: Labels
    reader: InputReader
    state: NetworkState
    examples: Examples
    validating: Examples | None


def prepare(
    estimator: Any,
    X: Any,
    y: Any,
    sample_weight: Any,
    validation: tuple[Any, Any] | None,
    *,
    earlier: Fitted | None,
    seed: int,
    classes: Any,
    whole_fit: bool,
) -> Prepared:
    """Read documents in memory; parameters are those of `fit_network`."""
    samples = check_training(X, y, sample_weight, estimator=estimator)
    labels = Labels.find(y, classes) if earlier is None else earlier.labels
    part = to_part(estimator, samples, y, sample_weight, labels=labels, normalise=whole_fit)
    if earlier is None:
        refuse_weightless(part[2])
    if whole_fit:
        labels.warn_if_many(len(part[1]))
    held_out = None if validation is None else check_validation(*validation, labels)
    if held_out is None and whole_fit and sets_aside(estimator):
        part, held_out = hold_out(part, estimator.validation_fraction, seed)
    if earlier is None:
        doubt = doubt_about(samples)
        if doubt is not None:
            warn_caller(doubt)
        reader, state, data = start(estimator, part, labels, seed)
    else:
        reader, state = earlier.reader, resume(estimator, earlier)
        data = reader.read_samples(estimator, part[0])
    validating = held_out and read_held_out(estimator, reader, held_out)
    return Prepared(labels, reader, state, Examples(data, *part[1:]), validating)


def sets_aside(estimator: Any) -> bool:
    """Tell whether a part of the training documents is needed to validate on."""
    return bool(estimator.early_stopping) or estimator.decision == "tuned"


def check_training(X: Any, y: Any, sample_weight: Any, *, estimator: Any) -> Samples:
    """Read X, and refuse a missing y, and X and y of different lengths."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y "
            "is None."
        )
    return check_lengths(X, y, sample_weight)


def to_part(
    estimator: Any, samples: Samples, y: Any, sample_weight: Any, *, labels: Labels, normalise: bool
) -> Part:
    """Encode and weigh the training documents' labels; a partial_fit's mean is not the whole's."""
    targets = labels.encode(y)
    weights = labels.weigh(targets, estimator.class_weight, sample_weight, normalise=normalise)
    return samples, targets, weights


def draw_seed(random_state: Any) -> int:
    """Draw the one number that everything random in a fit follows from."""
    return int(check_random_state(random_state).randint(2**31 - 1))


def validation_given(X: Any, X_val: Any, y_val: Any) -> tuple[Any, Any] | None:
    """Return the user's validation documents and labels, a stream with None; None if none."""
    if isinstance(X_val, Stream):
        if not isinstance(X, Stream):
            raise TypeError("X_val can be a Stream only if X is one. Pass texts and y_val.")
        if y_val is not None:
            raise ValueError("y_val must be None where X_val is a Stream, which gives the labels.")
        return X_val, None
    if (X_val is None) != (y_val is None):
        raise ValueError("X_val and y_val must be given together, or neither of them.")
    return None if X_val is None else (X_val, y_val)


def check_validation(X_val: Any, y_val: Any, labels: Labels) -> Part:
    """Check the user's validation documents."""
    samples = check_lengths(X_val, y_val, suffix="_val")
    targets = labels.encode(y_val, name="y_val")
    return samples, targets, np.ones(targets.shape, dtype=np.float32)


def read_held_out(estimator: Any, reader: InputReader, held_out: Part) -> Examples:
    """Read the validation documents as the training documents were read."""
    samples, targets, weights = held_out
    return Examples(reader.read_samples(estimator, samples, name="X_val"), targets, weights)


def hold_out(part: Part, fraction: float, seed: int) -> tuple[Part, Part]:
    """Set a part of the documents aside, before anything is learned from them."""
    samples, targets, weights = part
    kept, held = set_aside(targets, weights, fraction, seed)
    return (
        (samples.take(kept), targets[kept], weights[kept]),
        (samples.take(held), targets[held], weights[held]),
    )


def start(
    estimator: Any, part: Part, labels: Labels, seed: int
) -> tuple[InputReader, NetworkState, NetworkData]:
    """Learn how to read X, find the vectors, and begin a network."""
    samples, targets, _ = part
    embeddings = estimator.embeddings
    if samples.kind == "documents":
        embeddings = loaded(embeddings)
    reader, read = fit_reader(
        estimator,
        samples,
        tokenizer=estimator.tokenizer,
        embeddings=embeddings,
        wide=estimator.wide,
    )
    if not isinstance(read, TokenSequences):
        refuse_embeddings(embeddings)
        n_dims = read.steps.shape[1]
        return reader, begin_network(estimator, labels, reader, None, seed, n_dims), read
    assert reader.n_rows is not None
    matrix, coverage = embedding_matrix(embeddings, read, reader.n_rows)
    reader.coverage = coverage and complete_coverage(
        coverage, read, targets, labels.classes, reader.tokenizer
    )
    return reader, begin_network(estimator, labels, reader, matrix, seed), as_data(read)


def begin_network(
    estimator: Any,
    labels: Labels,
    reader: InputReader,
    matrix: NDArray[np.float32] | None,
    seed: int,
    n_dims: int | None = None,
) -> NetworkState:
    """Begin a network with an embedding for each id, or of vectors with so many dimensions."""
    if matrix is not None:
        reader.n_rows, n_dims = matrix.shape
    return initial_state(
        make_spec(estimator, reader.n_rows, n_dims or estimator.embedding_dim, len(labels.classes)),
        make_objective(estimator, labels.multilabel),
        seed=seed,
        embedding=matrix,
    )


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
    old_graph, graph = state.spec.graph_key(), spec.graph_key()
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
        encoder=estimator._encoder(),
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
