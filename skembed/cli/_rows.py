"""Rows of tables in files, read batch by batch: CSV, JSON lines and Parquet."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from skembed.datasets._lines import open_lines, utf8_told

Row = dict[str, Any]

BATCH = 1024
"""Rows in memory at the same time."""

STANDARD = "-"
"""Name of standard input or output instead of a file."""

FORMATS = ("csv", "tsv", "jsonl", "parquet")


def format_of(path: str, given: str | None) -> str:
    """Return the format of a file by its name, unless it is given.

    Raises
    ------
    ValueError
        If the name does not tell.
    """
    if given is not None:
        return given
    suffix = Path(path.removesuffix(".gz")).suffix.removeprefix(".").lower()
    suffix = {"ndjson": "jsonl", "pq": "parquet"}.get(suffix, suffix)
    if suffix not in FORMATS:
        raise ValueError(
            f"the name {path!r} does not tell the format; give one of {', '.join(FORMATS)}."
        )
    return suffix


def read_batches(path: str, format: str) -> Iterator[list[Row]]:
    """Yield the rows of a table, some at a time; nothing else is kept.

    Raises
    ------
    ValueError
        If the file is not what its format says; the message names the row.
    """
    if format == "parquet":
        yield from _read_parquet(path)
        return
    with _open_to_read(path) as lines, utf8_told(path):
        rows = _read_json(lines, path) if format == "jsonl" else _read_csv(lines, path, format)
        while batch := list(islice(rows, BATCH)):
            yield batch


def _open_to_read(path: str) -> IO[str]:
    if path == STANDARD:
        # utf-8-sig takes away the mark that spreadsheets put before the header
        return open(sys.stdin.fileno(), encoding="utf-8-sig", newline="", closefd=False)
    return open_lines(path, path)


def _read_csv(lines: IO[str], path: str, format: str) -> Iterator[Row]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(lines, delimiter="\t" if format == "tsv" else ",")
    try:
        header = next(reader, None)
        if header is None:
            raise ValueError(f"{path} is empty; its first line must name the columns.")
        if len(set(header)) < len(header):
            raise ValueError(f"{path} has two columns of the same name: {', '.join(header)}.")
        for number, cells in enumerate(filter(None, reader), 1):
            if len(cells) != len(header):
                raise ValueError(
                    f"{path}, row {number} below the header: {len(cells)} cells, but the header "
                    f"has {len(header)}. Put cells that contain the separator into quotes."
                )
            yield dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise ValueError(f"{path} cannot be read as {format}: {error}.") from error


def _read_json(lines: IO[str], path: str) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}, line {number} is not JSON: {error}.") from error
        if not isinstance(row, dict):
            raise ValueError(
                f"{path}, line {number} must be a JSON object, got {line.strip()!r:.60}."
            )
        yield row


def _read_parquet(path: str) -> Iterator[list[Row]]:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError("Parquet files need pyarrow: pip install pyarrow.") from error
    if path == STANDARD:
        raise ValueError("Parquet cannot be read from standard input; give a file.")
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH):
                yield batch.to_pylist()
    except (pyarrow.ArrowException, OSError, OverflowError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk is at fault, or the path
        raise ValueError(f"{path} cannot be read as parquet: {error}.") from error


def column(rows: Iterable[Row], name: str, path: str, *, first: int = 1) -> list[Any]:
    """Take a column out of rows, which are numbered for errors.

    Raises
    ------
    ValueError
        If a row lacks it.
    """
    values = []
    for number, row in enumerate(rows, first):
        value = row.get(name)
        if value is None:
            problem = "is empty" if name in row else f"is missing; there are {', '.join(row)}"
            raise ValueError(f"{path}, row {number}: column {name!r} {problem}.")
        values.append(value)
    return values


def texts_of(rows: list[Row], name: str, path: str, *, first: int = 1) -> list[str]:
    """Take the texts out of rows.

    Raises
    ------
    ValueError
        If a row has none.
    """
    values = column(rows, name, path, first=first)
    for number, value in enumerate(values, first):
        if not isinstance(value, str):
            raise ValueError(f"{path}, row {number}: column {name!r} holds {value!r}, not a text.")
    return values


def read_table(path: str, format: str, *names: str) -> list[list[Any]]:
    """Read some columns of a whole table; the first is of texts."""
    columns: list[list[Any]] = [[] for _ in names]
    first = 1
    for rows in read_batches(path, format):
        for i, name in enumerate(names):
            take = texts_of if i == 0 else column
            columns[i] += take(rows, name, path, first=first)
        first += len(rows)
    if first == 1:
        raise ValueError(f"{path} has no rows.")
    return columns
