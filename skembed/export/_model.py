"""A fitted classifier → an ONNX model, and the metadata by which texts become its input."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from skembed import __version__
from skembed.classifiers import FittedModel, MultiLabel, Reader, SingleLabel
from skembed.export._graph import Graph
from skembed.export._linear_model import add_linear_model, pack_tables
from skembed.export._network import add_network
from skembed.text import KerasTokenizer

FORMAT = 1
"""Version of what the metadata say; what an older skembed cannot read gets the next one."""


def model_of(model: FittedModel, embedding_dtype: str) -> ModelProto:
    """Return the ONNX model of a fitted one; see `to_onnx`."""
    task, state, linear = model.task, model.state, model.linear
    if not isinstance(task, SingleLabel | MultiLabel):
        raise TypeError(f"to_onnx writes classifiers; it does not know {type(task).__name__}.")
    graph = Graph()
    logits = add_network(graph, state, embedding_dtype)
    if linear is not None:
        logits = add_linear_model(graph, linear, logits)
    multilabel = isinstance(task, MultiLabel)
    kind, attributes = ("Sigmoid", {}) if multilabel else ("Softmax", {"axis": 1})
    shape: list[str | int] = ["n_samples", state.spec.n_outputs]
    graph.output(logits, "logits", np.float32, shape)
    graph.output(graph.op(kind, logits, **attributes), "probabilities", np.float32, shape)
    facts = {
        "format": FORMAT,
        "labels": as_plain(task.labels),
        "multilabel": multilabel,
        "skembed": __version__,
        "thresholds": None if model.thresholds is None else model.thresholds.tolist(),
        "cuts": None if model.cuts is None else model.cuts.tolist(),
        "tokenizer": rules_of(model.reader),
    }
    metadata = {"skembed": json.dumps(facts)}
    if linear is not None:
        metadata["skembed.bags"] = pack_tables(linear.bags)
    return graph.model(metadata)


def rules_of(reader: Reader) -> dict[str, Any] | None:
    """Return all that decides about the ids of a text, as JSON knows it; None without texts.

    Words that the classifier has not seen, because they were always cut off, are left out:
    they are unknown to it.
    """
    tokenizer, n_rows = reader.tokenizer, reader.n_rows
    if tokenizer is None:
        return None
    if not isinstance(tokenizer, KerasTokenizer):
        raise TypeError(
            "to_onnx can write the rules of a KerasTokenizer; here "
            f"{type(tokenizer).__name__} makes the classifier's input."
        )
    if not isinstance(tokenizer.tokenizer, str | None):
        raise TypeError(
            "to_onnx cannot write a tokenizing function: an ONNX file holds no Python code. Use "
            "tokenizer=None or tokenizer='unicode'."
        )
    names = ("lowercase", "filters", "split", "char_level", "tokenizer", "truncating")
    rules = {name: getattr(tokenizer, name) for name in names}
    words = [word for word, i in tokenizer.vocabulary_.items() if n_rows is None or i < n_rows]
    return rules | {"max_length": tokenizer.max_length_, "words": words}


def as_plain(labels: NDArray[Any]) -> list[Any]:
    """Return labels as JSON knows them: strings, numbers and booleans."""
    plain: list[Any] = labels.tolist()
    for label in plain:
        if not isinstance(label, str | int | float):
            raise TypeError(f"to_onnx writes labels that are strings or numbers; got {label!r}.")
    return plain
