"""What files of earlier versions mean by what they do not hold."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from skembed.networks import renamed

Parts = dict[str, Any]

ADDED: Mapping[str, Mapping[str, Any]] = {
    "KerasTokenizer": {"_most_left_out": 0, "count_error_": 0},
}
"""Parameters and learned attributes of estimators that were added: what held before."""


def _count_tokens(parts: Parts) -> Parts:
    """Give words their numbers, which a list had implied before words could be forgotten."""
    words = parts.get("words")
    if not isinstance(words, list):
        return parts
    missed = np.zeros(len(words), dtype=np.int64)
    return {"missed": missed} | parts | {"words": {word: i for i, word in enumerate(words)}}


def _name_weights(parts: Parts) -> Parts:
    """Give weights our names, which had been Keras's."""
    weights, optimizer = renamed(parts.get("weights", {}), parts.get("optimizer", {}))
    return parts | {"weights": weights, "optimizer": optimizer}


_CHANGED: Mapping[str, Callable[[Parts], Parts]] = {
    "NetworkState": _name_weights,
    "TokenCounts": _count_tokens,
}

RENAMED: Mapping[str, str] = {"ConvolutionSpec": "CNNEncoder", "RecurrentSpec": "LSTMEncoder"}
"""Dataclasses that had another name."""


def completed(name: str, record: type, parts: Parts) -> Parts:
    """Return the parts of an object as this version knows them.

    A field of a dataclass that a file lacks has its default: whoever adds a field gives it the
    default of what was done before.

    Parameters
    ----------
    name : str
        Name of the dataclass.
    record : type
        The dataclass.
    parts : dict of str
        What the file holds.
    """
    parts = _CHANGED.get(name, dict)(parts)
    return {**_defaults(record), **parts}


def _defaults(record: type) -> Parts:
    found: Parts = {}
    for field in dataclasses.fields(record):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found
