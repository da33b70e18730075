"""The one reader of tables: files of every format, and datasets of pyarrow."""

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from skembed.data._block import Block, LabelKinds, check_present, check_texts
from skembed.data._columnar import arrow_blocks, dataset_blocks, parquet_blocks
from skembed.data._delimited import DelimitedRows
from skembed.data._json_lines import json_blocks
from skembed.data._kind import check_kind
from skembed.data._lines import check_encoding, open_text
from skembed.data._separator import check_separator
from skembed.files import path_of

DOCUMENTS_AT_ONCE = 1 << 15

FORMATS = ("csv", "tsv", "jsonl", "parquet", "arrow")

_OTHER_ENDINGS = {"ndjson": "jsonl", "pq": "parquet", "feather": "arrow"}


class Wanted(NamedTuple):
    """The columns of a table that hold texts and labels."""

    text: str
    label: str | None = None

    @property
    def names(self) -> list[str]:
        """Those that there are."""
        return [self.text] if self.label is None else [self.text, self.label]


@dataclass(frozen=True)
class TableFile:
    """A table in a file.

    Attributes
    ----------
    path : path-like or int
        The file, or a file descriptor.
    format : str
        One of `FORMATS`.
    separator, encoding : str or None
        Of a CSV or TSV file, and of any text; None finds the separator, and is UTF-8.
    """

    path: str | os.PathLike[str] | int
    format: str
    separator: str | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        check_separator(self.separator)
        check_encoding(self.encoding)
        of_text = self.format in ("csv", "tsv", "jsonl")
        for option, value, fits in (
            ("separator", self.separator, self.format in ("csv", "tsv")),
            ("encoding", self.encoding, of_text),
        ):
            if value is not None and not fits:
                raise ValueError(
                    f"{option} is {value!r}, but the format of {self.name} is {self.format}, "
                    f"which has no {option}. Leave it out."
                )
        if isinstance(self.path, int) and not of_text:
            raise ValueError(f"{self.format} cannot be read from standard input; give a file.")

    @property
    def name(self) -> str:
        """What error messages call it."""
        return "standard input" if isinstance(self.path, int) else os.fspath(self.path)

    def blocks(
        self, known: list[str], names: list[str], size: int, whole: bool
    ) -> Generator[Block, None, None]:
        """Yield rows, so many at a time.

        Parameters
        ----------
        known : list of str
            Columns that the table must have.
        names : list of str
            Those of them that are taken.
        size : int
            Most rows of a block.
        whole : bool
            Whether the other columns are needed too.
        """
        if not isinstance(self.path, int):
            check_kind(self.path, self.format)
        if not isinstance(self.path, int) and self.format in ("parquet", "arrow"):
            read = parquet_blocks if self.format == "parquet" else arrow_blocks
            yield from read(self.path, names, size, whole=whole)
            return
        with open_text(self.path, self.name, self.encoding) as lines:
            if self.format == "jsonl":
                yield from json_blocks(lines, self.name, names, size)
                return
            separator = self.separator or ("\t" if self.format == "tsv" else None)
            yield from DelimitedRows(lines, self.name, known, separator).blocks(names, size)


@dataclass(frozen=True)
class TableDataset:
    """A table that pyarrow holds."""

    dataset: Any

    def blocks(
        self, known: list[str], names: list[str], size: int, whole: bool
    ) -> Generator[Block, None, None]:
        """Yield rows, so many at a time; see `TableFile.blocks`."""
        yield from dataset_blocks(self.dataset, "source", names, size, whole=whole)


@dataclass(frozen=True)
class Table:
    """Texts, or labels, or both, in one or several parts, which can be read again and again."""

    parts: tuple[TableFile | TableDataset, ...]
    wanted: Wanted

    def __post_init__(self) -> None:
        check_name("text", self.wanted.text)
        if self.wanted.label is not None:
            check_name("label", self.wanted.label)

    def blocks(
        self, size: int = DOCUMENTS_AT_ONCE, *, labels_only: bool = False, whole: bool = False
    ) -> Iterator[Block]:
        """Yield rows, so many at a time, with a column of texts, one of labels, or both.

        If all columns are needed, there is a block without rows too where a part has none: it
        names the columns.

        Raises
        ------
        ValueError
            If a file is not what its format says, or lacks a column, or a text or label is
            missing; the message names the file and the line.
        """
        text, label = self.wanted
        known = self.wanted.names
        names = known[1:] if labels_only else known
        kinds = LabelKinds()
        for part in self.parts:
            for block in part.blocks(known, names, size, whole):
                if not labels_only:
                    check_texts(block.columns[0], text, block.place)
                if label is not None:
                    check_present(block.columns[-1], label, block.place)
                    kinds.check(block.columns[-1], label, block.place)
                if whole or block.columns[0]:
                    yield block

    def columns(self) -> list[list[Any]]:
        """Read the columns as a whole.

        Raises
        ------
        ValueError
            If there are no rows, and as `blocks` does.
        """
        columns: list[list[Any]] = [[] for _ in self.wanted.names]
        for block in self.blocks():
            for column, more in zip(columns, block.columns, strict=True):
                column += more
        if not columns[0]:
            assert isinstance(self.parts[0], TableFile)
            raise ValueError(f"{self.parts[0].name} has no rows.")
        return columns

    def check(self) -> None:
        """Refuse a table whose beginning cannot be read, or that lacks a column."""
        names = self.wanted.names
        with closing(self.parts[0].blocks(names, names, 1, False)) as blocks:
            next(blocks, None)


def check_name(option: str, name: Any) -> None:
    """Refuse what cannot be the name of a column.

    Raises
    ------
    TypeError
        If it is not a str.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"{option} must be the name of a column, a str; got {name!r:.60} "
            f"({type(name).__name__})."
        )


def format_of(path: str | os.PathLike[str]) -> str | None:
    """Return the format of a file by the ending of its name, or None if that does not tell."""
    name = os.fspath(path).lower()
    ending = Path(name.removesuffix(".gz")).suffix.removeprefix(".")
    format = _OTHER_ENDINGS.get(ending, ending)
    packed = name.endswith(".gz")
    return format if format in (FORMATS[:3] if packed else FORMATS) else None


def open_files(
    path: str | os.PathLike[str],
    wanted: Wanted,
    separator: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Open a file, or all files of a folder in the order of their names.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    ValueError
        If the names do not tell one format.
    """
    path = path_of(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder {path}.")
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
    formats = {format_of(file) for file in files}
    format = formats.pop() if len(formats) == 1 else None
    if format is None:
        names = ", ".join(file.name for file in files[:3]) or "no files"
        raise ValueError(
            "source must be of one format, told by the ending of the name: "
            f"{', '.join(FORMATS)}, ndjson, pq, feather; {path} has {names}."
        )
    return Table(tuple(TableFile(file, format, separator, encoding) for file in files), wanted)
