"""A fitted classifier → an ONNX model, and the metadata by which texts become its input."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from skembed import __version__
from skembed.classifiers import (
    FittedModel,
    MultiLabel,
    Rates,
    Reader,
    ScaledNumbers,
    SingleLabel,
    Task,
)
from skembed.export._features import programs_of
from skembed.export._graph import Graph
from skembed.export._linear_model import add_linear_model, pack_tables
from skembed.export._network import add_network, add_numbers_beside
from skembed.text import KerasTokenizer, PieceTokenizer, TextColumns, as_value

FORMAT, FORMAT_OF_NUMBERS, FORMAT_OF_FEATURES, FORMAT_OF_PIECES = 1, 2, 3, 4
"""Versions of the metadata. Metadata that an older skembed cannot read need the next version."""


def model_of(
    model: FittedModel, embedding_dtype: str, columns: TextColumns | None = None
) -> ModelProto:
    """Return the ONNX model of a fitted one; see `to_onnx`."""
    task, state, linear = model.task, model.state, model.linear
    if not isinstance(task, SingleLabel | MultiLabel | ScaledNumbers):
        raise TypeError(
            f"to_onnx writes classifiers and regressors; it does not know {type(task).__name__}."
        )
    graph = Graph()
    features = model.reader.features
    numbers = None if features is None else add_numbers_beside(graph, features)
    logits = add_network(graph, state, embedding_dtype, numbers)
    if linear is not None:
        logits = add_linear_model(graph, linear, logits, numbers)
    shape: list[str | int] = ["n_samples", state.spec.n_outputs]
    graph.output(logits, "logits", np.float32, shape)
    facts: dict[str, Any] = {"skembed": __version__, "tokenizer": rules_of(model.reader)}
    if columns is not None:
        facts["columns"] = {"names": [*columns.columns], "separator": columns.separator}
    add_answers(graph, task, logits, shape)
    facts |= answers_of(model)
    metadata = {}
    if features is not None:
        facts |= {"format": FORMAT_OF_FEATURES, "n_numbers": len(features.factor)}
        metadata["skembed.features"] = json.dumps(programs_of(features))
    metadata["skembed"] = json.dumps(facts | format_of(facts))
    if linear is not None:
        metadata["skembed.bags"] = pack_tables(linear.bags)
    return graph.model(metadata)


def format_of(facts: dict[str, Any]) -> dict[str, int]:
    """Return the version of facts that name the rules of a tokenizer of pieces."""
    return {"format": FORMAT_OF_PIECES} if "pieces" in (facts["tokenizer"] or {}) else {}


def answers_of(model: FittedModel) -> dict[str, Any]:
    """Describe the meaning of the outputs."""
    task = model.task
    if isinstance(task, ScaledNumbers):
        shape = {"numbers": len(task.scale), "is_column": task.is_column}
        return {"format": FORMAT_OF_NUMBERS, **shape}
    return {
        "format": FORMAT,
        "multilabel": isinstance(task, MultiLabel),
        "labels": as_plain(task.labels),
        "thresholds": None if model.thresholds is None else model.thresholds.tolist(),
        "cuts": None if model.cuts is None else model.cuts.tolist(),
    }


def add_answers(graph: Graph, task: Task, logits: str, shape: list[str | int]) -> None:
    """Add the output of predictions: probabilities, or numbers."""
    if isinstance(task, ScaledNumbers):
        graph.output(add_numbers(graph, task, logits), "numbers", np.float64, shape)
    else:
        kind, attributes = ("Sigmoid", {}) if task.output.has_columns else ("Softmax", {"axis": 1})
        graph.output(graph.op(kind, logits, **attributes), "probabilities", np.float32, shape)


def add_numbers(graph: Graph, task: ScaledNumbers, outputs: str) -> str:
    """Turn outputs into numbers in the user's unit, in double precision; return their name."""
    numbers = graph.cast(outputs, np.float64)
    if isinstance(task, Rates):
        numbers = graph.op("Exp", numbers)
    scaled = graph.op("Mul", numbers, graph.weight("scale", task.scale))
    return str(graph.op("Add", scaled, graph.weight("centre", task.centre)))


def rules_of(reader: Reader) -> dict[str, Any] | None:
    """Return all that determines the ids of a text, as JSON knows it; None without texts.

    Words that the classifier has not seen, because they were always cut off, are left out, because
    it does not know them.
    """
    tokenizer, n_rows = reader.tokenizer, reader.n_rows
    if tokenizer is None:
        return None
    if not isinstance(tokenizer, KerasTokenizer):
        raise TypeError(
            "to_onnx can write the rules of a KerasTokenizer; here "
            f"{type(tokenizer).__name__} makes the classifier's input."
        )
    cut = as_value(tokenizer.tokenizer)
    if not isinstance(cut, str | PieceTokenizer | None):
        raise TypeError(
            "to_onnx cannot write a tokenizing function: an ONNX file holds no Python code. Use "
            "tokenizer=None, tokenizer='unicode' or a tokenizers.Tokenizer."
        )
    names = ("lowercase", "filters", "split", "char_level", "truncating")
    rules = {name: getattr(tokenizer, name) for name in names}
    if isinstance(cut, PieceTokenizer):
        rules |= {"pieces": cut.rules, "tokenizer": None}
    else:
        rules["tokenizer"] = cut
    words = [word for word, i in tokenizer.vocabulary_.items() if n_rows is None or i < n_rows]
    return rules | {"max_length": tokenizer.max_length_, "words": words}


def as_plain(labels: NDArray[Any]) -> list[Any]:
    """Return labels as JSON knows them: strings, numbers and booleans."""
    plain: list[Any] = labels.tolist()
    for label in plain:
        if not isinstance(label, str | int | float):
            raise TypeError(f"to_onnx writes labels that are strings or numbers; got {label!r}.")
    return plain
