"""What files of earlier versions mean: from each version of the format to the next.

A class that is renamed, or a field that gets another meaning, gets an entry under the version
that wrote it last. A field that is added needs no entry, but a default that means what was done
before.

A new version of the format is added in three steps: raise `FORMAT` by one; enter in `MIGRATIONS`,
under the number that it had, what becomes of each type that changes; and write files of the new
version with ``python tests/persistence/make_golden.py``. Entries and files of earlier versions
stay as they are: a file goes through the entries of all versions from its own on.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import sparse

from skembed.linear import as_rows
from skembed.networks import SigmoidOutput, SoftmaxOutput, renamed

FORMAT = 3
"""Version of the format; what an older skembed cannot read gets the next one."""

Parts = dict[str, Any]
Change = Callable[[Parts], tuple[str, Parts]]
"""Takes the parts of an object, and returns its type and parts in the next version."""

ADDED: Mapping[str, Mapping[str, Any]] = {
    "KerasTokenizer": {"_most_left_out": 0, "count_error_": 0},
}
"""Parameters and learned attributes of estimators that were added: what held before."""


def _count_tokens(parts: Parts) -> tuple[str, Parts]:
    """Give words their numbers, which a list had implied before words could be forgotten."""
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
    """Let the type say what a flag had said."""
    others = {k: v for k, v in parts.items() if k != "multilabel"}
    return "MultiLabel" if parts["multilabel"] is True else "SingleLabel", others


def _name_output(parts: Parts) -> tuple[str, Parts]:
    """Let an object say what a flag had said."""
    others = {k: v for k, v in parts.items() if k != "multilabel"}
    output = SigmoidOutput() if parts.get("multilabel") is True else SoftmaxOutput()
    return "ObjectiveSpec", {**others, "output": output}


def _name_weights(parts: Parts) -> tuple[str, Parts]:
    """Give weights our names, which had been Keras's."""
    weights, optimizer = renamed(parts.get("weights", {}), parts.get("optimizer", {}))
    return "NetworkState", parts | {"weights": weights, "optimizer": optimizer}


def _name_ngrams(parts: Parts) -> tuple[str, Parts]:
    """Take the n-grams of words from a matrix of SciPy's, which `parts` had been."""
    if not isinstance(parts["parts"], sparse.csr_matrix):
        raise TypeError("character n-grams are no matrix")
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
"""For each version of the format: what becomes of its types in the next one."""


def migrated(version: int, name: str, parts: Parts) -> tuple[str, Parts]:
    """Return the type and parts of an object of a file as this version knows them."""
    for number in range(version, FORMAT):
        change = MIGRATIONS[number].get(name)
        if change is not None:
            name, parts = change(parts)
    return name, parts
