"""A fitted classifier → an ONNX model, and the metadata by which texts become its input."""

import json
from typing import Any

import numpy as np
from onnx import ModelProto

from skembed import __version__
from skembed.classifiers._base import BaseTextClassifier
from skembed.export._graph import Graph
from skembed.export._linear_half import add_linear_half, pack_tables
from skembed.export._network import add_network
from skembed.text import KerasTokenizer

FORMAT = 1
"""Version of what the metadata say; what an older skembed cannot read gets the next one."""


def model_of(
    classifier: BaseTextClassifier, tokenizer: KerasTokenizer | None, embedding_dtype: str
) -> ModelProto:
    """Return the model of a fitted classifier; see `to_onnx`."""
    state, linear = classifier._state, classifier._linear
    graph = Graph()
    logits = add_network(graph, state, embedding_dtype)
    if linear is not None:
        logits = add_linear_half(graph, linear, logits)
    multilabel = classifier._labels.multilabel
    kind, attributes = ("Sigmoid", {}) if multilabel else ("Softmax", {"axis": 1})
    shape: list[str | int] = ["n_samples", state.spec.n_outputs]
    graph.output(logits, "logits", np.float32, shape)
    graph.output(graph.op(kind, logits, **attributes), "probabilities", np.float32, shape)
    thresholds, cuts = classifier.thresholds_, classifier._cuts
    facts = {
        "format": FORMAT,
        "labels": as_plain(classifier.classes_),
        "multilabel": multilabel,
        "skembed": __version__,
        "thresholds": None if thresholds is None else thresholds.tolist(),
        "cuts": None if cuts is None else cuts.tolist(),
        "tokenizer": None if tokenizer is None else rules_of(tokenizer, state.spec.n_rows),
    }
    metadata = {"skembed": json.dumps(facts)}
    if linear is not None:
        metadata["skembed.bags"] = pack_tables(linear.bags)
    return graph.model(metadata)


def rules_of(tokenizer: KerasTokenizer, n_rows: int | None) -> dict[str, Any]:
    """Return all that decides about the ids of a text, as JSON knows it.

    Words that the classifier has not seen, because they were always cut off, are left out:
    they are unknown to it.
    """
    if callable(tokenizer.tokenizer):
        raise TypeError(
            "to_onnx cannot write a tokenizing function: an ONNX file holds no Python code. Use "
            "tokenizer=None or tokenizer='glove'."
        )
    names = ("lowercase", "filters", "split", "char_level", "tokenizer", "truncating")
    rules = {name: getattr(tokenizer, name) for name in names}
    words = [word for word, i in tokenizer.vocabulary_.items() if n_rows is None or i < n_rows]
    return rules | {"max_length": tokenizer.max_length_, "words": words}


def as_plain(labels: Any) -> list[Any]:
    """Return labels as JSON knows them.

    Raises
    ------
    TypeError
        Naming the first that is neither string, number nor boolean.
    """
    plain: list[Any] = labels.tolist()
    for label in plain:
        if not isinstance(label, str | int | float):
            raise TypeError(f"to_onnx writes labels that are strings or numbers; got {label!r}.")
    return plain
