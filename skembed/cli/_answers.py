"""Write rows to a table, batch by batch: CSV, JSON lines and Parquet."""

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from skembed._optional import need
from skembed.cli._input import STANDARD
from skembed.data import Row
from skembed.files import Target, opened_to_write, replaced

if TYPE_CHECKING:
    import pyarrow

FORMATS = ("csv", "tsv", "jsonl", "parquet")

WHAT = "the answers"
PARQUET = "Writing a Parquet file needs"
WAY_OUT = "give another --output"

Write = Callable[[list[str], list[Row]], None]
"""Takes column names and rows; the names of the first call become those of the table."""


def output_of(path: str) -> Target:
    """Return the target of an output: a path, or the number of standard output."""
    return 1 if path == STANDARD else path


@contextmanager
def writer(path: str, format: str) -> Iterator[Write]:
    """Open a table to write rows to, batch by batch.

    An earlier file is not changed until the block ends without an error.
    """
    if format == "parquet":
        with replaced(output_of(path), WHAT, WAY_OUT) as new, _parquet_writer(new) as write:
            yield write
        return
    with ExitStack() as stack:
        file: Any = stack.enter_context(opened_to_write(output_of(path), WHAT, WAY_OUT))
        if path.endswith(".gz"):
            file = stack.enter_context(gzip.GzipFile(path, "wb", fileobj=file))
        lines = stack.enter_context(io.TextIOWrapper(file, "utf-8", newline=""))
        if format == "jsonl":
            yield _json_writer(lines)
        else:
            yield _csv_writer(lines, "\t" if format == "tsv" else ",", path)


def _json_writer(file: IO[str]) -> Write:
    def write(names: list[str], rows: list[Row]) -> None:
        file.writelines(f"{_json(_named(row))}\n" for row in rows)
        file.flush()  # the reader of a pipe gets these rows now

    return write


def _json(row: dict[str, object]) -> str:
    row = {name: None if value != value else value for name, value in row.items()}  # NaN is null
    try:
        line = json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
        line.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON writes as an escape
        return json.dumps(row, default=str, allow_nan=False)
    except ValueError as error:
        raise ValueError(
            "A row of the answers holds an infinite number, or NaN in a list, which JSON cannot "
            "hold. Write CSV: --output-format csv."
        ) from error
    return line


def _csv_writer(file: IO[str], delimiter: str, path: str) -> Write:
    cells = csv.writer(file, delimiter=delimiter)
    header: list[str] = []

    def write(names: list[str], rows: list[Row]) -> None:
        first = [] if header else [names]
        header[:] = header or names
        try:
            cells.writerows(first)
            cells.writerows(_values(row, header) for row in rows)
        except UnicodeEncodeError as error:
            raise ValueError(
                f"{path} cannot hold {error.object[error.start]!r}, which is not a whole "
                "character. Write JSON lines: --output-format jsonl."
            ) from error
        file.flush()  # the reader of a pipe gets these rows now

    return write


@contextmanager
def _parquet_writer(new: Path) -> Iterator[Write]:
    """Yield a function that takes rows; the types of the columns are known after the last row.

    A column may be null in the first rows and typed in later ones, or have whole numbers first
    and fractions later. So the rows are kept in a file beside `new`, which is written at the end.
    """
    pa = need("pyarrow", PARQUET)
    types: dict[str, pyarrow.DataType] = {}
    n_tables = 0
    with tempfile.TemporaryFile(dir=new.parent) as waiting:

        def write(names: list[str], rows: list[Row]) -> None:
            nonlocal n_tables
            if not types:
                _refuse_twice(names)
                types.update(dict.fromkeys(names, pa.null()))
            header = [*types]
            values = [_values(row, header) for row in rows]
            columns = zip(*values, strict=True) if rows else [[] for _ in header]
            arrays = {}
            for name, column in zip(header, columns, strict=True):
                with _held(name):
                    arrays[name] = pa.array([*column])
                    types[name] = _wider(types[name], arrays[name].type)
                    pa.field(name, types[name])  # a name with half a surrogate pair is refused
            table = pa.table(arrays)
            with pa.ipc.new_stream(waiting, table.schema) as stream:
                stream.write_table(table)
            n_tables += 1

        yield write
        waiting.seek(0)
        tables = (pa.ipc.open_stream(waiting).read_all() for _ in range(n_tables))
        _write_tables(new, tables, types)


def _named(row: Row) -> dict[str, object]:
    """Return a row for a format in which column names are unique."""
    _refuse_twice([name for name, _ in row])
    return dict(row)


def _refuse_twice(names: list[str]) -> None:
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(
            f"The table has several columns {twice!r}, which only CSV and TSV can hold. "
            "Write the answers as CSV."
        )


def _values(row: Row, header: list[str]) -> list[object]:
    """Return the values of a row in the order of the columns; None for missing ones."""
    names = [name for name, _ in row]
    if names == header:
        return [value for _, value in row]
    if others := [name for name in names if name not in header]:
        raise ValueError(
            f"A row has {others[0]!r}, which the first row does not have, but all rows of the "
            "answers must have the columns of the first. Write the answers as JSON lines "
            "(--output-format jsonl)."
        )
    named = _named(row)
    return [named.get(name) for name in header]


def _write_tables(
    new: Path, tables: Iterator["pyarrow.Table"], types: dict[str, "pyarrow.DataType"]
) -> None:
    pa, parquet = need("pyarrow", PARQUET), need("pyarrow.parquet", PARQUET)
    for name, type_ in types.items():
        with (
            _held(name),
            parquet.ParquetWriter(pa.BufferOutputStream(), pa.schema([(name, type_)])),
        ):
            pass
    with parquet.ParquetWriter(new, pa.schema(types.items())) as file:
        for table in tables:
            arrays = {}
            for name, type_ in types.items():
                with _held(name):
                    arrays[name] = table.column(name).cast(type_)
            file.write_table(pa.table(arrays))


def _wider(first: "pyarrow.DataType", second: "pyarrow.DataType") -> "pyarrow.DataType":
    """Return the type that holds the values of both types."""
    pa = need("pyarrow", PARQUET)
    schemas = [pa.schema([("", type_)]) for type_ in (first, second)]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException as error:
        raise ValueError(f"some rows have {first} there, others {second}") from error


@contextmanager
def _held(name: str) -> Iterator[None]:
    """Name the column that Parquet cannot hold."""
    pa = need("pyarrow", PARQUET)
    try:
        yield
    except (pa.ArrowException, OverflowError, ValueError) as error:
        said = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(
            f"Parquet cannot hold the column {name!r}: {said}. Write the answers as JSON lines: "
            "--output-format jsonl."
        ) from error
