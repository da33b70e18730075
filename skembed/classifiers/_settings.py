"""The parameters of an estimator, checked and frozen when a fit begins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sklearn.utils import check_random_state

from skembed.classifiers._checkpoint import check_checkpoint
from skembed.classifiers._classifier_parameters import check_weights_of_batches
from skembed.classifiers._parameters import (
    check_callbacks,
    check_data_parallel,
    check_sizes,
    check_text_columns,
)
from skembed.classifiers._task import ClassWeight, Task
from skembed.networks import (
    Encoder,
    NetworkSpec,
    ObjectiveSpec,
    Output,
    TrainingPlan,
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The parameters of a fit. The functions of a fit read only these, not the estimator.

    Attributes
    ----------
    find_task : callable
        Takes the user's labels and classes, as `find_task` does, and returns their task.
    network : NetworkSpec
        The network, without the sizes that X and y decide.
    objective : ObjectiveSpec
        The loss and the optimizer, without the meaning of the outputs.
    plan : TrainingPlan
        How to train, with the patience and release of the user's parameters.
    text_columns : tuple of str or None
        Columns whose texts are joined to one document, if X is a table.
    features : transformer or None
        Not fitted. Makes numbers beside the documents.
    tokenizer : transformer or None
        Not fitted. None makes the classifier's own.
    embeddings : str, path-like, WordVectors, KeyedVectors, ndarray or None
        Pre-trained word vectors.
    wide : bool or "auto"
        Whether a linear model joins the network.
    class_weight : dict, "balanced" or None
        Weight of each class.
    tuned : bool
        Whether the decision is tuned.
    validation_fraction : float
        Share of the documents to set aside, if they are needed.
    callbacks : sequence of keras.callbacks.Callback
        The user's callbacks.
    checkpoint : Path or None
        Where a fit keeps its state.
    random_state : int, RandomState instance or None
        The source of the seed.
    is_partial : bool
        Whether this is the one epoch of a `partial_fit`.
    """

    find_task: Callable[..., Task]
    network: NetworkSpec
    objective: ObjectiveSpec
    plan: TrainingPlan
    text_columns: tuple[str, ...] | None
    features: Any
    tokenizer: Any
    embeddings: Any
    wide: bool | Literal["auto"]
    class_weight: ClassWeight
    tuned: bool
    validation_fraction: float
    callbacks: Sequence[Any]
    checkpoint: Path | None
    random_state: int | np.random.RandomState | None
    is_partial: bool

    @property
    def sets_aside(self) -> bool:
        """Whether a part of the training documents is needed to validate on."""
        return not self.is_partial and (self.plan.patience is not None or self.tuned)

    def draw_seed(self) -> int:
        """Draw the one number that everything random in a fit follows from."""
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def network_for(
        self, n_rows: int | None, n_dims: int, n_numbers: int, n_outputs: int
    ) -> NetworkSpec:
        """Return the whole network. Without ids, and their rows, there is no embedding."""
        trainable = n_rows is not None and self.network.trainable_embedding
        return replace(
            self.network,
            n_rows=n_rows,
            n_dims=n_dims,
            n_numbers=n_numbers,
            n_outputs=n_outputs,
            trainable_embedding=trainable,
            encoder=self.network.encoder.with_dims(n_dims),
        )

    def objective_for(self, output: Output) -> ObjectiveSpec:
        """Return the whole objective."""
        return replace(self.objective, output=output)

    def plan_for(self, n_rows: int | None, *, is_validated: bool) -> TrainingPlan:
        """Return the whole plan."""
        return replace(
            self.plan,
            release_epoch=None if n_rows is None else self.plan.release_epoch,
            patience=self.plan.patience if is_validated else None,
        )


def freeze(
    parameters: Mapping[str, Any],
    encoder: Encoder,
    find_task: Callable[..., Task],
    *,
    is_partial: bool = False,
) -> Settings:
    """Check what a constraint cannot check, and freeze the parameters of an estimator."""
    p = parameters
    callbacks = check_callbacks(p["callbacks"])
    check_data_parallel(p["data_parallel"], p["random_state"])
    checkpoint = None
    if is_partial:
        check_weights_of_batches(p.get("class_weight"))
    else:
        checkpoint = check_checkpoint(p["checkpoint"], p["random_state"], callbacks)
    trainable = p["trainable_embeddings"]
    is_released = not (trainable is None or isinstance(trainable, bool | np.bool_))
    return Settings(
        find_task=find_task,
        network=_network(p, encoder, trains_vectors=not is_released and trainable in (None, True)),
        objective=_objective(p),
        plan=_plan(p, trainable if is_released else None, is_partial=is_partial),
        text_columns=check_text_columns(p["text_columns"]),
        features=p["features"],
        tokenizer=p["tokenizer"],
        embeddings=p["embeddings"],
        wide="auto" if isinstance(p["wide"], str) else bool(p["wide"]),
        class_weight=p.get("class_weight"),
        tuned=p.get("decision") == "tuned",
        validation_fraction=p["validation_fraction"],
        callbacks=callbacks,
        checkpoint=checkpoint,
        random_state=p["random_state"],
        is_partial=is_partial,
    )


def _of_the_same_name(kind: type[Any], p: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that are fields of a description."""
    return {field.name: p[field.name] for field in fields(kind) if field.name in p}


def _network(p: Mapping[str, Any], encoder: Encoder, *, trains_vectors: bool) -> NetworkSpec:
    """Describe the network, with the size of a learned embedding."""
    named = _of_the_same_name(NetworkSpec, p)
    named["dense_units"] = check_sizes("dense_units", p["dense_units"])
    named["encoder"] = encoder  # which the user's parameter of that name describes
    return NetworkSpec(
        **named,
        n_rows=None,
        n_dims=p["embedding_dim"],
        trainable_embedding=trains_vectors,
        n_outputs=0,
    )


def _objective(p: Mapping[str, Any]) -> ObjectiveSpec:
    """Describe the loss and the optimizer. Parameters that the loss ignores are left out."""
    named = _of_the_same_name(ObjectiveSpec, p)
    named["top_k"] = p["top_k"] if p["loss"] == "top_k" else 0
    return ObjectiveSpec(**named)


def _plan(p: Mapping[str, Any], release_epoch: int | None, *, is_partial: bool) -> TrainingPlan:
    """Describe how to train."""
    named = _of_the_same_name(TrainingPlan, p)
    named["epochs"] = 1 if is_partial else p["epochs"]
    named["patience"] = p["patience"] if p["early_stopping"] else None
    if isinstance(p["early_stopping"], str):
        named["watched"] = p["early_stopping"]
    named["verbose"] = 0 if p["verbose"] == "auto" else int(p["verbose"])
    return TrainingPlan(**named, release_epoch=release_epoch)
