"""Values that X must not hold; each error says what came, what is expected, and what to do."""

from collections.abc import Mapping
from typing import Any, NoReturn

from skembed.text._cells import class_of, classes_in, shorten

_WAYS = {
    "missing": "Drop missing documents, or replace them by ''.",
    "bytes": "Decode bytes: [text.decode() for text in np.asarray({name}).tolist()].",
    "row": "Join tokens: [' '.join(tokens) for tokens in {name}].",
}

_OF_IDS = ("ids", "sequences")

_RULE_OF_IDS = "must hold a row of token ids for each document"


def refuse_element(value: Any, position: int, name: str, wanted: str | None) -> NoReturn:
    """Refuse an element that is not a text, or, if ids are expected, not a row."""
    found = f"{name}[{position}] is {shorten(value)} ({type(value).__name__})"
    if wanted in _OF_IDS:
        raise TypeError(f"{name} {_RULE_OF_IDS}, but {found}.")
    way = _WAYS.get(class_of(value), "Turn it into a str, or drop the document.")
    if class_of(value) == "row" and classes_in(value) != {"text"}:
        texts = [i for i, cell in enumerate(value) if isinstance(cell, str)]
        way = "Pass texts only."
        if texts:
            way = f"Select the text of each row: [row[{texts[0]}] for row in {{name}}]."
    if isinstance(value, Mapping) and "text" in classes_in(value.values()):
        column = next(repr(each) for each, cell in value.items() if isinstance(cell, str))
        way = (
            f"Select the text of each row: [row[{column}] for row in {{name}}]. Or pass "
            f"text_columns=[{column}] to a text classifier or regressor."
        )
    way = way.replace("{name}", name)
    raise TypeError(f"{name} must hold one string per document, but {found}. {way}")


def refuse_row(value: object, position: int, name: str) -> NoReturn:
    """Refuse an element among rows of numbers that is not a row."""
    where = f"{name}[{position}]"
    if class_of(value) == "missing":
        refuse_cell(value, where, name)
    raise ValueError(
        f"{name} must hold a row of numbers for each document, but {where} is {shorten(value)} "
        f"({type(value).__name__})."
    )


def refuse_column_of_numbers(values: list[object], name: str, wanted: str | None) -> NoReturn:
    """Refuse numbers of one dimension."""
    if wanted == "vectors":
        raise ValueError(
            f"{name} must hold one vector per document, but has a single dimension. Reshape your "
            f"data: np.reshape({name}, (1, -1)) is one vector."
        )
    if wanted in _OF_IDS:
        raise ValueError(
            f"{name} {_RULE_OF_IDS}, but is a column of numbers: {name}[0] is "
            f"{shorten(values[0])}. Put the ids of a single document into a list: [{name}]."
        )
    way = "Pass the column that holds the texts."
    if wanted is None:
        way += " Token ids are a row for each document: shape (n_samples, n_steps)."
    raise ValueError(
        f"{name} must hold one string per document, but is a column of numbers: {name}[0] is "
        f"{shorten(values[0])}. {way}"
    )


def refuse_bools(name: str) -> NoReturn:
    """Refuse rows of True and False."""
    raise ValueError(
        f"{name} holds True and False, but token ids are integers. To pass numbers as vectors, use "
        f"np.asarray({name}, dtype=float)."
    )


def refuse_cell(value: object, where: str, name: str) -> NoReturn:
    """Refuse a cell among numbers that is not a number."""
    raise ValueError(
        f"{name} must hold a number in each cell, but {where} is {shorten(value)} "
        f"({type(value).__name__}). Drop the row, or fill the cell."
    )
