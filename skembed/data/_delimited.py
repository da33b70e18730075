"""Rows of CSV and TSV files, with their line numbers."""

import csv
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import IO

from skembed._messages import pluralize
from skembed.data._block import CHOOSE, Advice, Block, Wanted, check_columns
from skembed.data._lines import GIVE_UTF16
from skembed.data._separator import GIVE_SEPARATOR, find_separator, is_blank

HEAD_LINES, HEAD_CHARACTERS = 200, 1 << 20
"""How much of a file is read to find its separator."""

LARGEST_CELL = 1 << 28
"""Characters; without a limit, an unclosed quotation mark could read a whole disk into memory."""

_ANNOUNCED = re.compile(r'("?)sep=(?P<separator>[^\w"\r\n])\1[\r\n]', re.IGNORECASE)
"""A first line that names the separator for Excel; it is not a row."""

_MARK = re.compile(r"[^\w ]")  # in a header it may be the right separator

_LINE_BREAK = re.compile(r"\r\n|\r|\n")

_limit_lock = threading.Lock()
_limit_before: list[int] = []


class DelimitedRows:
    """The rows of a table, read once from the beginning of a file opened with ``newline=""``.

    The header must name each of the `known` columns once; its other names may be empty or
    repeated. If no separator is given, it is found from the first lines.
    """

    def __init__(
        self,
        lines: IO[str],
        name: str,
        known: Sequence[str],
        separator: str | None,
        advice: Advice = CHOOSE,
    ) -> None:
        self._name = name
        head = [*_head(lines)]
        with _cells_of_any_size():
            told = _ANNOUNCED.match(head[0]) if head else None
            self._separator = (
                separator or (told and told["separator"]) or find_separator(head, known, name)
            )
            others = f"[^{re.escape(self._separator)}\r\n]*+"
            self._cell = re.compile(f'"((?:[^"]++|"")*+)("?)({others})|{others}')
            self._of_row: list[str] = []  # lines of the row that is being read
            self._reader = csv.reader(self._recorded(chain(head, lines)), delimiter=self._separator)
            rows = self._whole_rows()
            if told:
                next(rows)
            self.header = next(rows, [])
        if not self.header:
            raise ValueError(f"{name} is empty; its first line must name the columns.")
        check_columns(self.header, known, name, self._specific(advice, len(known)))

    def _specific(self, advice: Advice, n_known: int) -> Advice:
        """Return the advice for this header, which may show a wrong separator or encoding."""
        if any("\0" in name for name in self.header):
            return advice._replace(choose=GIVE_UTF16)
        if len(self.header) < n_known or any(map(_MARK.search, self.header)):
            way_out = (
                f"The separator is {self._separator!r}; if another one is right, give it with "
                f"{GIVE_SEPARATOR}."
            )
            return advice._replace(choose=way_out)
        return advice

    def blocks(self, wanted: Wanted) -> Iterator[Block]:
        """Yield the rows; each is as wide as the header, and its quotation marks are closed."""
        positions = [self.header.index(name) for name in wanted.taken]
        while True:
            rows, ends = self._take(wanted.size)
            yield self._block(rows, ends, positions)
            if len(rows) < wanted.size:
                return

    def _block(self, rows: list[list[str]], ends: list[int], positions: list[int]) -> Block:
        def place(i: int) -> str:
            first = ends[i] - sum(len(_LINE_BREAK.findall(cell)) for cell in rows[i])
            return f"{self._name}, line {first}"

        return Block(
            self.header,
            [[row[position] for row in rows] for position in positions],
            lambda: [[*zip(self.header, row, strict=True)] for row in rows],
            place,
        )

    def _take(self, size: int) -> tuple[list[list[str]], list[int]]:
        """Read some rows, and the number of the last line of each."""
        rows: list[list[str]] = []
        ends: list[int] = []
        width, reader = len(self.header), self._reader
        with _cells_of_any_size():
            for cells in self._whole_rows():
                if len(cells) != width:
                    raise ValueError(
                        f"{self._name}, line {self._first_line()}: {pluralize(len(cells), 'cell')},"
                        f" but the header has {width}, with the separator {self._separator!r}. Put "
                        "cells that contain the separator into quotation marks, or give another "
                        f"one with {GIVE_SEPARATOR}."
                    )
                rows.append(cells)
                ends.append(reader.line_num)
                if len(rows) == size:
                    break
        return rows, ends

    def _recorded(self, lines: Iterator[str]) -> Iterator[str]:
        """Yield lines and keep those of the current row; an extra one marks the end of the file."""
        keep = self._of_row.append
        for line in lines:
            keep(line)
            yield line
        keep("")

    def _whole_rows(self) -> Iterator[list[str]]:
        """Yield the rows that are not blank; refuse unclosed cells."""
        of_row = self._of_row
        of_row.clear()
        try:
            for cells in self._reader:
                if len(of_row) > 1:
                    self._check_quotes("".join(of_row))
                elif len(cells) < 2 and is_blank(of_row[0], self._separator):
                    of_row.clear()
                    continue
                yield cells
                of_row.clear()
        except csv.Error as error:
            raise ValueError(
                f"{self._name}, line {self._first_line()}: the row that begins there has a cell "
                f"of more than {LARGEST_CELL:,} characters. Close the quotation mark that opens "
                "it, or shorten the text."
            ) from error

    def _check_quotes(self, row: str) -> None:
        """Refuse a row with a cell that lacks its closing mark, or ends at that of a later cell.

        A quotation mark of a text may open a cell by mistake. The cell then holds all lines up to
        the next mark. That mark was meant to open another cell, so text follows it.
        """
        position = 0
        while position < len(row):
            match = self._cell.match(row, position)
            assert match is not None
            quoted, closing, after = match.groups()
            if quoted is not None and (
                not closing or (after.strip() and _LINE_BREAK.search(quoted))
            ):
                line = self._first_line() + len(_LINE_BREAK.findall(row[:position]))
                raise ValueError(
                    f"{self._name}, line {line}: a cell begins with a quotation mark, and no "
                    "quotation mark ends it. Put one at its end. A quotation mark that belongs to "
                    "the text is written twice, in a cell that is in quotation marks: "
                    '"""Yes"", she said".'
                )
            position = match.end() + 1

    def _first_line(self) -> int:
        """Return the number of the first line of the current row."""
        return self._reader.line_num - sum(map(bool, self._of_row)) + 1


def _head(lines: IO[str]) -> Iterator[str]:
    n_characters = 0
    for number, line in enumerate(lines, 1):
        yield line
        n_characters += len(line)
        if number == HEAD_LINES or n_characters > HEAD_CHARACTERS:
            return


@contextmanager
def _cells_of_any_size() -> Iterator[None]:
    """Lift the limit of 131,072 characters in a cell, which csv sets for the whole process.

    Threads that read at the same time share the lifted limit; the last one restores it.
    """
    with _limit_lock:
        _limit_before.append(csv.field_size_limit(LARGEST_CELL))
    try:
        yield
    finally:
        with _limit_lock:
            before = _limit_before.pop()
            if not _limit_before:  # set by the first of the threads that are reading
                csv.field_size_limit(before)
