"""Migrations of files of earlier versions: from each version of the format to the next.

If a class is renamed, or a field gets another meaning, add an entry under the version that last
wrote it. A new field needs no entry, but a default that keeps the earlier behaviour.

To add a new version of the format, raise `FORMAT` by one. Add to `MIGRATIONS`, under the earlier
number, the changes of each type. Write files of the new version with ``python
tests/persistence/make_golden.py``. Entries and files of earlier versions do not change: a file
passes the entries of all versions since its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import sparse

from skembed.linear import as_rows
from skembed.networks import SigmoidOutput, SoftmaxOutput, renamed

FORMAT = 3
"""Version of the format. A file that an older skembed cannot read needs the next version."""

Parts = dict[str, Any]
Change = Callable[[Parts], tuple[str, Parts]]
"""Takes the parts of an object, and returns its type and parts in the next version."""

ADDED: Mapping[str, Mapping[str, Any]] = {
    "KerasTokenizer": {"_most_left_out": 0, "count_error_": 0},
}
"""Parameters and learned attributes that were added later, with their earlier values."""


def _count_tokens(parts: Parts) -> tuple[str, Parts]:
    """Give words their numbers, which a list implied before words could be forgotten."""
    words = parts.get("words")
    if isinstance(words, list):
        missed = np.zeros(len(words), dtype=np.int64)
        numbers = {word: i for i, word in enumerate(words)}
        parts = {"missed": missed} | parts | {"words": numbers}
    return "TokenCounts", parts


def _rename(name: str, **fields: str) -> Change:
    """Give a type, and some of its fields, other names."""
    return lambda parts: (name, {fields.get(k, k): v for k, v in parts.items()})


def _name_task(parts: Parts) -> tuple[str, Parts]:
    """Replace a flag by a type."""
    others = {k: v for k, v in parts.items() if k != "multilabel"}
    return "MultiLabel" if parts["multilabel"] is True else "SingleLabel", others


def _name_output(parts: Parts) -> tuple[str, Parts]:
    """Replace a flag by an object."""
    others = {k: v for k, v in parts.items() if k != "multilabel"}
    output = SigmoidOutput() if parts.get("multilabel") is True else SoftmaxOutput()
    return "ObjectiveSpec", {**others, "output": output}


def _name_weights(parts: Parts) -> tuple[str, Parts]:
    """Give weights skembed's names instead of Keras's."""
    weights, optimizer = renamed(parts.get("weights", {}), parts.get("optimizer", {}))
    return "NetworkState", parts | {"weights": weights, "optimizer": optimizer}


def _name_ngrams(parts: Parts) -> tuple[str, Parts]:
    """Take the n-grams of words from a matrix of SciPy, which `parts` was."""
    if not isinstance(parts["parts"], sparse.csr_matrix):
        raise TypeError("character n-grams are not a matrix")
    ngrams = as_rows(parts["parts"])
    return "BagTables", {k: v for k, v in parts.items() if k != "parts"} | {"ngrams": ngrams}


MIGRATIONS: Mapping[int, Mapping[str, Change]] = {
    1: {"TokenCounts": _count_tokens},
    2: {
        "BagReader": _name_ngrams,
        "CNNTextClassifier": _rename("CNNTextClassifier", fitted="_model"),
        "ConvolutionSpec": _rename("CNNEncoder"),
        "Fitted": _rename("FittedModel", labels="task"),
        "InputReader": _rename("Reader"),
        "LSTMTextClassifier": _rename("LSTMTextClassifier", fitted="_model"),
        "Labels": _name_task,
        "LinearHalf": _rename("LinearModel", network_part="network_share"),
        "Measured": _rename("LogitStatistics"),
        "NetworkState": _name_weights,
        "ObjectiveSpec": _name_output,
        "RecurrentSpec": _rename("LSTMEncoder"),
    },
}
"""For each version of the format, the changes of its types in the next one."""


def migrated(version: int, name: str, parts: Parts) -> tuple[str, Parts]:
    """Return the type and parts of an object of a file as this version knows them."""
    for number in range(version, FORMAT):
        change = MIGRATIONS[number].get(name)
        if change is not None:
            name, parts = change(parts)
    return name, parts
