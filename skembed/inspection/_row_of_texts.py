"""The explained document: a text, or the texts of a table's row, and the origin of each token."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from skembed._types import Estimator, Frame
from skembed.classifiers import Reader
from skembed.text import (
    KerasTokenizer,
    Place,
    TextColumns,
    columns_in,
    join_cells,
    number_tokens,
    places_of,
    text_columns_of,
    texts_in,
)


@dataclass(frozen=True)
class TextParts:
    """The parts of a document.

    Attributes
    ----------
    parts : list of str
        The texts.
    columns : TextColumns or None
        Joins the texts; None for a single text.
    table : DataFrame or None
        Further columns of the row that the estimator reads.
    """

    parts: list[str]
    columns: TextColumns | None
    table: Frame | None = None

    @property
    def whole(self) -> str:
        """The joined document."""
        return self.parts[0] if self.columns is None else self.columns.separator.join(self.parts)

    def tokens(
        self, tokenizer: KerasTokenizer
    ) -> tuple[tuple[str, ...], tuple[Place | None, ...], tuple[str, ...] | None]:
        """Return the tokens that are kept, their places in the document, and their columns."""
        splitter, kept = tokenizer._make_splitter(), _kept(tokenizer)
        words, numbers, _ = number_tokens([self.whole], splitter)
        tokens = [words[i] for i in numbers.tolist()] or [""]
        columns = None
        if self.columns is not None:
            counts = number_tokens(self.parts, splitter).lengths
            of_tokens = np.repeat(np.arange(len(self.parts)), counts)[kept]
            columns = tuple(self.columns.columns[i] for i in of_tokens.tolist())
        return tuple(tokens[kept]), tuple(places_of(tokens, self.whole)[kept]), columns


def _kept(tokenizer: KerasTokenizer) -> slice:
    """Return which tokens of a document a tokenizer keeps."""
    longest = tokenizer.max_length_
    if longest is None:
        return slice(None)
    return slice(-longest, None) if tokenizer.truncating == "pre" else slice(longest)


def read_parts(estimator: Estimator, reader: Reader, text: object) -> TextParts:
    """Read a text, or a row if the estimator takes tables."""
    own = reader.text_columns
    columns = text_columns_of(estimator) if own is None else TextColumns([*own])
    if columns is not None:
        cells = _mapping_of(columns, text)
        parts = _parts_of_row(columns, cells)
        of_table = None if reader.features is None else reader.features.columns
        table = None
        if of_table is not None:
            further = columns_in([cells], [*of_table.kinds], "text")
            table = of_table.select(dict(zip(of_table.kinds, further, strict=True)), 1, "text")
        return TextParts(parts, columns, table)
    if not isinstance(text, str):
        raise TypeError(
            f"text must be one str, got {type(text).__name__}: {reprlib.repr(text)}. Explain one "
            "text at a time, such as texts[0]."
        )
    return TextParts([text], None)


def _mapping_of(columns: TextColumns, row: object) -> Mapping[str, object]:
    """Return a row as a mapping."""
    if hasattr(row, "iloc") and getattr(row, "ndim", 1) == 2:
        raise TypeError(
            f"text must be one row, got a table of {len(row)}. Pass table.iloc[0]."  # type: ignore[arg-type]
        )
    of_pandas = getattr(row, "to_dict", None)
    row = row if of_pandas is None else of_pandas()
    if not isinstance(row, Mapping):
        names = ", ".join(map(repr, columns.columns))
        raise TypeError(
            f"text must be a row with the columns {names}, such as a dict or table.iloc[0], "
            f"because the estimator reads tables; got {type(row).__name__}: {row!r:.60}."
        )
    return row


def _parts_of_row(columns: TextColumns, row: Mapping[str, object]) -> list[str]:
    """Return the texts of a row in the order of the columns."""
    cells = columns_in([row], columns.columns, "text")
    join_cells(cells, columns.columns, columns.separator, lambda i: "text")  # refuses other cells
    named = zip(cells, columns.columns, strict=True)
    return [texts_in(cell, name, lambda i: "text")[0] for cell, name in named]
