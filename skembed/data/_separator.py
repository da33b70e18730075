"""The separator of a table: given, or found in its first lines."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

SEPARATORS = (",", ";", "\t", "|")

SAMPLE_ROWS = 20

GIVE_SEPARATOR = "separator= (on the command line: --separator)"


def check_separator(separator: str | None) -> None:
    """Refuse a value that cannot separate cells."""
    if separator is None:
        return
    if not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n':
        raise ValueError(
            "separator must be one character, such as ',', ';', '|' or a tab, but not a quotation "
            f"mark or a line break; got {separator!r}."
        )


def find_separator(lines: Sequence[str], known: Sequence[str], name: str) -> str:
    """Find the separator with which the first line, the header, names the known columns.

    If there is none, it is the separator that cuts all lines into the same number of cells; more
    cells are better. If several fit, an error asks for the right one.
    """
    tables = {separator: [*_rows(lines, separator)] for separator in SEPARATORS}
    headers = {separator: rows[0] for separator, rows in tables.items() if rows}
    naming = [one for one, header in headers.items() if set(known) <= set(header)]
    several = [one for one in naming if len(headers[one]) > 1]
    if len(several) > 1:
        even = [one for one in several if _is_even(tables[one])]
        if len(even) != 1:
            shown = ", ".join(map(repr, several))
            raise ValueError(
                f"{name} can be read with each of the separators {shown}. "
                f"Give the right one with {GIVE_SEPARATOR}."
            )
        several = even
    if several or naming:
        return (several or naming)[0]
    return max(SEPARATORS, key=lambda one: _fitness(tables[one]))


def is_blank(line: str, separator: str) -> bool:
    """Return whether a line holds only spaces and tabs, so that it is not a row."""
    return not line.strip(" \t\r\n".replace(separator, ""))


def _rows(lines: Sequence[str], separator: str) -> Iterator[list[str]]:
    """Yield the first rows; the last line may end in the middle of a cell."""
    kept = (line for line in lines if not is_blank(line, separator))
    return islice(csv.reader(kept, delimiter=separator), SAMPLE_ROWS)


def _is_even(rows: list[list[str]]) -> bool:
    return len({len(row) for row in rows}) == 1


def _fitness(rows: list[list[str]]) -> tuple[bool, int]:
    width = len(rows[0]) if rows else 0
    return width > 1 and _is_even(rows), width
