"""The one reader of tables: files of every format, and pyarrow datasets."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from skembed._bar import show_bar
from skembed.data._block import (
    CHOOSE,
    Advice,
    Block,
    Row,
    Wanted,
    check_kind_of_labels,
    check_present,
    check_texts,
    refuse_numbers,
)
from skembed.data._columnar import arrow_blocks, dataset_blocks, dataset_of, parquet_blocks
from skembed.data._delimited import DelimitedRows
from skembed.data._json_lines import json_blocks
from skembed.data._kind import check_kind, other_kind
from skembed.data._lines import check_encoding, open_text
from skembed.data._separator import check_separator
from skembed.text import SEPARATOR, join_cells

DOCUMENTS_AT_ONCE = 1 << 15

SAVE_AS_CSV = "Save a table of another kind, such as Excel, as CSV first."
FORMATS = ("csv", "tsv", "jsonl", "parquet", "arrow")

_DELIMITED, _OF_TEXT = FORMATS[:2], FORMATS[:3]

_OTHER_ENDINGS = {"ndjson": "jsonl", "pq": "parquet", "feather": "arrow"}

ReadBlocks = Callable[[Wanted], Generator[Block, None, None]]
"""Reads one file or one pyarrow object."""


@dataclass(frozen=True)
class _File:
    """Reads a file, given by its path or descriptor."""

    path: str | os.PathLike[str] | int
    format: str
    separator: str | None
    encoding: str | None

    def __post_init__(self) -> None:
        check_separator(self.separator)
        check_encoding(self.encoding)
        for option, value, formats in (
            ("separator", self.separator, _DELIMITED),
            ("encoding", self.encoding, _OF_TEXT),
        ):
            if value is not None and self.format not in formats:
                raise ValueError(
                    f"{option} is {value!r}, but the format of {self.name} is {self.format}, "
                    f"which has no {option}. Leave it out."
                )
        if isinstance(self.path, int) and self.format not in _OF_TEXT:
            raise ValueError(f"{self.format} cannot be read from standard input; give a file.")

    @property
    def name(self) -> str:
        """What error messages call it."""
        return _name_of(self.path)

    def __call__(self, wanted: Wanted) -> Generator[Block, None, None]:
        """Yield the rows."""
        if not isinstance(self.path, int):
            check_kind(self.path, self.format)
            if self.format not in _OF_TEXT:
                read = parquet_blocks if self.format == "parquet" else arrow_blocks
                yield from read(self.path, wanted)
                return
        with open_text(self.path, self.name, self.encoding) as lines:
            if self.format == "jsonl":
                yield from json_blocks(lines, self.name, wanted)
                return
            separator = self.separator or ("\t" if self.format == "tsv" else None)
            rows = DelimitedRows(lines, self.name, wanted.known, separator, wanted.advice)
            yield from rows.blocks(wanted)


@dataclass(frozen=True)
class Table:
    """Texts, labels or both in one or several files, which can be read repeatedly."""

    source: Any
    format: str | None  # one of FORMATS; None for a dataset
    text: tuple[str, ...]  # columns of the texts, which are joined; () if they are not read
    label: str | None  # column of the labels
    files: tuple[ReadBlocks, ...]
    advice: Advice = CHOOSE  # if a column is missing

    @property
    def name(self) -> str:
        """What error messages call it."""
        return _name_of(self.source)

    @property
    def known(self) -> list[str]:
        """The columns that the table must have."""
        return [*self.text, *([] if self.label is None else [self.label])]

    def blocks(
        self, size: int = DOCUMENTS_AT_ONCE, *, labels_only: bool = False, whole: bool = False
    ) -> Iterator[Block]:
        """Yield blocks of up to `size` rows with a column of texts, one of labels, or both.

        If all columns are needed, a file without rows yields a block without rows, which names
        the columns.
        """
        with show_bar(f"Reading {self.name}", unit=" rows") as bar:
            for block in self._blocks(size, () if labels_only else self.text, whole=whole):
                bar.advance(len(block.columns[0]) if block.columns else 0)
                yield block

    def _blocks(self, size: int, text: tuple[str, ...], *, whole: bool) -> Iterator[Block]:
        label = self.label
        taken = [*text, *([] if label is None else [label])]
        kind = None
        for read in self.files:
            for found in read(Wanted(self.known, taken, size, whole, self.advice)):
                block = _with_joined_texts(found, text)
                if label is not None:
                    check_present(block.columns[-1], label, block.place)
                    kind = check_kind_of_labels(block.columns[-1], kind, label, block.place)
                if whole or block.columns[0]:
                    yield block

    def cells_of(self, names: Sequence[str], rows: Sequence[Row]) -> dict[str, list[Any]]:
        """Return whole rows as columns, without the column of the labels."""
        mappings = [dict(row) for row in rows]
        columns = {
            name: [row.get(name) for row in mappings] for name in names if name != self.label
        }
        if self.format not in _DELIMITED:
            return columns
        return {name: _as_numbers(cells) for name, cells in columns.items()}

    def read_cells(self) -> tuple[dict[str, list[Any]], list[Any]]:
        """Read the whole table: all other columns, and the labels separately."""
        names: list[str] = []
        rows: list[Row] = []
        labels: list[Any] = []
        for block in self.blocks(whole=True):
            names, labels = block.names, labels + block.columns[-1]
            rows += block.rows()
        if not rows:
            raise ValueError(f"{self.name} has no rows.")
        return self.cells_of(names, rows), labels

    def columns(self) -> list[list[Any]]:
        """Read the whole columns."""
        n_columns = bool(self.text) + (self.label is not None)
        columns: list[list[Any]] = [[] for _ in range(n_columns)]
        for block in self.blocks():
            for column, more in zip(columns, block.columns, strict=True):
                column += more
        if not columns[0]:
            raise ValueError(f"{self.name} has no rows.")
        if len(self.text) == 1:
            refuse_numbers(columns[0], self.text[0], self.name, self.advice)
        return columns

    def check(self) -> None:
        """Refuse a table that lacks a column or whose beginning cannot be read."""
        wanted = Wanted(self.known, self.known, 1, False, self.advice)
        with closing(self.files[0](wanted)) as blocks:
            next(blocks, None)


def _as_numbers(cells: list[Any]) -> list[Any]:
    """Turn the cells of a CSV or TSV column into numbers or truth values, if all of them are.

    An empty cell is missing; among numbers, so is a cell such as "nan". Codes such as "01" are
    texts.
    """
    filled: list[Any] = [cell or None for cell in cells]
    if {*filled} <= {"True", "False"}:
        return [cell == "True" for cell in filled]
    try:
        return [None if cell in _MISSING else _number(cell) for cell in filled]
    except ValueError:
        return filled


_MISSING = {None, "NA", "N/A", "NaN", "nan", "null", "None"}


def _number(cell: str) -> float:
    """Read a number in the form that other programs write."""
    digits = cell.strip().lstrip("+-")
    is_code = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    if is_code or "_" in cell:  # "01", and the underscore that Python allows between digits
        raise ValueError(cell)
    return float(cell)


def _with_joined_texts(block: Block, names: tuple[str, ...]) -> Block:
    """Replace several columns of texts by one."""
    if len(names) == 1:
        check_texts(block.columns[0], names[0], block.place)
    if len(names) < 2:
        return block
    n_texts = len(names)
    texts = join_cells(block.columns[:n_texts], names, SEPARATOR, block.place)
    return block._replace(columns=[texts, *block.columns[n_texts:]])


def open_table(
    source: Any,
    text: str | Sequence[str] | None = None,
    label: str | None = None,
    *,
    format: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Open a table; its rows are read later.

    The source is a file, a folder, a file descriptor, or a dataset, table or batch of pyarrow. The
    files of a folder must have one format; they are read in the order of their names. A descriptor
    is read from its current position and stays open. If no format is given, the names of the files
    show it. Text or label is None if that column is not read; several columns of texts are joined.
    """
    texts = () if text is None else (text,) if isinstance(text, str) else names_of(text)
    if label is not None:
        check_name("label", label)
    if (dataset := dataset_of(source)) is not None:
        for option, value in (("separator", separator), ("encoding", encoding)):
            if value is not None:
                raise ValueError(
                    f"{option} is for files, but source is a {type(source).__name__}. Leave it out."
                )
        return Table(dataset, None, texts, label, (partial(dataset_blocks, dataset, "source"),))
    files, format = ([source], format) if format else _files_in(Path(source))
    readers = tuple(_File(file, format, separator, encoding) for file in files)
    return Table(source, format, texts, label, readers)


def names_of(text: Sequence[str]) -> tuple[str, ...]:
    """Check the names of several columns of texts."""
    if not isinstance(text, list | tuple):
        check_name("text", text)
    for name in text:
        check_name("text", name)
    if not text or len({*text}) < len(text):
        raise ValueError(f"text must name at least one column, and each once; got {text!r}.")
    return tuple(text)


def check_name(option: str, name: object) -> None:
    """Refuse a value that cannot be the name of a column."""
    if not isinstance(name, str):
        raise TypeError(
            f"{option} must be the name of a column, a str; got {name!r:.60} "
            f"({type(name).__name__})."
        )


def format_of(path: str | os.PathLike[str]) -> str | None:
    """Return the format of a file by the ending of its name, or None if the ending is unknown."""
    name = os.fspath(path).lower()
    ending = Path(name.removesuffix(".gz")).suffix.removeprefix(".")
    format = _OTHER_ENDINGS.get(ending, ending)
    return format if format in (_OF_TEXT if name.endswith(".gz") else FORMATS) else None


def _name_of(source: object) -> str:
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return "standard input" if isinstance(source, int) else "source"


def _files_in(path: Path) -> tuple[list[Path], str]:
    """Return a file, or all files of a folder in the order of their names, and their format."""
    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder {path}.")
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
    formats = {format_of(file) for file in files}
    format = formats.pop() if len(formats) == 1 else None
    if format is None:
        if told := other_kind(path):
            raise ValueError(told)
        names = ", ".join(file.name for file in files[:3]) or "no files"
        raise ValueError(
            "source must have one format, shown by the ending of the name: "
            f"{', '.join(FORMATS)}, ndjson, pq, feather; {path} has {names}. {SAVE_AS_CSV}"
        )
    return files, format
