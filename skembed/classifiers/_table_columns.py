"""The table that features are read from: as a data frame of pandas, with the columns of fit."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skembed._records import record
from skembed._types import Frame, Transformer
from skembed.text import SEPARATOR, Samples, columns_in, columns_of, is_table, join_cells


@record
@dataclass(frozen=True)
class TableColumns:
    """What a table held in fit.

    Attributes
    ----------
    names : tuple of str
        Its columns.
    kinds : dict of str to str
        Of the columns that the transformer reads, what they held: "numbers", "other", or
        "nothing" where all cells were missing.
    """

    names: tuple[str, ...]
    kinds: Mapping[str, str]

    def select(self, table: Frame, name: str) -> Frame:
        """Return the columns of fit, in their order; refuse a table that they are missing in."""
        there_are = [*table.columns]
        for column, before in self.kinds.items():
            if column not in there_are:
                shown = ", ".join(map(repr, there_are[:20]))
                raise ValueError(
                    f"{name} has no column {column!r}, which features read in fit. Its columns: "
                    f"{shown}."
                )
            if before == "numbers":
                table = table.assign(**{column: as_numbers_if_they_are(table[column])})
            now = kind_of(table[column])
            if before != now and "nothing" not in (before, now):
                raise ValueError(
                    f"{name}: the column {column!r} holds {_MEANING[now]}, but held "
                    f"{_MEANING[before]} in fit. Convert it to what it was."
                )
        return table[[column for column in self.names if column in there_are]]


_MEANING = {"numbers": "numbers", "other": "something else than numbers"}


def columns_read(transformer: Transformer, table: Frame) -> TableColumns:
    """Find out which columns a fitted transformer reads: those without which it fails."""
    row, names = table.iloc[:1], [*table.columns]
    read = {c: kind_of(table[c]) for c in names if _fails(transformer, row.drop(columns=[c]))}
    return TableColumns(tuple(names), read)


def _fails(transformer: Transformer, table: Frame) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            transformer.transform(table)
    except Exception:  # whatever a transformer raises where a column is missing
        return True
    return False


def kind_of(column: Frame) -> str:
    """Tell a column of numbers from others, and from one whose cells are all missing."""
    import pandas as pd

    if column.isna().all():
        return "nothing"
    kind = pd.api.types.infer_dtype(column, skipna=True)
    is_number = pd.api.types.is_numeric_dtype(column) or kind in _NUMBERS
    return "numbers" if is_number else "other"


_NUMBERS = {"boolean", "decimal", "floating", "integer", "mixed-integer-float"}


def as_numbers_if_they_are(column: Frame) -> Frame:
    """Turn strings that are numbers, as files of texts have them, into numbers."""
    import pandas as pd

    if kind_of(column) != "other":
        return column
    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column


def texts_of_table(X: object, columns: Sequence[str], name: str, *, has_features: bool) -> Samples:
    """Join the texts of a table's rows to documents; keep the rows if features are read too."""
    cells = columns_in(X, columns, name)
    texts = join_cells(cells, columns, SEPARATOR, lambda i: f"{name}, row {i}")
    return Samples("documents", texts, X, table=frame_of(X, name) if has_features else None)


def frame_of(table: object, name: str) -> Frame:
    """Return a table, a mapping of columns, or rows that are mappings as a data frame of pandas."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError(
            'features of a table need pandas, which is not installed: pip install "pandas".'
        ) from error

    frame: Frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(_plain(table))
    for column in frame.columns:
        if not isinstance(column, str) or [*frame.columns].count(column) > 1:
            raise ValueError(
                f"{name} must have columns with names that are strings, each once, but has "
                f"{column!r}. Rename them, for example by table.columns = [...]."
            )
    return frame.apply(_one_missing)


def _one_missing(column: Frame) -> Frame:
    """Let missing cells of a column that holds no numbers all be NaN, whatever library has them."""
    if column.dtype != object or not column.isna().any():
        return column
    return column.where(column.notna(), np.nan)


def _plain(table: object) -> Any:
    """Return a table of another library as lists, a mapping and rows as they are."""
    if not is_table(table):
        return table
    names, columns = columns_of(table)
    lists = [c.to_pylist() if hasattr(c, "to_pylist") else c.to_list() for c in columns]
    return dict(zip(names, lists, strict=True))
