"""Several columns of texts as one text a row."""

from collections.abc import Callable, Mapping, Sequence, Sized

from skembed._messages import did_you_mean
from skembed._missing import is_missing
from skembed.text._cells import class_of, shorten
from skembed.text._collections import columns_of, is_file, is_table

SEPARATOR = "\n"
"""Separator between the texts of a row: each text ends a line."""

Place = Callable[[int], str]
"""Names the place of a row."""


def join_cells(
    columns: Sequence[Sequence[object]], names: Sequence[str], separator: str, place: Place
) -> list[str]:
    """Join the cells of each row.

    A cell that is missing is an empty part. A row without any text is refused. A cell that holds
    another value is refused too.
    """
    parts = [texts_in(column, name, place) for column, name in zip(columns, names, strict=True)]
    found = []
    for i, row in enumerate(zip(*parts, strict=True)):
        if not any(part and not part.isspace() for part in row):
            listed = ", ".join(map(repr, names))
            plural = "columns" if len(names) > 1 else "column"
            raise ValueError(
                f"{place(i)}: there is no text in the {plural} {listed}. Fill one in, or remove "
                "the row."
            )
        found.append(separator.join(row))
    return found


def check_names(columns: Sequence[object], parameter: str) -> list[str]:
    """Check the names of columns that a parameter holds."""
    for i, column in enumerate(columns):
        if not isinstance(column, str):
            raise TypeError(
                f"{parameter} must hold names, but {parameter}[{i}] is {column!r} "
                f"({type(column).__name__})."
            )
    if not columns or len({*columns}) < len(columns):
        raise ValueError(
            f"{parameter} must name at least one column, and each once; got {columns!r}."
        )
    return [str(column) for column in columns]


def columns_in(table: object, names: Sequence[str], name: str) -> list[list[object]]:
    """Return some columns of a table, or of rows that are mappings, as lists of cells."""
    if isinstance(table, Mapping):
        there_are, cells = list(table), dict(table)
    elif is_table(table):
        there_are, found = columns_of(table)
        cells = dict(zip(there_are, found, strict=True))
    elif isinstance(table, Sequence) and all(isinstance(row, Mapping) for row in table):
        return _columns_of_rows(table, names, name)
    else:
        raise TypeError(
            f"{name} must be a table, a mapping of columns, or a list of mappings, with the "
            f"columns {', '.join(map(repr, names))}; got {type(table).__name__}: {shorten(table)}."
            + _way_to_table(table, names)
        )
    _check_names(there_are, names, name)
    found = [_cells_of(cells[column], column, name) for column in names]
    for column, some in zip(names, found, strict=True):
        if len(some) != len(found[0]):
            raise ValueError(
                f"{name} must have columns of one length, but {names[0]!r} has {len(found[0])} "
                f"rows and {column!r} has {len(some)}."
            )
    return found


def _way_to_table(found: object, names: Sequence[str]) -> str:
    """Return what to pass instead of a path, a row, a column or texts."""
    if is_file(found):
        return " Read the file with pandas first, or in batches with skembed.data.stream."
    if hasattr(found, "iloc") and any(name in getattr(found, "index", ()) for name in names):
        return " For one row, pass table.iloc[[0]]."
    is_column = not isinstance(found, str | bytes) and hasattr(found, "__len__")
    return " Pass the whole table." if is_column else ""


def _check_names(there_are: Sequence[object], names: Sequence[str], table: str) -> None:
    for column in names:
        if there_are.count(column) != 1:
            is_missing = column not in there_are
            problem = "has no column" if is_missing else "has several columns"
            shown = ", ".join(map(repr, there_are[:20]))
            hint = did_you_mean(column, map(str, there_are)) if is_missing else ""
            told = f"{table} {problem} {column!r}. Its columns: {shown}. {hint}"
            raise ValueError(told.rstrip())


def holds_columns(X: object) -> bool:
    """Return whether X is a table of two columns or more, in any of the forms of `columns_in`."""
    if isinstance(X, Mapping):
        return True
    if is_table(X):
        return len(columns_of(X)[0]) > 1
    return isinstance(X, list) and len(X) > 0 and isinstance(X[0], Mapping)


def count_rows(X: object) -> int:
    """Count the rows of a table, or the elements of another collection."""
    if isinstance(X, Mapping):
        return len(next(iter(X.values()), ()))
    if is_table(X):
        return len(next(iter(columns_of(X)[1]), ()))
    return len(X) if isinstance(X, Sized) else 0


def _columns_of_rows(
    rows: Sequence[Mapping[str, object]], names: Sequence[str], name: str
) -> list[list[object]]:
    for i, row in enumerate(rows):
        for column in names:
            if column not in row:
                told = f"{name}[{i}] has no {column!r}. It has {', '.join(map(repr, row))}."
                raise ValueError(f"{told} {did_you_mean(column, row)}".rstrip())
    return [[row[column] for row in rows] for column in names]


def _cells_of(column: object, name: str, table: str) -> list[object]:
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    if isinstance(column, str) or not isinstance(column, Sequence):
        raise TypeError(
            f"{table} must hold a list for each column, but the column {name!r} is "
            f"{shorten(column)} ({type(column).__name__}). For one row, pass a list of it: [row]."
        )
    return list(column)


def texts_in(column: Sequence[object], name: str, place: Place) -> list[str]:
    """Return cells as strings, missing ones as empty ones."""
    if {*map(type, column)} <= {str}:
        return [*column]  # type: ignore[list-item]
    texts = []
    for i, cell in enumerate(column):
        if is_missing(cell):
            texts.append("")
        elif class_of(cell) == "text":
            texts.append(str(cell))
        else:
            raise ValueError(
                f"{place(i)}: column {name!r} holds {shorten(cell)} ({type(cell).__name__}), but "
                "must hold texts. Leave that column out, or turn it into strings."
            )
    return texts
