"""Rows written to a table, batch by batch: CSV, JSON lines and Parquet."""

import csv
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from skembed.cli._rows import STANDARD
from skembed.data._block import Row

FORMATS = ("csv", "tsv", "jsonl", "parquet")

Write = Callable[[list[Row]], None]


@contextmanager
def writer(path: str, format: str) -> Iterator[Write]:
    """Open a table to write rows to, batch by batch; all rows have the columns of the first."""
    if format not in FORMATS:
        raise ValueError(
            f"Answers cannot be written as {format}; give --output-format, one of "
            f"{', '.join(FORMATS)}."
        )
    if format == "parquet":
        with _parquet_writer(path) as write:
            yield write
        return
    with ExitStack() as stack:
        file = stack.enter_context(_open_to_write(path))
        if format == "jsonl":
            yield lambda rows: file.writelines(
                json.dumps(_named(row), ensure_ascii=False, default=str) + "\n" for row in rows
            )
        else:
            yield _csv_writer(file, "\t" if format == "tsv" else ",")


def _open_to_write(path: str) -> IO[str]:
    if path == STANDARD:
        return open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False)
    opener: Any = gzip.open if path.endswith(".gz") else open
    opened: IO[str] = opener(path, "wt", encoding="utf-8", newline="")
    return opened


def _csv_writer(file: IO[str], delimiter: str) -> Write:
    cells = csv.writer(file, delimiter=delimiter)
    header: list[str] = []

    def write(rows: list[Row]) -> None:
        if not header:
            header.extend(name for name, _ in rows[0])
            cells.writerow(header)
        cells.writerows(_values(row, header) for row in rows)
        file.flush()  # whoever reads from a pipe gets what is there

    return write


@contextmanager
def _parquet_writer(path: str) -> Iterator[Write]:
    import pyarrow as pa
    import pyarrow.parquet

    if path == STANDARD:
        raise ValueError("Parquet cannot be written to standard output; give a file.")
    with ExitStack() as stack:
        opened: list[Any] = []
        header: list[str] = []

        def write(rows: list[Row]) -> None:
            if not header:
                header.extend(_named(rows[0]))
            named = [dict(zip(header, _values(row, header), strict=True)) for row in rows]
            table = pa.Table.from_pylist(named, opened[0].schema if opened else None)
            if not opened:
                opened.append(
                    stack.enter_context(pyarrow.parquet.ParquetWriter(path, table.schema))
                )
            opened[0].write_table(table)

        yield write


def _named(row: Row) -> dict[str, Any]:
    """Return a row for a format in which every column has a name of its own."""
    named = dict(row)
    if len(named) < len(row):
        names = [name for name, _ in row]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(
            f"The table has several columns {twice!r}, which only CSV and TSV can hold. "
            "Write the answers as CSV."
        )
    return named


def _values(row: Row, header: list[str]) -> list[Any]:
    """Return the values of a row in the order of the columns; None where it has none."""
    names = [name for name, _ in row]
    if names == header:
        return [value for _, value in row]
    if others := [name for name in names if name not in header]:
        raise ValueError(
            f"A row has {others[0]!r}, which the first row has not, but all rows of the answers "
            "must have the columns of the first. Write the answers as JSON lines "
            "(--output-format jsonl)."
        )
    named = _named(row)
    return [named.get(name) for name in header]
