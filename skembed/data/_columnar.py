"""Columns of Parquet and Arrow files, datasets and tables, read by pyarrow."""

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from skembed._optional import need
from skembed.data._block import Block, Row, Wanted, check_columns

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.dataset

WHAT = "Reading a Parquet or Arrow file needs"


def parquet_blocks(path: str | os.PathLike[str], wanted: Wanted) -> Iterator[Block]:
    """Yield the rows of a Parquet file.

    A pyarrow dataset would hold whole row groups in memory; this holds only a page of each
    column.
    """
    pyarrow = _need_pyarrow()
    name = os.fspath(path)
    with (
        _readable(name),
        # pre_buffer would keep everything that was read
        pyarrow.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file,
    ):
        check_columns(file.schema_arrow.names, wanted.taken, name, wanted.advice)
        batches = file.iter_batches(wanted.size, columns=_columns(wanted), use_threads=False)
        yield from _blocks(batches, file.schema_arrow, wanted, name)


def arrow_blocks(path: str | os.PathLike[str], wanted: Wanted) -> Iterator[Block]:
    """Yield the rows of a file in Arrow's own format, which is also that of Feather."""
    pyarrow = _need_pyarrow()
    with _readable(os.fspath(path)):
        dataset = pyarrow.dataset.dataset(os.fspath(path), format="arrow")
        yield from dataset_blocks(dataset, os.fspath(path), wanted)


def dataset_blocks(
    dataset: "pyarrow.dataset.Dataset", name: str, wanted: Wanted
) -> Generator[Block, None, None]:
    """Yield the rows of a pyarrow dataset."""
    check_columns(dataset.schema.names, wanted.taken, name, wanted.advice)
    with _readable(name):
        batches = dataset.to_batches(
            columns=_columns(wanted),
            batch_size=wanted.size,
            # reading ahead takes memory, so read ahead as little as possible
            batch_readahead=2,
            fragment_readahead=1,
        )
        yield from _blocks(batches, dataset.schema, wanted, name)


def dataset_of(source: object) -> "pyarrow.dataset.Dataset | None":
    """Return a pyarrow object as a dataset, or None if it is not one that can be read again."""
    if type(source).__module__.partition(".")[0] != "pyarrow":
        return None
    pyarrow = _need_pyarrow()
    if isinstance(source, pyarrow.dataset.Dataset):
        return source
    if isinstance(source, pyarrow.Table | pyarrow.RecordBatch):
        return pyarrow.dataset.dataset(source)
    return None


def _columns(wanted: Wanted) -> list[str] | None:
    return None if wanted.whole else list(dict.fromkeys(wanted.taken))


def _blocks(
    batches: Iterable["pyarrow.RecordBatch"],
    schema: "pyarrow.Schema",
    wanted: Wanted,
    name: str,
) -> Iterator[Block]:
    first = 1
    for batch in batches:
        if len(batch):
            yield _block(batch, wanted, name, first)
            first += len(batch)
    if first == 1:
        yield _block(schema.empty_table(), wanted, name, first)


def _block(
    batch: "pyarrow.RecordBatch | pyarrow.Table", wanted: Wanted, name: str, first: int
) -> Block:
    all_names = batch.schema.names

    def rows() -> list[Row]:
        with _readable(name):
            cells = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return [[*zip(all_names, row, strict=True)] for row in cells]

    def place(i: int) -> str:
        return f"{name}, row {first + i}"

    columns = [batch.column(all_names.index(column)).to_pylist() for column in wanted.taken]
    return Block(all_names, columns, rows, place)


def _need_pyarrow() -> Any:
    need("pyarrow.dataset", WHAT)
    need("pyarrow.parquet", WHAT)
    return need("pyarrow", WHAT)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Raise a ValueError for a damaged file; errors of the disk are not changed."""
    pyarrow = _need_pyarrow()
    try:
        yield
    except (pyarrow.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        if isinstance(error, ValueError) or getattr(error, "errno", None) is None:
            said = str(error).rstrip(".")
            raise ValueError(f"{name} cannot be read: {said}.") from error
        raise
