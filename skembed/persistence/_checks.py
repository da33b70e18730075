"""Whether the parts of an object from a file fit together.

Their types have been checked before. If arrays of indices do not fit the arrays that they point
into, compiled code would read other memory.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from skembed._messages import error_context, require
from skembed.classifiers import Features, FittedModel, ScaledNumbers
from skembed.classifiers._parameters import ACTIVATIONS
from skembed.networks import NetworkState, weight_shapes
from skembed.text import TokenCounts

LONGEST = 100_000
"""No document is longer than this number of tokens."""


def check_tokenizer(learned: Mapping[str, Any]) -> None:
    """Check the attributes of a fitted tokenizer."""
    n_words = len(learned["vocabulary_"])
    require(
        sorted(learned["vocabulary_"].values()) == list(range(2, 2 + n_words)),
        "the ids of words are not the numbers from 2",
    )
    require(learned["token_counts_"].shape == (2 + n_words,), "words and counts differ in number")
    require((learned["max_length_"] or 1) in range(1, LONGEST), "a length beyond all bounds")


def check_counts(counted: TokenCounts) -> None:
    """Check the words that a tokenizer continues to count."""
    n_words = len(counted.words)
    require([*counted.words.values()] == [*range(n_words)], "the numbers of words")
    for each in (counted.counts, counted.frequencies, counted.missed):
        require(each is not None and each.shape == (n_words,), "words and counts differ in number")


def check_vectorizer(learned: Mapping[str, Any]) -> None:
    """Check the attributes of a fitted vectorizer, whose vectors are still without gaps."""
    n_ids, rows, kept = learned["vectors_"]
    ids = learned["vocabulary_"].values()
    require(n_ids == 1 + max(ids, default=1) and min(ids, default=2) >= 0, "ids without a vector")
    require(n_ids <= 16 * (len(ids) + 16), "far more ids than words")
    require(kept.ndim == 2 and kept.size > 0 and rows.shape == kept.shape[:1], "vectors")
    require(n_ids * kept.shape[1] <= 200 * kept.size, "far more ids than vectors")
    require(bool(np.all((rows >= 0) & (rows < n_ids))), "vectors of ids that there are not")
    weights = learned["token_weights_"].values()
    require(all(weight.shape == (n_ids,) for weight in weights), "weights of other ids")
    tokenizer = learned["tokenizer_"]
    require(tokenizer is None or tokenizer.vocabulary_ == learned["vocabulary_"], "vocabularies")


def check_subwords(learned: Mapping[str, Any]) -> None:
    """Check the attributes of a fitted `FastTextVectorizer`."""
    check_vectorizer(learned)
    buckets, vectors = learned["ngram_buckets_"], learned["ngram_vectors_"]
    require(vectors.ndim == 2 and buckets.shape == vectors.shape[:1], "character n-grams")
    require(
        vectors.shape[1:] == learned["vectors_"][2].shape[1:], "dimensions of character n-grams"
    )


def check_network(state: NetworkState) -> None:
    """Check a network's weights."""
    found = {name: weight.shape for name, weight in state.weights.items()}
    require(
        found == weight_shapes(state.spec), "the shapes of weights are not those of the network"
    )
    spec = state.spec
    require(spec.dense_activation in ACTIVATIONS, "no such activation")
    require(spec.precision in ("float32", "mixed_bfloat16", "mixed_float16"), "no such precision")


def check_units(task: ScaledNumbers) -> None:
    """Check the units of numbers."""
    require(task.scale.ndim == 1 and task.centre.shape == task.scale.shape, "units of numbers")
    for each in (task.centre, task.scale):
        require(bool(np.isfinite(each).all()), "units of numbers")
    require(bool((task.scale > 0).all()), "units of numbers")


def check_features(features: Features) -> None:
    """Check the units of numbers beside documents."""
    require(features.factor.ndim == 1 and features.centre.shape == features.factor.shape, "units")
    for each in (features.centre, features.factor):
        require(bool(np.isfinite(each).all()), "units of numbers")


def check_model(model: FittedModel) -> None:
    """Check the fitted attributes of a classifier."""
    check_network(model.state)
    reader, spec, linear = model.reader, model.state.spec, model.linear
    require(reader.n_rows == spec.n_rows, "ids and rows of the embedding differ in number")
    require((reader.kind == "documents") == (reader.tokenizer is not None), "tokenizer")
    n_numbers = 0 if reader.features is None else len(reader.features.factor)
    require(n_numbers == spec.n_numbers, "numbers beside documents")
    n_outputs = spec.n_outputs
    require(model.task.labels.shape == (n_outputs,), "labels and outputs differ in number")
    require(model.task.output == model.state.objective.output, "labels")
    for each in (model.thresholds, model.cuts):
        require(each is None or each.shape == (n_outputs,), "thresholds")
    if linear is not None:
        n_features = linear.bags.n_features + spec.n_numbers
        require(linear.bags.ngrams.n_rows == reader.n_rows, "bags of other ids")
        require(linear.coef.shape == (n_features, n_outputs), "coefficients")
        require(linear.intercept.shape == (n_outputs,), "intercepts")
        require(linear.curvature.shape == (n_features + 1,), "curvature")


_CHECKS: dict[str, Callable[[Any], None]] = {
    "BagTables": lambda bags: bags.check(bags.ngrams.n_rows),
    "FastTextVectorizer": check_subwords,
    "Features": check_features,
    "FittedModel": check_model,
    "GloveVectorizer": check_vectorizer,
    "KerasTokenizer": check_tokenizer,
    "Numbers": check_units,
    "Rates": check_units,
    "TokenCounts": check_counts,
    "Word2VecVectorizer": check_vectorizer,
}
"""Checks by the name of the type: of an estimator's learned attributes, or of an object."""


def check_parts(name: str, made: object) -> None:
    """Check that the parts of an object, or an estimator's learned attributes, fit together."""
    if name in _CHECKS:
        with error_context("parts that do not fit together"):
            _CHECKS[name](made)
