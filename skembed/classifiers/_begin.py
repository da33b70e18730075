"""The start of a training: with a new network, or with one that was trained before."""

from dataclasses import replace

from sklearn.base import BaseEstimator, clone

from skembed.classifiers._embeddings import Embedding
from skembed.classifiers._model import FittedModel
from skembed.classifiers._reader import Reader
from skembed.classifiers._settings import Settings
from skembed.classifiers._task import Task
from skembed.classifiers._training_documents import TrainingDocuments
from skembed.networks import NetworkState, initial_state, with_trainable_embedding
from skembed.text import Kind


def begin_model(
    settings: Settings,
    kind: Kind,
    documents: TrainingDocuments,
    embedding: Embedding,
    task: Task,
    seed: int,
) -> FittedModel:
    """Return a model that has not been trained."""
    features = documents.features
    n_numbers = 0 if features is None else len(features.factor)
    network = settings.network_for(embedding.n_rows, embedding.n_dims, n_numbers, len(task.labels))
    objective = settings.objective_for(task.output)
    state = initial_state(network, objective, seed=seed, embedding=embedding.matrix)
    words = documents.tokenizer, documents.vocabulary
    reader = Reader(
        kind, *words, embedding.n_rows, embedding.coverage, settings.text_columns, features
    )
    return FittedModel(task, reader, state, seed, history={}, best_epoch=0)


def resume_model(settings: Settings, earlier: FittedModel) -> FittedModel:
    """Return a trained model to continue with; a whole fit tunes its decision again."""
    refuse_other_columns(settings, earlier.reader)
    state = resume_network(settings, earlier)
    if settings.is_partial:
        return replace(earlier, state=state)
    return replace(earlier, state=state, thresholds=None, cuts=None)


def refuse_other_columns(settings: Settings, reader: Reader) -> None:
    """Refuse to continue with other columns, or another transformer, than the fitted ones."""
    before = None if reader.features is None else reader.features.transformer
    told = [told_parameters(each) for each in (settings.features, before)]
    for name, is_other in (
        ("text_columns", settings.text_columns != reader.text_columns),
        ("features", told[0] != told[1]),
    ):
        if is_other:
            raise ValueError(
                f"{name} was changed since the first fit, so training cannot continue. Set "
                "warm_start=False, or clone the estimator, to start afresh."
            )


def told_parameters(transformer: object) -> str:
    """Return a transformer with all its parameters, as text."""
    if not isinstance(transformer, BaseEstimator):
        return type(transformer).__name__
    return str(clone(transformer).__repr__(N_CHAR_MAX=1_000_000))


def resume_network(settings: Settings, earlier: FittedModel) -> NetworkState:
    """Continue from a trained network, with the current parameters."""
    state = earlier.state
    old, trainable = state.spec, state.spec.trainable_embedding
    spec = settings.network_for(old.n_rows, old.n_dims, old.n_numbers, old.n_outputs)
    if settings.plan.release_epoch is None:
        trainable = spec.trainable_embedding
    state = with_trainable_embedding(state, trainable)
    spec = replace(spec, trainable_embedding=trainable)
    old_graph, graph = state.spec.graph_key(), spec.graph_key()
    was_wide = earlier.linear is not None
    wide = was_wide if settings.wide == "auto" else settings.wide
    if graph != old_graph or wide != was_wide:
        before, now = ({**vars(each), **vars(each.encoder)} for each in (old_graph, graph))
        before["wide"], now["wide"] = was_wide, wide
        changed = [name for name in now if name != "encoder" and now[name] != before[name]]
        raise ValueError(
            f"The parameters describe another network than the fitted one (in {', '.join(changed)}"
            "), so training cannot continue. Set warm_start=False, or clone the estimator, to "
            "start afresh."
        )
    state = replace(state, spec=spec)
    objective = settings.objective_for(earlier.task.output)
    if objective == state.objective:
        return state
    return replace(state, objective=objective, optimizer={})
