"""The transformer of numbers beside documents → programs that `Predictor` runs."""

import os
from typing import Any, TypeAlias

import onnx
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion, Pipeline

from skembed._types import Transformer
from skembed.classifiers import Features, TableColumns
from skembed.export._converted import converted, packed
from skembed.sentences import SentenceVectorizer, find_files
from skembed.text import TextColumns

Program = dict[str, Any]

Columns: TypeAlias = TableColumns | None
"""The kinds of the columns of a table. None for texts."""


def programs_of(features: Features) -> list[Program]:
    """Write a fitted transformer as programs, whose numbers are put side by side.

    Sentence encoders are written as they are. Other transformers are converted, and compared with
    the original on a few values that fit has seen.

    Raises
    ------
    TypeError
        If it has a part that ONNX cannot express, or reads dates.
    """
    columns = features.columns
    if columns is not None:
        dates = [name for name, kind in columns.kinds.items() if kind == "dates"]
        if dates:
            raise TypeError(
                f"to_onnx cannot write features of dates, which the column {dates[0]!r} holds. "
                "Turn them into numbers before, such as table['day'].dt.dayofweek."
            )
    return _of_transformer(features.transformer, columns)


def _of_transformer(transformer: Transformer, columns: Columns) -> list[Program]:
    """Write a transformer of a table with columns of some kinds, or of texts."""
    if not _holds_encoder(transformer):
        return [converted(transformer, columns)]
    if isinstance(transformer, SentenceVectorizer):
        return [_sentences(transformer, None)]
    if isinstance(transformer, FeatureUnion) and not transformer.transformer_weights:
        parts = [step for _, step in transformer.transformer_list if step != "drop"]
        return [program for part in parts for program in _of_transformer(part, columns)]
    if isinstance(transformer, Pipeline) and len(transformer) == 2:
        joins, vectorizer = transformer
        if isinstance(joins, TextColumns) and isinstance(vectorizer, SentenceVectorizer):
            return [_sentences(vectorizer, joins)]
    if isinstance(transformer, ColumnTransformer) and not transformer.transformer_weights:
        return _of_columns(transformer, columns or TableColumns({}))
    raise TypeError(
        f"to_onnx cannot write a SentenceVectorizer within {type(transformer).__name__}. Put it "
        "into a FeatureUnion or a ColumnTransformer without transformer_weights, or behind "
        "TextColumns in a Pipeline."
    )


def _of_columns(transformer: ColumnTransformer, table: TableColumns) -> list[Program]:
    """Write what a ColumnTransformer does with each of its choices of columns."""
    programs = []
    for name, step, columns in transformer.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        if isinstance(step, SentenceVectorizer) and isinstance(columns, str):
            programs.append(_sentences(step, TextColumns([columns])))
        elif _holds_encoder(step):
            programs += _of_transformer(step, table)
        elif isinstance(columns, list) and {*columns} <= {*table.kinds}:
            kinds = {column: table.kinds[column] for column in columns}
            examples = {column: table.examples[column] for column in columns}
            programs.append(converted(step, TableColumns(kinds, examples)))
        else:
            raise TypeError(
                f"to_onnx cannot write the columns {columns!r} of {name!r} beside a "
                "SentenceVectorizer. Give the names of columns as a list."
            )
    return programs


def _holds_encoder(transformer: Transformer) -> bool:
    """Return whether a transformer is a SentenceVectorizer, or contains one."""
    parts = transformer.get_params().values() if hasattr(transformer, "get_params") else ()
    return any(isinstance(each, SentenceVectorizer) for each in (transformer, *parts))


def _sentences(vectorizer: SentenceVectorizer, columns: TextColumns | None) -> Program:
    """Write a sentence encoder with its weights; `columns` are those whose texts it reads."""
    files = find_files(vectorizer.model, vectorizer.tokenizer)
    if files.digest != vectorizer.digest_:
        raise ValueError(
            f"The files of model={os.fspath(vectorizer.model)!r} are not those that "
            "SentenceVectorizer was fitted with. Put the earlier ones there, or fit again."
        )
    network = onnx.load(files.network)  # with weights in files beside it
    return {
        "kind": "sentences",
        "network": packed(network),
        "tokenizer": files.tokenizer.read_text(encoding="utf-8"),
        "pooling": vectorizer.pooling,
        "normalise": bool(vectorizer.normalise),
        "max_length": int(vectorizer.max_length),
        "batch_tokens": int(vectorizer.batch_tokens),
        "columns": [] if columns is None else [*columns.columns],
        "separator": "" if columns is None else columns.separator,
    }
