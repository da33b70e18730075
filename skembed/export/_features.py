"""What makes the numbers beside documents → programs that `Predictor` runs."""

import base64
import os
from collections.abc import Mapping
from typing import Any, TypeAlias

import onnx
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion, Pipeline

from skembed._types import Transformer
from skembed.classifiers import Features
from skembed.export._graph import IR_VERSION, OPSET
from skembed.sentences import SentenceVectorizer, find_files
from skembed.text import TextColumns

Program = dict[str, Any]

Kinds: TypeAlias = Mapping[str, str] | None
"""What the columns of a table hold, "numbers" or something else; None of texts."""


def programs_of(features: Features) -> list[Program]:
    """Write a fitted transformer as programs, whose numbers stand side by side.

    Sentence encoders are written as they are, whatever they stand in; all else is converted.

    Raises
    ------
    TypeError
        If it has a part that ONNX cannot express.
    """
    kinds = None if features.columns is None else features.columns.kinds
    return _of_transformer(features.transformer, kinds)


def _of_transformer(transformer: Transformer, kinds: Kinds) -> list[Program]:
    """Write a transformer of a table with columns of some kinds, or of texts."""
    if not _holds_encoder(transformer):
        return [_converted(transformer, kinds)]
    if isinstance(transformer, SentenceVectorizer):
        return [_sentences(transformer, None)]
    if isinstance(transformer, FeatureUnion) and not transformer.transformer_weights:
        parts = [step for _, step in transformer.transformer_list if step != "drop"]
        return [program for part in parts for program in _of_transformer(part, kinds)]
    if isinstance(transformer, Pipeline) and len(transformer) == 2:
        columns, vectorizer = transformer
        if isinstance(columns, TextColumns) and isinstance(vectorizer, SentenceVectorizer):
            return [_sentences(vectorizer, columns)]
    if isinstance(transformer, ColumnTransformer) and kinds is not None:
        return _of_columns(transformer, kinds)
    raise TypeError(
        f"to_onnx cannot write a SentenceVectorizer within {type(transformer).__name__}. Put it "
        "into a FeatureUnion or a ColumnTransformer, or behind TextColumns in a Pipeline."
    )


def _of_columns(transformer: ColumnTransformer, kinds: Mapping[str, str]) -> list[Program]:
    """Write what a ColumnTransformer does with each of its choices of columns."""
    programs = []
    for name, step, columns in transformer.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        if isinstance(step, SentenceVectorizer) and isinstance(columns, str):
            programs.append(_sentences(step, TextColumns([columns])))
        elif isinstance(columns, list) and {*columns} <= {*kinds}:
            programs.append(_converted(step, {column: kinds[column] for column in columns}))
        else:
            raise TypeError(
                f"to_onnx cannot write the columns {columns!r} of {name!r} beside a "
                "SentenceVectorizer. Give the names of columns as a list."
            )
    return programs


def _holds_encoder(transformer: Transformer) -> bool:
    """Tell whether a SentenceVectorizer is a transformer, or a part of it."""
    parts = transformer.get_params().values() if hasattr(transformer, "get_params") else ()
    return any(isinstance(each, SentenceVectorizer) for each in (transformer, *parts))


def _sentences(vectorizer: SentenceVectorizer, columns: TextColumns | None) -> Program:
    """Write a sentence encoder with its weights; columns are those whose texts it reads."""
    files = find_files(vectorizer.model, vectorizer.tokenizer)
    if files.digest != vectorizer.digest_:
        raise ValueError(
            f"The files of model={os.fspath(vectorizer.model)!r} are not those that "
            "SentenceVectorizer was fitted with. Put the earlier ones there, or fit again."
        )
    network = onnx.load(files.network)  # with weights that lie in files beside it
    return {
        "kind": "sentences",
        "network": _packed(network),
        "tokenizer": files.tokenizer.read_text(encoding="utf-8"),
        "pooling": vectorizer.pooling,
        "normalise": bool(vectorizer.normalise),
        "max_length": int(vectorizer.max_length),
        "batch_tokens": int(vectorizer.batch_tokens),
        "columns": [] if columns is None else [*columns.columns],
        "separator": "" if columns is None else columns.separator,
    }


def _converted(transformer: Transformer, kinds: Kinds) -> Program:
    """Let skl2onnx convert a transformer of scikit-learn."""
    is_table, kinds = kinds is not None, kinds or {"text": "other"}
    network = _converted_network(transformer, kinds)
    network.ir_version = IR_VERSION
    inputs = [each.name for each in network.graph.input]  # signs in names of columns are replaced
    return {
        "kind": "table" if is_table else "texts",
        "network": _packed(network),
        "columns": [
            {"name": name, "input": taken, "is_number": kind == "numbers"}
            for (name, kind), taken in zip(kinds.items(), inputs, strict=True)
        ],
    }


def _converted_network(transformer: Transformer, kinds: Mapping[str, str]) -> Any:
    try:
        from skl2onnx import convert_sklearn
        from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    except ImportError as error:
        raise ImportError(
            "to_onnx needs skl2onnx for features, which is not installed: pip install "
            '"skembed[onnx]".'
        ) from error
    types = [
        (name, (FloatTensorType if kind == "numbers" else StringTensorType)([None, 1]))
        for name, kind in kinds.items()
    ]
    try:
        return convert_sklearn(transformer, initial_types=types, target_opset=OPSET)
    except Exception as error:  # skl2onnx has classes of its own, and raises others too
        reason = str(error).strip().partition("\n")[0]
        raise TypeError(
            f"to_onnx cannot write features={type(transformer).__name__}: {reason} Use encoders "
            "and scalers that skl2onnx knows, or skembed.save."
        ) from error


def _packed(network: onnx.ModelProto) -> str:
    return base64.b64encode(network.SerializeToString()).decode()
