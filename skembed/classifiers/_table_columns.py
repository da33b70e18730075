"""The table that features read, as a data frame of pandas with the columns of fit."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed._optional import need
from skembed._records import record
from skembed._types import Frame, Transformer
from skembed.text import (
    SEPARATOR,
    Samples,
    columns_in,
    columns_of,
    is_table,
    join_cells,
)

Made = NDArray[np.float64]

ROWS_TRIED = 8
"""Number of training rows on which skembed tries which columns a transformer reads."""

NUMBERS, DATES, OTHER, NOTHING = "numbers", "dates", "other", "nothing"
"""Kinds of columns; "nothing" if all cells are missing."""

_MEANING = {NUMBERS: "numbers", DATES: "dates", OTHER: "neither numbers nor dates"}


@record
@dataclass(frozen=True)
class TableColumns:
    """The columns of a table that a transformer reads, as they were in fit.

    Attributes
    ----------
    kinds : dict of str to str
        "numbers", "dates", "other", or "nothing", by the name of the column.
    examples : dict of str to tuple
        A small, a middle and a large value of each column of numbers. For other columns, the first,
        middle and last value in their order.
    """

    kinds: Mapping[str, str]
    examples: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def select(self, cells: Mapping[str, Sequence[object]], n_rows: int, name: str) -> Frame:
        """Return columns as they were in fit; refuse those that cannot be converted."""
        pd = _pandas()

        columns = {
            column: _as_before(pd.Series(cells[column], dtype=object), kind, column, name)
            for column, kind in self.kinds.items()
        }
        return pd.DataFrame(columns, index=range(n_rows))  # also without any column


def _as_before(column: Frame, before: str, label: str, name: str) -> Frame:
    """Convert a column of objects to its kind in fit. Strings may be numbers, or dates."""
    pd = _pandas()

    column = column.where(column.notna(), np.nan)
    now = kind_of(column)
    if before in (NUMBERS, DATES) and now == OTHER and column.dropna().map(type).eq(str).all():
        convert = pd.to_numeric if before == NUMBERS else pd.to_datetime
        try:
            return convert(column)
        except (ValueError, TypeError):
            pass
    if before != now and NOTHING not in (before, now):
        raise ValueError(
            f"{name}: the column {label!r} holds {_MEANING[now]}, but held {_MEANING[before]} in "
            "fit. Convert it to what it was."
        )
    kind = now if before == NOTHING else before
    if kind == NUMBERS:
        return _as_numbers(column)
    return pd.to_datetime(column) if kind == DATES else column


def read_columns(transformer: Transformer, table: Frame) -> TableColumns:
    """Find out which columns a fitted transformer reads: without them its output differs."""
    rows = table.iloc[:ROWS_TRIED]
    whole = _made_of(transformer, rows)
    read = _search(transformer, rows, whole, [*table.columns])
    if not _is_same(whole, _made_of(transformer, rows[read])):
        read = [*table.columns]  # it reads columns by their places
    kinds = {name: kind_of(table[name]) for name in read}
    return TableColumns(kinds, {name: _examples(table[name], kinds[name]) for name in read})


def _search(
    transformer: Transformer, rows: Frame, whole: Made | None, names: list[str]
) -> list[str]:
    """Return the columns that are read; halves are tried before single columns."""
    if _is_same(whole, _made_of(transformer, rows.drop(columns=names))):
        return []
    if len(names) == 1:
        return names
    middle = len(names) // 2
    return [
        *_search(transformer, rows, whole, names[:middle]),
        *_search(transformer, rows, whole, names[middle:]),
    ]


def _made_of(transformer: Transformer, rows: Frame) -> Made | None:
    """Return the numbers that a transformer makes of rows; None if it fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return to_floats(transformer.transform(rows))
    except Exception:  # a transformer may raise any error if a column is missing
        return None


def _is_same(whole: Made | None, part: Made | None) -> bool:
    if whole is None or part is None:
        return False
    return bool(np.array_equal(whole, part, equal_nan=True))


def to_floats(found: Frame) -> Made:
    """Turn a transformer's output, a matrix, sparse or not, or a table, into an array of floats.

    Raises
    ------
    TypeError, ValueError
        If it holds other values than real numbers.
    """
    dense = found.toarray() if sparse.issparse(found) else found
    array = np.ma.filled(dense, np.nan) if np.ma.is_masked(dense) else np.asarray(dense)
    if array.dtype.kind in "cmM":
        raise TypeError(f"they are of dtype {array.dtype}")
    return array.astype(np.float64)


def kind_of(column: Frame) -> str:
    """Return the kind of a column: numbers, dates, something else, or no value at all."""
    pd = _pandas()

    values = column[column.notna()]
    if not len(values):
        return NOTHING
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.dtype.categories.dtype)
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if pd.api.types.is_numeric_dtype(values) or kind in _NUMBERS:
        return NUMBERS
    return DATES if kind in _DATES else OTHER


_NUMBERS = {"boolean", "decimal", "floating", "integer", "mixed-integer-float"}
_DATES = {"date", "datetime", "datetime64"}


def _examples(column: Frame, kind: str) -> tuple[Any, ...]:
    """Return three values of a column, as JSON knows them, or none of dates."""
    if kind not in (NUMBERS, OTHER):
        return ()
    values = sorted({*column[column.notna()].tolist()}, key=str if kind == OTHER else float)
    chosen = [values[i] for i in (0, len(values) // 2, -1)]
    return tuple(str(v) if kind == OTHER else getattr(v, "item", lambda v=v: v)() for v in chosen)


def texts_of_table(
    X: object, columns: Sequence[str], name: str, features: TableColumns | bool
) -> Samples:
    """Join the texts of a table's rows to documents; keep the rows if features are read too.

    These are the columns that a fit has learned to read, or all columns in a first fit.
    """
    further = [*features.kinds] if isinstance(features, TableColumns) else []
    names = [*dict.fromkeys([*columns, *further])]
    cells = dict(zip(names, columns_in(X, names, name), strict=True))
    parts = [cells[column] for column in columns]
    texts = join_cells(parts, columns, SEPARATOR, lambda i: f"{name}, row {i}")
    frame = None
    if isinstance(features, TableColumns):
        frame = features.select(cells, len(texts), name)
    elif features:
        frame = frame_of(X, name)
    return Samples("documents", texts, X, table=frame)


def _pandas() -> Any:
    return need("pandas", "Reading the features of a table needs")


def frame_of(table: object, name: str) -> Frame:
    """Return a table, a mapping of columns, or rows that are mappings as a data frame of pandas.

    Columns keep their order and dtype, and missing cells become NaN. Columns whose name is not a
    string, or occurs twice, are left out, because they cannot be named.
    """
    pd = _pandas()
    times = Counter(_names_in(table))
    once = [name for name, n in times.items() if isinstance(name, str) and n == 1]
    if isinstance(table, pd.DataFrame):
        columns = {each: table[each].reset_index(drop=True) for each in once}
    else:
        cells = columns_in(table, once, name)
        columns = {each: pd.Series(some) for each, some in zip(once, cells, strict=True)}
    return pd.DataFrame({each: _with_nan(column) for each, column in columns.items()})


def _names_in(table: object) -> list[Any]:
    """Return the names of a table's columns, or of the columns in its first row."""
    if is_table(table):
        return columns_of(table)[0]
    if isinstance(table, Mapping):
        return [*table]
    return [*table[0]] if isinstance(table, Sequence) and len(table) else []


def _with_nan(column: Frame) -> Frame:
    """Turn missing cells of any library into NaN, and its types into NumPy's."""
    pd = _pandas()

    if isinstance(column.dtype, np.dtype | pd.CategoricalDtype) and column.dtype != object:
        return column
    if str(column.dtype) == "str":  # in pandas 3, missing cells of strings are NaN
        return column
    filled = column.astype(object).where(column.notna(), np.nan)
    return _as_numbers(filled) if kind_of(filled) == NUMBERS else filled


def _as_numbers(column: Frame) -> Frame:
    """Give a column of objects that are numbers the type of integers or truth values, or floats."""
    inferred = column.infer_objects()
    is_plain = inferred.dtype != object and not column.isna().any()
    return inferred if is_plain else column.astype(float)
