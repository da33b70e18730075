"""Which objects a file may hold, and of what types their parts are."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import Bunch

from skembed._records import RECORDS
from skembed.classifiers import CLASSIFIERS, FittedModel
from skembed.text import Coverage, KerasTokenizer, TokenCounts
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
_CLASSIFIER = {
    "_model": FittedModel,
    "feature_names_in_": NDArray[np.object_],
    "n_features_in_": int,
}
_UNION = {"feature_names_in_": NDArray[np.object_], "n_features_in_": int}
_VOTING = {
    **_UNION,
    "classes_": NDArray[Any],
    "estimators_": list[Any],
    "le_": Any,
    "named_estimators_": Bunch,
}

_ESTIMATORS: dict[str, tuple[type, Annotations]] = {
    kind.__name__: (kind, learned)
    for kind, learned in (
        (FastTextVectorizer, _VECTORIZER | _SUBWORDS),
        (FeatureUnion, _UNION),
        (GloveVectorizer, _VECTORIZER),
        (KerasTokenizer, _TOKENIZER),
        (Pipeline, {}),
        (VotingClassifier, _VOTING),
        (Word2VecVectorizer, _VECTORIZER),
    )
}


def estimator_of(name: str) -> tuple[type, Annotations] | None:
    """Return an estimator by name, which is made from its parameters, and what it may have learned.

    Classes of text classifiers may be registered later.
    """
    if name in CLASSIFIERS:
        return CLASSIFIERS[name], _CLASSIFIER
    return _ESTIMATORS.get(name)


NOT_OURS = {
    "_metadata_request": dict[str, Any],
    "_sklearn_output_config": dict[str, Any],
    "_sklearn_version": str,
}
"""What scikit-learn keeps in an estimator besides."""


def name_of(value: Any) -> str | None:
    """Return the name of a value's type, if a file may hold it."""
    name = type(value).__name__
    known = RECORDS.get(name) or (estimator_of(name) or (None,))[0]
    if known is None:
        known = {"Bunch": Bunch, "WordVectors": WordVectors}.get(name)
    return name if type(value) is known else None


def fields_of(record: type) -> Annotations:
    """Return the fields of a dataclass and their annotations."""
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}
