"""A fitted classifier or pipeline → one ONNX file."""

import json
import os
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from sklearn.utils.validation import check_is_fitted

try:
    import onnx
except ImportError as error:
    raise ImportError("to_onnx needs the package onnx: pip install onnx.") from error

from skembed.classifiers._base import BaseTextClassifier
from skembed.classifiers._steps import maker_of_ids, split_steps
from skembed.export._graph import Graph
from skembed.export._linear_half import add_linear_half, pack_tables
from skembed.export._network import add_network
from skembed.files import check_target, replaced
from skembed.text import KerasTokenizer
from skembed.vectors._files_read import files_read_by

FORMAT = 1
"""Version of what the metadata say."""

WAY_OUT = "write to another folder"

EmbeddingDtype = Literal["float32", "float16", "int8"]


def to_onnx(
    estimator: Any,
    path: str | os.PathLike[str],
    *,
    embedding_dtype: EmbeddingDtype = "float32",
) -> None:
    """Write a fitted classifier as an ONNX model, from token ids to probabilities.

    The model computes what the classifier does, but always in float32, with the operators of
    ONNX alone: any runtime can run it. The rules of the tokenizer, the words, the labels
    and, of a wide network, the tables that words are counted by are in its metadata,
    from which `skembed.serve.Predictor` makes predictions of texts.

    Parameters
    ----------
    estimator : LSTMTextClassifier, CNNTextClassifier or Pipeline
        Fitted. A pipeline may have a `KerasTokenizer`, or a vectorizer with
        ``output="sequences"``, before the classifier.
    path : str or path-like
        Where to, usually ``*.onnx``.
    embedding_dtype : {"float32", "float16", "int8"}, default="float32"
        How word vectors are stored. "int8" has a scale for each word. All other
        weights are float32.

    Raises
    ------
    TypeError
        If the estimator is another one, or its tokenizer a function.
    ValueError
        If `path` is a file that the estimator reads, such as its word vectors.
    ImportError
        If the package onnx is not installed.
    OSError
        If there is no such folder, or the disk is full or cannot be written; what was
        there before is still there.

    See Also
    --------
    skembed.serve.Predictor : Predicts with the file, without TensorFlow.
    skembed.save : Keeps an estimator, to load it and train on.

    Notes
    -----
    Inputs are ``ids`` of shape (n_samples, n_steps), int32, right-padded with 0, or
    ``steps`` of shape (n_samples, n_steps, n_dims), float32, of a classifier that was
    fitted on vectors; a wide network has ``bag_columns``, ``bag_values`` and ``bag_rows``
    beside them. Outputs are ``logits`` and ``probabilities`` of shape (n_samples,
    n_classes), float32.
    """
    if embedding_dtype not in get_args(EmbeddingDtype):
        raise ValueError(
            f"embedding_dtype must be one of {', '.join(get_args(EmbeddingDtype))}; got "
            f"{embedding_dtype!r}."
        )
    classifier, tokenizer = parts_of(estimator)
    path = Path(path)
    check_target(path, f"the model {path.name}", WAY_OUT, files_read_by(estimator))
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
        "thresholds": None if thresholds is None else thresholds.tolist(),
        "cuts": None if cuts is None else cuts.tolist(),
        "tokenizer": None if tokenizer is None else rules_of(tokenizer, state.spec.n_rows),
    }
    metadata = {"skembed": json.dumps(facts)}
    if linear is not None:
        metadata["skembed.bags"] = pack_tables(linear.bags)
    _write(graph.model(metadata), path)


def _write(model: onnx.ModelProto, path: Path) -> None:
    with replaced(path, f"the model {path.name}", WAY_OUT) as new:
        onnx.save_model(model, new)  # whose ending tells onnx the format


def parts_of(estimator: Any) -> tuple[BaseTextClassifier, KerasTokenizer | None]:
    """Return the fitted classifier, and the tokenizer that makes its ids, if there is one."""
    before, classifier = split_steps(estimator)
    if not isinstance(classifier, BaseTextClassifier) or len(before) > 1:
        raise TypeError(
            "to_onnx takes an LSTMTextClassifier or CNNTextClassifier, or a Pipeline that ends "
            "with one and has at most a tokenizer or vectorizer before it; got "
            f"{estimator!r:.200}. skl2onnx converts scikit-learn's own estimators."
        )
    check_is_fitted(classifier)
    made_by = maker_of_ids(classifier, before)
    if made_by is None:
        return classifier, None
    if isinstance(made_by, KerasTokenizer):
        check_is_fitted(made_by)
        known = classifier._reader.vocabulary
        if known is not None and known != made_by.vocabulary_:
            raise ValueError(
                "The tokenizer was fitted again after the classifier: its ids stand for other "
                "words. Fit both together."
            )
        return classifier, made_by
    raise TypeError(
        f"to_onnx can write the rules of a KerasTokenizer; here {type(made_by).__name__} makes the "
        "classifier's input."
    )


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
