"""How far a training has come, as plain values and arrays: it can be kept and resumed."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any, Protocol

import numpy as np

from skembed.networks._data import Examples
from skembed.networks._names import EMBEDDING, earlier_name, renamed
from skembed.networks._spec import TrainingPlan
from skembed.networks._startup import load_engine
from skembed.networks._state import NetworkState
from skembed.networks._types import Arrays

History = dict[str, list[float]]


@dataclass(frozen=True)
class EpochProgress:
    """The finished part of an epoch."""

    n_batches: int = 0
    loss: float = 0.0  # sum of the documents' losses
    score: float = 0.0  # sum of their scores, such as the number of right classes
    seconds: float = 0.0

    def after(self, loss: float, score: float) -> "EpochProgress":
        """Return the progress after another batch, given the sums of its losses and scores."""
        return replace(
            self, n_batches=self.n_batches + 1, loss=self.loss + loss, score=self.score + score
        )

    def figures(self, n_documents: int, metric: str) -> dict[str, float]:
        """Return the mean loss and score of the documents."""
        return {"loss": self.loss / n_documents, metric: self.score / n_documents}


@dataclass(frozen=True)
class Progress:
    """The state of a training."""

    state: NetworkState  # with the generator and epochs of the last whole epoch
    best: NetworkState | None  # of the best epoch; None if the plan has no patience
    history: History  # of the whole epochs
    learning_rate: float
    stop: bool = False
    begun: EpochProgress | None = None  # the finished part of the next epoch


class Checkpointer(Protocol):
    """Receives the progress of a training."""

    def batch_ended(self, progress: Callable[[], Progress]) -> None:
        """Keep the progress or not; computing it copies the network."""

    def epoch_ended(self, progress: Progress) -> None:
        """Keep the progress at the end of an epoch."""


def pack(progress: Progress) -> tuple[Arrays, dict[str, Any]]:
    """Write progress as arrays by name and as plain values, without the parts that never change."""
    states = [progress.state]
    if progress.best is not None and progress.best is not progress.state:
        states.append(progress.best)
    arrays: Arrays = {}
    told = []
    for i, state in enumerate(states):
        groups = _groups(state)
        for group, members in groups.items():
            arrays |= {f"{i}|{group}|{name}": array for name, array in members.items()}
        told.append(
            {
                # In their order, which a file may not keep.
                "names": {group: list(members) for group, members in groups.items()},
                "rng": state.rng,
                "n_epochs": state.n_epochs,
                "trainable_embedding": state.spec.trainable_embedding,
            }
        )
    return arrays, {
        "states": told,
        "best": None if progress.best is None else len(states) - 1,
        "history": progress.history,
        "learning_rate": progress.learning_rate,
        "stop": progress.stop,
        "begun": None if progress.begun is None else asdict(progress.begun),
    }


def _groups(state: NetworkState) -> dict[str, Arrays]:
    seeds = {str(i): seed for i, seed in enumerate(state.seeds)}
    return {"weights": state.weights, "optimizer": state.optimizer, "seeds": seeds}


def unpack(arrays: Arrays, values: dict[str, Any], start: NetworkState) -> Progress:
    """Undo `pack`; `start` is the state in which the training began."""
    states = []
    for i, told in enumerate(values["states"]):
        weights, optimizer, seeds = (
            {name: arrays[f"{i}|{group}|{name}"] for name in told["names"][group]}
            for group in ("weights", "optimizer", "seeds")
        )
        weights, optimizer = renamed(weights, optimizer)  # in an earlier version they were Keras's
        states.append(
            replace(
                start,
                spec=replace(start.spec, trainable_embedding=told["trainable_embedding"]),
                rng=told["rng"],
                weights=weights,
                optimizer=optimizer,
                seeds=tuple(seeds.values()),
                n_epochs=told["n_epochs"],
            )
        )
    best, begun = values["best"], values["begun"]
    return Progress(
        states[0],
        None if best is None else states[best],
        values["history"],
        values["learning_rate"],
        values["stop"],
        None if begun is None else _epoch_progress(begun),
    )


def _epoch_progress(values: dict[str, Any]) -> EpochProgress:
    """Read the finished part of an epoch; checkpoints of format 1 say ``n_right`` for `score`."""
    return EpochProgress(**{"score" if k == "n_right" else k: v for k, v in values.items()})


def fingerprint(
    start: NetworkState, examples: Examples, plan: TrainingPlan, validation: Examples | None = None
) -> dict[str, Any]:
    """Return a fingerprint: two trainings with the same one end with the same weights.

    It holds plain values and digests, under names that a user knows.
    """
    load_engine()
    import keras

    told: dict[str, Any] = asdict(start.spec)
    told |= told.pop("encoder") | asdict(start.objective) | asdict(plan)
    told["encoder"] = type(start.spec.encoder).__name__
    told["output"] = type(start.objective.output).__name__
    del told["verbose"], told["n_rows"]  # the rows follow from the documents
    told["KERAS_BACKEND"] = keras.backend.backend()  # each backend rounds in its own way
    told["random_state"] = _digest({}, start.rng)
    vectors = {name: a for name, a in start.weights.items() if name == EMBEDDING}
    told["embeddings"] = _digest(_by_earlier_names(vectors))
    others = {name: a for name, a in start.weights.items() if name not in vectors}
    earlier = {"seeds": np.array(start.seeds)} | _by_earlier_names(start.optimizer | others)
    told["the fit it goes on from"] = _digest(earlier, start.n_epochs)
    told["documents"] = examples.data.digest()
    told["labels or weights"] = _digest({"y": examples.targets, "weights": examples.weights})
    told["validation documents"] = None
    if validation is not None:
        answers = {"y": validation.targets, "weights": validation.weights}
        told["validation documents"] = [validation.data.digest(), _digest(answers)]
    as_read: dict[str, Any] = json.loads(json.dumps(told))
    return as_read


def meant_before(start: NetworkState, plan: TrainingPlan) -> dict[str, Any]:
    """Return the values of names that a fingerprint of an earlier version lacks."""
    settings = (start.spec, start.spec.encoder, start.objective, plan)
    found = {
        f.name: f.default for each in settings for f in fields(each) if f.default is not MISSING
    }
    found["encoder"] = type(start.spec.encoder).__name__  # which the names of its fields showed
    found["output"] = type(start.objective.output).__name__  # labels and weights show the rest
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def _by_earlier_names(arrays: Arrays) -> Arrays:
    return {earlier_name(name): array for name, array in arrays.items()}


def _digest(arrays: Arrays, values: object = None) -> str:
    total = hashlib.sha256(json.dumps(values).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype} {array.shape} ".encode())
        total.update(array.data if array.size else b"")
    return total.hexdigest()
