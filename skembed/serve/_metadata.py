"""The metadata of an ONNX file: labels, and the rules that turn texts into ids."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skembed._decision import cuts_of
from skembed._messages import error_context, require, typed_entry
from skembed.bags import BagTables
from skembed.files import newer_file
from skembed.serve._bags import unpack_tables
from skembed.serve._features import FeaturePrograms
from skembed.text import FIRST_WORD_ID, SEPARATE, PieceTokenizer, Splitter, open_rules

FORMAT = 4
"""Newest version of the metadata that can be read."""

BEFORE: dict[str, Any] = {
    "columns": None,
    "cuts": None,
    "n_numbers": 0,
    "skembed": "",
    "thresholds": None,
}
RULES_BEFORE: dict[str, Any] = {
    "char_level": False,
    "max_length": None,
    "pieces": None,
    "tokenizer": None,
    "truncating": "pre",
}
"""Defaults of entries that files of earlier versions do not have."""

KNOWN = {*BEFORE, "format", "is_column", "labels", "multilabel", "numbers", "tokenizer"}
RULES = {*RULES_BEFORE, "filters", "lowercase", "split", "words"}

Truncating = Literal["pre", "post"]

WRONG = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""The errors of reading metadata that `to_onnx` has not written."""


@dataclass(frozen=True, eq=False)
class ModelMetadata:
    """The metadata of a file that `to_onnx` has written."""

    labels: NDArray[Any] | None  # (n_classes,); None for a regressor
    n_outputs: int
    multilabel: bool  # a document may have several labels
    is_column: bool  # a regressor's numbers have two dimensions
    cuts: NDArray[np.float64] | None  # (n_classes,); None if the decision was not tuned
    splitter: Splitter
    vocabulary: dict[str, int]
    columns: tuple[str, ...]  # columns whose texts are joined; () if documents are texts
    separator: str  # between the joined texts
    max_length: int | None  # largest number of tokens of a document
    truncating: Truncating
    bags: BagTables | None  # of a wide network
    n_numbers: int  # numbers in addition to each text
    features: FeaturePrograms | None  # make these numbers


def parse_metadata(metadata: Mapping[str, str], path: str) -> ModelMetadata:
    """Parse and check the metadata of a model."""
    if "skembed" not in metadata:
        raise ValueError(
            f"{path} is an ONNX model that skembed.to_onnx did not write. Open it with onnxruntime."
        )
    with _wrong_metadata(path):
        entries = json.loads(metadata["skembed"])
        version, writer = typed_entry(entries, "format", int), str(entries.get("skembed", ""))[:20]
    if version > FORMAT:
        reason = f"its format is {version}, and this skembed reads formats up to {FORMAT}"
        raise ValueError(newer_file(Path(path), writer, reason))
    with _wrong_metadata(path):
        rules = entries.get("tokenizer") or {}
        unknown = entries.keys() - KNOWN | rules.keys() - RULES
    if unknown:
        raise ValueError(newer_file(Path(path), writer, f"it says {', '.join(sorted(unknown))}"))
    if entries.get("tokenizer", entries) is None:
        raise ValueError(
            f"{path} holds no tokenizer, because the classifier was fitted on ids or vectors. Fit "
            "it on texts, or in a Pipeline with a KerasTokenizer, or run the file with onnxruntime."
        )
    with _wrong_metadata(path):
        return _checked(
            entries, metadata.get("skembed.bags"), metadata.get("skembed.features", "[]")
        )


def _wrong_metadata(path: str) -> AbstractContextManager[None]:
    """Raise errors that name the wrong file and its defect."""
    return error_context(
        f"{path} holds metadata that skembed.to_onnx does not write",
        ". Export the classifier again.",
        WRONG,
    )


def _checked(entries: dict[str, Any], bags: str | None, features: str) -> ModelMetadata:
    entries = BEFORE | entries
    rules = RULES_BEFORE | entries["tokenizer"]
    labels = None if "numbers" in entries else _labels(typed_entry(entries, "labels", list))
    n_outputs = typed_entry(entries, "numbers", int) if labels is None else len(labels)
    require(n_outputs > 0, "no outputs")
    words = typed_entry(rules, "words", list)
    vocabulary = {word: i for i, word in enumerate(words, FIRST_WORD_ID)}
    require(all(isinstance(word, str) for word in words), "a word is not a string")
    require(len(vocabulary) == len(words), "a word is repeated")
    multilabel = labels is not None and typed_entry(entries, "multilabel", bool)
    is_column = labels is None and typed_entry(entries, "is_column", bool)
    return ModelMetadata(
        labels,
        n_outputs,
        multilabel,
        is_column,
        _cuts(entries, n_outputs, multilabel),
        _splitter(rules),
        vocabulary,
        *_columns(entries),
        *_truncation(rules),
        None if bags is None else unpack_tables(bags, FIRST_WORD_ID + len(words)),
        n_numbers := typed_entry(entries, "n_numbers", int),
        FeaturePrograms(json.loads(features)) if n_numbers else None,
    )


def _labels(labels: list[Any]) -> NDArray[Any]:
    kinds = {type(label) for label in labels}
    require(kinds in ({str}, {bool}) or kinds <= {int, float}, "labels are of several types")
    made = np.array(labels)
    require(len(labels) > 0 and made.dtype.kind in "biufU", "labels are not strings or numbers")
    return made


def _cuts(entries: dict[str, Any], n_classes: int, multilabel: bool) -> NDArray[np.float64] | None:
    """Return the cuts of the log-odds; earlier files hold thresholds, which are converted."""
    if entries["cuts"] is not None:
        cuts = _row(entries, "cuts", n_classes)
        require(bool(np.isfinite(cuts).all()), "a cut is not finite")
        return cuts
    if entries["thresholds"] is None:
        return None
    thresholds = _row(entries, "thresholds", n_classes)
    # With several labels per document, thresholds are probabilities. Otherwise probabilities are
    # divided by them.
    highest = 1.0 if multilabel else np.finfo(np.float64).max
    within = (thresholds > 0) & (thresholds <= highest)
    require(bool(within.all()), "a threshold is out of range")
    return cuts_of(thresholds, multilabel)


def _truncation(rules: dict[str, Any]) -> tuple[int | None, Truncating]:
    """Return how many tokens of a document are kept, and at which end it is cut."""
    max_length = None if rules["max_length"] is None else typed_entry(rules, "max_length", int)
    require(max_length is None or max_length > 0, "max_length is not positive")
    require(rules["truncating"] in ("pre", "post"), "truncating is neither 'pre' nor 'post'")
    return max_length, rules["truncating"]


def _columns(entries: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    """Return the columns whose texts are joined, and the separator between them."""
    if entries["columns"] is None:
        return (), ""
    columns = typed_entry(entries, "columns", dict)
    names, separator = typed_entry(columns, "names", list), typed_entry(columns, "separator", str)
    is_named = len(names) > 0 and all(isinstance(name, str) for name in names)
    require(is_named and len({*names}) == len(names), "names of columns")
    return tuple(names), separator


def _row(entries: dict[str, Any], name: str, n_classes: int) -> NDArray[np.float64]:
    given = entries[name]
    require(isinstance(given, list) and {type(one) for one in given} <= {int, float}, name)
    row = np.array(given, dtype=np.float64)
    require(row.shape == (n_classes,), f"{name} and labels differ in number")
    return row


def _splitter(rules: dict[str, Any]) -> Splitter:
    tokenizer, split = rules["tokenizer"], typed_entry(rules, "split", str)
    require(tokenizer is None or tokenizer in SEPARATE, "no such tokenizer")
    require(len(split) > 0, "split is empty")
    if rules["pieces"] is not None:
        tokenizer = PieceTokenizer(typed_entry(rules, "pieces", str))
        open_rules(tokenizer.rules)
    return Splitter(
        lowercase=typed_entry(rules, "lowercase", bool),
        filters=typed_entry(rules, "filters", str),
        split=split,
        char_level=typed_entry(rules, "char_level", bool),
        tokenizer=tokenizer,
    )
