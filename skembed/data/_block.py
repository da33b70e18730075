"""Some rows of a table, in the form that every reader yields."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from skembed._messages import did_you_mean
from skembed._missing import is_missing

Row = list[tuple[str, object]]
"""Columns and values of a row, in the order of the file; two columns may have the same name."""

N_SHOWN = 20


class Advice(NamedTuple):
    """What to do if a column is missing."""

    choose: str  # how to choose other columns
    join: str  # how to name several; {list} and {words} are the names


CHOOSE = Advice(
    "Choose columns with text= and label= (on the command line: --text and --label).",
    "text={list} (on the command line: --text {words})",
)


class Wanted(NamedTuple):
    """The parts of a table that a reader should yield."""

    known: Sequence[str]  # columns that the table must have
    taken: Sequence[str]  # the columns among them that the blocks hold
    size: int  # largest number of rows in a block
    whole: bool  # whether `Block.rows` needs the other columns too
    advice: Advice = CHOOSE


class Block(NamedTuple):
    """Some rows of a table."""

    names: list[str]  # all columns of the table; for JSON lines the keys of the first row
    columns: list[list[Any]]  # the values of the taken columns
    rows: Callable[[], list[Row]]  # returns the whole rows
    place: Callable[[int], str]  # returns the file and line of the row at a position


def check_columns(
    there_are: Sequence[str], wanted: Sequence[str], name: str, advice: Advice = CHOOSE
) -> None:
    """Refuse a table that lacks a wanted column or has several of that name."""
    for column in wanted:
        if there_are.count(column) != 1:
            is_missing = column not in there_are
            problem = "has no column" if is_missing else "has more than one column"
            shown = ", ".join(map(repr, there_are[:N_SHOWN]))
            more = f" and {len(there_are) - N_SHOWN} more" if len(there_are) > N_SHOWN else ""
            told = [f"{name} {problem} {column!r}. Its columns: {shown}{more}."]
            is_header = len(there_are) == 1 and len(there_are[0]) >= 2 * len(column)
            near = [] if is_header else there_are  # a header of another separator holds all names
            hint = meant(column, near, advice) if is_missing else "Rename one of them."
            told += [hint, "" if hint and len(there_are) > 1 else advice.choose]
            raise ValueError(" ".join(filter(None, told)))


def meant(column: str, there_are: Sequence[str], advice: Advice) -> str:
    """Say which columns were probably meant by a name."""
    parts = column.split()
    if len(parts) > 1 and {*parts} <= {*there_are}:
        return f"Name several columns so: {advice.join.format(list=parts, words=','.join(parts))}."
    return did_you_mean(column, there_are)


def check_texts(values: list[object], column: str, place: Callable[[int], str]) -> None:
    """Refuse a column of texts with a value that is not a text."""
    if _are_texts(values):
        return
    check_present(values, column, place)
    for i, value in enumerate(values):
        if not isinstance(value, str):
            raise ValueError(
                f"{place(i)}: column {column!r} holds {repr(value)[:60]} ({type(value).__name__}), "
                "but a text must be a string."
            )


def refuse_numbers(texts: Sequence[str], column: str, name: str, advice: Advice) -> None:
    """Refuse a column of texts that holds only numbers."""
    try:
        for text in texts:
            float(text)
    except ValueError:
        return
    raise ValueError(
        f"{name}: column {column!r} holds only numbers, such as {texts[0]!r:.60}, but a text has "
        f"words. {advice.choose}"
    )


def check_present(values: list[object], column: str, place: Callable[[int], str]) -> None:
    """Refuse a column with a missing value."""
    if _are_texts(values):
        return
    for i, value in enumerate(values):
        if is_missing(value) or (isinstance(value, str) and not value.strip()):
            raise ValueError(
                f"{place(i)}: column {column!r} is empty. Fill it in, or remove the row."
            )


def _are_texts(values: list[Any]) -> bool:
    """Return whether all values are strings that are not blank: a quick check of the usual case."""
    return {*map(type, values)} == {str} and all(values) and not any(map(str.isspace, values))


_KINDS = {int: "a number", float: "a number", bool: "a truth value", str: "a string"}


def check_kind_of_labels(
    values: list[object], first: str | None, column: str, place: Callable[[int], str]
) -> str | None:
    """Refuse labels of another kind than the table's first label, and return that kind.

    NumPy would turn numbers into strings if a table holds numbers and strings.
    """
    kinds = {one: _KINDS.get(one, f"of type {one.__name__}") for one in {*map(type, values)}}
    if first is None and values:
        first = kinds[type(values[0])]
    if {*kinds.values()} <= {first}:
        return first
    i = next(i for i, value in enumerate(values) if kinds[type(value)] != first)
    raise ValueError(
        f"{place(i)}: the label {repr(values[i])[:60]} in column {column!r} is "
        f"{kinds[type(values[i])]}, but the first label is {first}. Make all labels of one kind."
    )
