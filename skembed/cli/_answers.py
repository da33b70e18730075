"""Rows written to a table, batch by batch: CSV, JSON lines and Parquet."""

import csv
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from skembed.cli._rows import STANDARD, Row

Write = Callable[[list[Row]], None]


@contextmanager
def writer(path: str, format: str) -> Iterator[Write]:
    """Open a table to write rows to, batch by batch; all rows have the columns of the first."""
    if format == "parquet":
        with _parquet_writer(path) as write:
            yield write
        return
    with ExitStack() as stack:
        file = stack.enter_context(_open_to_write(path))
        if format == "jsonl":
            yield lambda rows: file.writelines(
                json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows
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
    writers: list[csv.DictWriter[str]] = []

    def write(rows: list[Row]) -> None:
        if not writers:
            writers.append(csv.DictWriter(file, [*rows[0]], delimiter=delimiter))
            writers[0].writeheader()
        writers[0].writerows(rows)
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

        def write(rows: list[Row]) -> None:
            table = pa.Table.from_pylist(rows, opened[0].schema if opened else None)
            if not opened:
                opened.append(
                    stack.enter_context(pyarrow.parquet.ParquetWriter(path, table.schema))
                )
            opened[0].write_table(table)

        yield write
