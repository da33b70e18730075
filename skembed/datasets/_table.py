"""Read texts and labels from a table in a file."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skembed.datasets._lines import open_lines, utf8_told


def load_table(
    path: str | os.PathLike[str], *, text: str, label: str, return_X_y: bool = False
) -> Any:
    r"""Read documents and their labels from two columns of a CSV file.

    Parameters
    ----------
    path : str or path-like
        A comma-separated file in UTF-8 with a header, quoted where needed; tabs
        separate in ``.tsv``. A name that ends in ``.gz`` is decompressed.
    text : str
        Name of the column with the documents.
    label : str
        Name of the column with the labels.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a `Bunch`.

    Returns
    -------
    corpus : :class:`~sklearn.utils.Bunch`
        data : list of str, length n_samples
            The documents, in the order of the file.
        target : ndarray of shape (n_samples,), dtype int64
            The classes, as positions in `target_names`.
        target_names : list of str
            The labels, sorted as text.
        DESCR : str
            The file and its columns in one sentence.
    (data, target) : tuple
        If `return_X_y` is True.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is missing or named twice, a cell is empty, a row has more or
        fewer cells than the header, the file has no rows, is not UTF-8, or is not
        whole.

    See Also
    --------
    load_docstrings : A corpus that needs no file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skembed.datasets import load_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "mail.csv")
    ...     _ = path.write_text("subject,folder\ncheap watches,spam\nminutes of today,work\n")
    ...     corpus = load_table(path, text="subject", label="folder")
    >>> corpus.data
    ['cheap watches', 'minutes of today']
    >>> corpus.target_names, corpus.target
    (['spam', 'work'], array([0, 1]))
    """
    path = Path(path)
    try:
        with _no_field_limit(), utf8_told(path.name):
            documents, labels = _read_columns(path, text, label)
    except csv.Error as error:
        raise ValueError(f"{path.name} cannot be read as a table: {error}.") from error
    target_names, target = np.unique(labels, return_inverse=True)
    target = target.astype(np.int64)
    if return_X_y:
        return documents, target
    n_rows = "1 row" if len(documents) == 1 else f"{len(documents)} rows"
    return Bunch(
        data=documents,
        target=target,
        target_names=target_names.tolist(),
        DESCR=f"{n_rows} of {path.name}: column {text!r} labelled by {label!r}.",
    )


def _read_columns(path: Path, text: str, label: str) -> tuple[list[str], list[str]]:
    """Read two columns of a file and check every row."""
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    pairs: list[tuple[str, str]] = []
    with open_lines(path, path.name) as lines:
        rows = csv.reader(lines, delimiter=delimiter)
        header = next(rows, [])
        columns = [_position(name, header, path) for name in (text, label)]
        for row in rows:
            if row:  # csv gives a blank line as no cells at all
                where = f"{path.name}, row {len(pairs) + 1} below the header (line {rows.line_num})"
                pairs.append(_cells(row, columns, header, where))
    if not pairs:
        raise ValueError(f"{path.name} has a header but no rows.")
    documents, labels = zip(*pairs, strict=True)
    return list(documents), list(labels)


def _position(name: str, header: list[str], path: Path) -> int:
    """Find a column, or say which there are."""
    if header.count(name) == 1:
        return header.index(name)
    if not header:
        raise ValueError(f"{path.name} is empty; its first line must name the columns.")
    problem = "has no column" if name not in header else "has more than one column"
    there_are = ", ".join(repr(column) for column in header)
    raise ValueError(f"{path.name} {problem} {name!r}. Its columns: {there_are}.")


def _cells(row: list[str], columns: list[int], header: list[str], where: str) -> tuple[str, str]:
    """Take text and label out of a row."""
    if len(row) != len(header):
        raise ValueError(
            f"{where}: {len(row)} cells, but the header has {len(header)}. "
            "Put cells that contain the separator into quotes."
        )
    for column in columns:
        if not row[column].strip():
            raise ValueError(
                f"{where}: the cell of column {header[column]!r} is empty. "
                "Fill it in, or remove the row."
            )
    return row[columns[0]], row[columns[1]]


@contextmanager
def _no_field_limit() -> Iterator[None]:
    """Let cells be longer than the 131,072 characters that csv allows, for the time being."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(limit)
