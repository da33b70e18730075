"""The objects that a file may hold, the types of their parts, and how to make them."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import Bunch

from skembed._records import RECORDS
from skembed.classifiers import TEXT_ESTIMATORS, FittedModel
from skembed.networks import FunctionEncoder
from skembed.persistence._annotations import holds
from skembed.persistence._checks import check_parts
from skembed.persistence._migrate import ADDED
from skembed.persistence._requests import with_requests
from skembed.sentences import SentenceVectorizer
from skembed.text import Coverage, KerasTokenizer, TextColumns, TokenCounts
from skembed.vectors import (
    FastTextVectorizer,
    GloveVectorizer,
    Word2VecVectorizer,
    WordVectors,
)

Annotations = Mapping[str, Any]

_TOKENIZER = {
    "_counts": TokenCounts | None,
    "_most_left_out": int,
    "count_error_": int,
    "max_length_": int | None,
    "n_documents_": int,
    "n_truncated_": int,
    "token_counts_": NDArray[np.int64],
    "vocabulary_": dict[str, int],
}
_VECTORIZER = {
    "common_component_": NDArray[np.float32] | None,
    "coverage_": Coverage,
    "n_documents_": int,
    "n_tokens_": int,
    "token_weights_": dict[str, NDArray[np.float32]],
    "tokenizer_": KerasTokenizer | None,
    "vectors_": tuple[int, NDArray[np.int32], NDArray[np.float32]],
    "vocabulary_": dict[str, int],
}
_SUBWORDS = {"ngram_buckets_": NDArray[np.int64], "ngram_vectors_": NDArray[np.float32]}
_TEXT_ESTIMATOR = {
    "_model": FittedModel,
    "feature_names_in_": NDArray[np.object_],
    "n_features_in_": int,
}
_UNION = {"feature_names_in_": NDArray[np.object_], "n_features_in_": int}
UNION_COLUMNS = "_transformers_feature_names_out"
"""Names of columns that a FeatureUnion of data frames has seen."""

_VOTING = {
    **_UNION,
    "classes_": NDArray[Any],
    "estimators_": list[Any],
    "le_": Any,
    "named_estimators_": Bunch,
}

_LEARNED: dict[type, Annotations] = {
    FastTextVectorizer: _VECTORIZER | _SUBWORDS,
    FeatureUnion: {**_UNION, UNION_COLUMNS: list[list[str]]},
    GloveVectorizer: _VECTORIZER,
    KerasTokenizer: _TOKENIZER,
    Pipeline: {},
    SentenceVectorizer: {"digest_": str, "n_dims_": int},
    TextColumns: _UNION,
    VotingClassifier: _VOTING,
    Word2VecVectorizer: _VECTORIZER,
}
"""Learned attributes of estimators, which are made from their parameters."""

_KINDS: dict[str, type] = {kind.__name__: kind for kind in (*_LEARNED, Bunch, WordVectors)}

NOT_OURS = {
    "_metadata_request": dict[str, Any],
    "_sklearn_output_config": dict[str, Any],
    "_sklearn_version": str,
}
"""Other attributes that scikit-learn keeps in an estimator."""


def _type_of(name: str) -> type | None:
    """Return a type by its name; records and text estimators may be registered later."""
    return RECORDS.get(name) or TEXT_ESTIMATORS.get(name) or _KINDS.get(name)


def name_of(value: object) -> str | None:
    """Return the name of a value's type, if a file may hold it."""
    name = type(value).__name__
    return name if type(value) is _type_of(name) else None


def fields_of(record: type) -> Annotations:
    """Return the fields of a dataclass and their annotations."""
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def make_object(name: str, parts: dict[str, Any]) -> Any:
    """Make an object of skembed, or a container of scikit-learn, from its parts."""
    kind = _type_of(name)
    if kind is None:
        raise ValueError(f"{name!r:.60} is not known; import the module that defines it first")
    if name in RECORDS:
        return _make_record(kind, parts)
    if kind is Bunch or kind is WordVectors:
        return kind(**parts)
    return _make_estimator(kind, parts)


def _make_record(record: type, parts: dict[str, Any]) -> Any:
    """Make a dataclass from its fields; fields that a file lacks have their defaults."""
    name = record.__name__
    _check_types(name, parts, fields_of(record))
    missing = {
        field.name
        for field in dataclasses.fields(record)
        if field.default is field.default_factory is dataclasses.MISSING
    } - parts.keys()
    if missing:
        raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
    made = record(**parts)
    check_parts(name, made)
    return made


def _make_estimator(kind: type[BaseEstimator], parts: dict[str, Any]) -> Any:
    """Make an estimator from its parameters and its learned attributes."""
    name = kind.__name__
    annotations = _TEXT_ESTIMATOR if name in TEXT_ESTIMATORS else _LEARNED[kind]
    names = set(kind._get_param_names())
    before = ADDED.get(name, {})
    parameters = {k: v for k, v in {**before, **parts}.items() if k in names}
    encoder = parameters.get("encoder")
    if isinstance(encoder, FunctionEncoder) and encoder.is_there:
        parameters["encoder"] = encoder.call()
    estimator = kind(**parameters)
    if hasattr(estimator, "_parameter_constraints"):  # a FeatureUnion has none
        estimator._validate_params()
    learned = {k: v for k, v in parts.items() if k not in names}
    if learned.keys() - NOT_OURS.keys():
        learned |= {k: v for k, v in before.items() if k not in names | learned.keys()}
    _check_types(name, learned, {**annotations, **NOT_OURS})
    if learned.keys() - NOT_OURS.keys():
        check_parts(name, learned)
    estimator.__setstate__(vars(estimator) | with_requests(learned, estimator))
    return estimator


def _check_types(name: str, parts: dict[str, Any], annotations: Annotations) -> None:
    """Check that an object has only parts that its type declares, of the declared types."""
    for part, value in parts.items():
        if part not in annotations:
            raise ValueError(f"{name} has no {part}")
        if not holds(value, annotations[part]):
            raise ValueError(f"{name}.{part} is of the wrong type, {type(value).__name__}")
