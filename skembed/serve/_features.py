"""The features of documents, computed by programs that `to_onnx` has written."""

import base64
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skembed._messages import require, typed_entry
from skembed._missing import is_missing
from skembed._onnx_session import open_onnx_session
from skembed._optional import need
from skembed._types import Documents
from skembed.sentences import POOLINGS, EncoderSettings, SentenceEncoder
from skembed.text import columns_in, join_cells

Floats = NDArray[np.floating]

MISSING = "nan"
"""The name of a missing cell among categories that are texts, as `to_onnx` writes them."""

Program = Callable[[Documents, list[str], int], Floats]
"""Takes the user's documents, their texts and a number of threads; returns numbers."""


class FeaturePrograms:
    """Programs whose numbers are put side by side.

    Parameters
    ----------
    entries : list of dict
        The entries that `to_onnx` writes.

    Attributes
    ----------
    columns : list of str
        The columns of a table that the programs read.
    """

    def __init__(self, entries: object) -> None:
        if not isinstance(entries, list) or not entries:
            raise ValueError("no features")
        self.columns = [name for each in entries for name in _columns_of(each)]
        self._programs = [_KINDS[typed_entry(each, "kind", str)](each) for each in entries]

    def compute(self, documents: Documents, texts: list[str], n_threads: int) -> Floats:
        """Return the numbers of documents, of shape (n_samples, n_numbers)."""
        parts = [program(documents, texts, n_threads) for program in self._programs]
        numbers = np.concatenate(parts, axis=1).astype(np.float64)
        odd = np.argwhere(~np.isfinite(numbers))
        if len(odd):
            row, column = odd[0]
            raise ValueError(
                f"documents: features gave {numbers[row, column]} for row {row}, column {column}. "
                "Fill in the missing values, or train with a SimpleImputer among the features."
            )
        return numbers


def _sentences(entry: dict[str, Any]) -> Program:
    tokenizers = need("tokenizers", "The sentence encoder of this file needs", install="tokenizers")
    Tokenizer = tokenizers.Tokenizer
    pooling = typed_entry(entry, "pooling", str)
    require(pooling in POOLINGS, "no such pooling")
    sizes = [typed_entry(entry, name, int) for name in ("max_length", "batch_tokens")]
    require(sizes[0] > 2 and sizes[1] > 0, "no such size of a batch")
    settings = EncoderSettings(pooling, typed_entry(entry, "normalise", bool), *sizes)
    network = base64.b64decode(typed_entry(entry, "network", str), validate=True)
    try:
        tokenizer = Tokenizer.from_str(typed_entry(entry, "tokenizer", str))
    except Exception as error:  # the package has no error class for it
        raise ValueError(f"a tokenizer is damaged: {error}") from error
    encoder = SentenceEncoder(network, tokenizer, _session(network), "its sentence encoder")
    names, separator = typed_entry(entry, "columns", list), typed_entry(entry, "separator", str)

    def compute(documents: Documents, texts: list[str], n_threads: int) -> Floats:
        if names:
            cells = columns_in(documents, names, "documents")
            texts = join_cells(cells, names, separator, lambda i: f"documents, row {i}")
        return encoder.encode(texts, settings, n_threads=n_threads)

    return compute


def _columns_of(entry: dict[str, Any]) -> list[str]:
    """Return the names of the columns of a table that a program reads."""
    if typed_entry(entry, "kind", str) == "texts":
        return []
    columns = typed_entry(entry, "columns", list)
    return [each if isinstance(each, str) else _column(each).name for each in columns]


class Column(NamedTuple):
    """A column that a program reads."""

    name: str
    input: str  # of the program's network
    holds: str  # "float64", "float32" or "texts"
    known: frozenset[str] | None  # the allowed values, if they are limited

    def feed(self, cells: list[Any]) -> NDArray[Any]:
        """Return the cells as the input of the network, of shape (n_samples, 1)."""
        read = self._text if self.holds == "texts" else self._number
        dtype = object if self.holds == "texts" else self.holds
        return np.array([read(i, cell) for i, cell in enumerate(cells)], dtype=dtype)[:, None]

    def _number(self, i: int, cell: str | float | None) -> float:
        """Return a number; a missing one is NaN."""
        if cell is None or cell == "" or is_missing(cell):
            return np.nan
        try:
            if isinstance(cell, str) and "_" in cell:
                raise ValueError("a number has no such sign")
            return float(cell)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"documents, row {i}: the column {self.name!r} must hold numbers, got {cell!r:.60}."
            ) from error

    def _text(self, i: int, cell: object) -> str:
        if isinstance(cell, int | float) and not is_missing(cell):
            raise ValueError(
                f"documents, row {i}: the column {self.name!r} must hold texts, got {cell!r}."
            )
        text = MISSING if is_missing(cell) else str(cell)
        if self.known is not None and text not in self.known:
            raise ValueError(
                f"documents, row {i}: the column {self.name!r} holds {text!r:.60}, which features "
                "did not see in fit. Train with OneHotEncoder(handle_unknown='ignore')."
            )
        return text


def _column(entry: dict[str, Any]) -> Column:
    holds, known = typed_entry(entry, "holds", str), entry["known"]
    require(holds in ("float64", "float32", "texts"), "what a column holds")
    name, taken = (typed_entry(entry, each, str) for each in ("name", "input"))
    return Column(name, taken, holds, None if known is None else frozenset(map(str, known)))


def _converted(entry: dict[str, Any]) -> Program:
    columns = [_column(each) for each in typed_entry(entry, "columns", list)]
    is_table, names = entry["kind"] == "table", [column.name for column in columns]
    session = _session(base64.b64decode(typed_entry(entry, "network", str), validate=True))
    taken = {each.name for each in session.get_inputs()}
    require(taken == {column.input for column in columns}, "columns of another network")

    def compute(documents: Documents, texts: list[str], n_threads: int) -> Floats:
        cells: list[list[Any]] = [[*texts]]
        if is_table:
            cells = columns_in(documents, names, "documents")
        feed = {c.input: c.feed(some) for c, some in zip(columns, cells, strict=True)}
        numbers: Floats = session.run(None, feed)[0]
        return numbers

    return compute


def _session(network: bytes) -> Any:
    try:
        return open_onnx_session(network, "Predictor needs")
    except ValueError as error:
        raise ValueError(f"the network of features is damaged: {error}") from error


_KINDS: dict[str, Callable[[dict[str, Any]], Program]] = {
    "sentences": _sentences,
    "table": _converted,
    "texts": _converted,
}
