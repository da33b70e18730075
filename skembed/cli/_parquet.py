"""Rows written to Parquet, whose columns have types that only all rows together tell."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow


@contextmanager
def parquet_writer(new: Path) -> Iterator[Callable[[list[str], list[list[object]]], None]]:
    """Lend a function that takes the names of the columns, and the values of some rows.

    A column may be null in the first rows and typed in later ones, or have whole numbers first
    and fractions later. So the rows wait in a file beside `new`, which is written at the end.
    """
    import pyarrow as pa

    types: dict[str, pyarrow.DataType] = {}
    n_parts = 0
    with tempfile.TemporaryFile(dir=new.parent) as waiting:

        def write(names: list[str], rows: list[list[object]]) -> None:
            nonlocal n_parts
            columns = zip(*rows, strict=True) if rows else [[] for _ in names]
            arrays = {}
            for name, values in zip(names, columns, strict=True):
                with _held(name):
                    arrays[name] = pa.array([*values])
                    types[name] = _wider(types.get(name, pa.null()), arrays[name].type)
                    pa.field(name, types[name])  # a name with half a surrogate pair is refused
            part = pa.table(arrays)
            with pa.ipc.new_stream(waiting, part.schema) as stream:
                stream.write_table(part)
            n_parts += 1

        yield write
        waiting.seek(0)
        parts = (pa.ipc.open_stream(waiting).read_all() for _ in range(n_parts))
        _write_parts(new, parts, types)


def _write_parts(
    new: Path, parts: Iterator["pyarrow.Table"], types: dict[str, "pyarrow.DataType"]
) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    for name, type_ in types.items():
        with (
            _held(name),
            pyarrow.parquet.ParquetWriter(pa.BufferOutputStream(), pa.schema([(name, type_)])),
        ):
            pass
    with pyarrow.parquet.ParquetWriter(new, pa.schema(types.items())) as file:
        for part in parts:
            arrays = {}
            for name, type_ in types.items():
                with _held(name):
                    arrays[name] = part.column(name).cast(type_)
            file.write_table(pa.table(arrays))


def _wider(first: "pyarrow.DataType", second: "pyarrow.DataType") -> "pyarrow.DataType":
    """Return the type that holds the values of two."""
    import pyarrow as pa

    schemas = [pa.schema([("", type_)]) for type_ in (first, second)]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException as error:
        raise ValueError(f"some rows have {first} there, others {second}") from error


@contextmanager
def _held(name: str) -> Iterator[None]:
    """Say which column Parquet cannot hold."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OverflowError, ValueError) as error:
        said = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(
            f"Parquet cannot hold the column {name!r}: {said}. Write the answers as JSON lines: "
            "--output-format jsonl."
        ) from error
