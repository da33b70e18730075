"""Columns of tables in files, as pyarrow reads them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENTS_AT_ONCE = 1 << 15

FORMATS = {
    ".arrow": "arrow",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".feather": "feather",
    ".parquet": "parquet",
    ".pq": "parquet",
}


@dataclass(frozen=True)
class Table:
    """Rows on disk or in memory.

    Attributes
    ----------
    dataset : pyarrow.dataset.Dataset
        All of them.
    files : tuple of Path
        Parquet files that hold all of them; empty for anything else.
    """

    dataset: Any
    files: tuple[Path, ...] = ()

    def read(self, *names: str, batch_size: int) -> Iterator[list[list[Any]]]:
        """Yield columns as lists, some rows at a time, in their order."""
        import pyarrow

        with _readable("The table"):
            for batch in self._batches(list(dict.fromkeys(names)), batch_size):
                table = pyarrow.table(batch)
                if len(table):
                    yield [table.column(name).to_pylist() for name in names]

    def _batches(self, columns: list[str], batch_size: int) -> Iterator[Any]:
        """Yield record batches; what is read ahead is memory, so as little as can be."""
        if not self.files:
            yield from self.dataset.to_batches(
                columns=columns, batch_size=batch_size, batch_readahead=2, fragment_readahead=1
            )
            return
        import pyarrow.parquet

        # A dataset would hold whole row groups, and pre_buffer keeps all that was ever read.
        for path in self.files:
            with pyarrow.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
                check_columns(file.schema_arrow.names, columns, path.name)
                yield from file.iter_batches(batch_size, columns=columns, use_threads=False)


def open_table(source: Any, text: str | None, label: str | None) -> Table | None:
    """Open files, or take a dataset or table of pyarrow, and check the columns.

    Returns
    -------
    table : Table or None
        None if the source is something else.
    """
    is_path = isinstance(source, str | os.PathLike)
    if not is_path and type(source).__module__.partition(".")[0] != "pyarrow":
        return None
    try:
        import pyarrow.dataset
    except ImportError as error:
        raise ImportError("Streams from tables need pyarrow: pip install pyarrow.") from error
    if not is_path and not isinstance(
        source, pyarrow.dataset.Dataset | pyarrow.Table | pyarrow.RecordBatch
    ):
        return None
    if text is None:
        raise ValueError("text must name the column with the texts of a file, dataset or table.")
    if is_path:
        table = _open_files(Path(source), text)
    elif isinstance(source, pyarrow.dataset.Dataset):
        table = Table(source)
    else:
        table = Table(pyarrow.dataset.dataset(source))
    check_columns(table.dataset.schema.names, [text] if label is None else [text, label], "source")
    return table


def check_columns(there_are: list[str], wanted: list[str], name: str) -> None:
    """Refuse tables without a wanted column, or with several of that name."""
    for column in wanted:
        if there_are.count(column) != 1:
            problem = "no column" if column not in there_are else "more than one column"
            shown = ", ".join(map(repr, there_are))
            raise ValueError(f"{name} has {problem} {column!r}. Its columns: {shown}.")


def _open_files(path: Path, text: str) -> Table:
    import pyarrow.dataset

    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder {path}.")
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
    formats = {_format_of(file) for file in files}
    if len(formats) != 1 or None in formats:
        names = ", ".join(file.name for file in files[:3]) or "no files"
        raise ValueError(
            f"source must be of one format, told by the ending of the name: {', '.join(FORMATS)}; "
            f"{path} has {names}."
        )
    kind = formats.pop()
    with _readable(str(path)):
        dataset = pyarrow.dataset.dataset(
            [os.fspath(file) for file in files], format=_csv(text) if kind == "csv" else kind
        )
    return Table(dataset, tuple(files) if kind == "parquet" else ())


def _csv(text: str) -> Any:
    """Describe CSV files whose texts may look like numbers, and hold line breaks."""
    import pyarrow.csv
    import pyarrow.dataset

    return pyarrow.dataset.CsvFileFormat(
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types={text: pyarrow.string()}),
    )


def _format_of(file: Path) -> str | None:
    endings = (end for end in FORMATS if file.name.lower().endswith(end))
    return next((FORMATS[end] for end in endings), None)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Tell a damaged file as a ValueError; a disk at fault stays what it is."""
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, OSError, OverflowError) as error:
        if isinstance(error, ValueError) or getattr(error, "errno", None) is None:
            raise ValueError(f"{name} cannot be read: {error}.") from error
        raise
