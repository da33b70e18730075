"""Read texts and labels from a table in a file."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skembed._arguments import explains_arguments
from skembed._messages import pluralize
from skembed.data import check_name, format_of, open_table, refuse_frame
from skembed.files import path_of


@explains_arguments
def load_table(
    path: str | os.PathLike[str],
    *,
    text: str | Sequence[str],
    label: str,
    separator: str | None = None,
    encoding: str | None = None,
    return_X_y: bool = False,
) -> Any:
    r"""Read documents and their labels from two columns of a table in a file.

    Parameters
    ----------
    path : str or path-like
        The ending of its name shows the format: TSV (``.tsv``), JSON lines (``.jsonl``,
        ``.ndjson``), Parquet (``.parquet``, ``.pq``), Arrow (``.arrow``, ``.feather``); anything
        else is CSV. CSV and TSV have a header. Names of text files that end in ``.gz`` are
        decompressed.
    text : str or list of str
        Name of the column with the documents. Several columns are joined to one text a row, with a
        line break between them, as `TextColumns` does.
    label : str
        Name of the column with the labels.
    separator : str, default=None
        Separator of the cells of CSV and TSV files. None finds the comma, semicolon, tab or bar
        with which the header of a CSV file names both columns, or uses that of a first line such as
        ``sep=;``. In TSV it is a tab.
    encoding : str, default=None
        Encoding of CSV, TSV and JSON lines, such as ``"latin-1"`` or ``"cp1252"``. None is UTF-8. A
        byte order mark of UTF-8, UTF-16 or UTF-32 in the file has priority.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a `Bunch`.

    Returns
    -------
    corpus : :class:`~sklearn.utils.Bunch`
        data : list of str, length n_samples
            The documents, in the order of the file.
        target : ndarray of shape (n_samples,), dtype int64
            The classes, as positions in `target_names`. A classifier that is fitted to
            ``np.array(target_names)[target]`` predicts names.
        target_names : list
            The labels, sorted. Labels of CSV and TSV are str, also ``012`` and ``NA``. Other
            formats keep their own types.
        DESCR : str
            The file and its columns in one sentence.
    (data, target) : tuple
        If `return_X_y` is True.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If the name of a column is not a str, or `path` not a path.
    ImportError
        If it is a Parquet or Arrow file and pyarrow is missing.
    ValueError
        If a column is missing or named twice, or a text or label is missing or blank. If a row of a
        CSV file has more or fewer cells than the header, or a quotation mark is not closed. If the
        file has no rows, has another encoding, is of another kind, or is truncated. The message
        names the file and the line.

    See Also
    --------
    load_docstrings : A corpus that needs no file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skembed.datasets import load_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "mail.csv")
    ...     _ = path.write_text(
    ...         "subject,folder\ncheap watches,spam\nminutes of today,work\n", encoding="utf-8"
    ...     )
    ...     corpus = load_table(path, text="subject", label="folder")
    >>> corpus.data
    ['cheap watches', 'minutes of today']
    >>> corpus.target_names, corpus.target
    (['spam', 'work'], array([0, 1]))
    """
    refuse_frame(path, "path")
    path = path_of(path)
    check_name("label", label)
    format = format_of(path) or "csv"
    table = open_table(path, text, label, format=format, separator=separator, encoding=encoding)
    documents, labels = table.columns()
    if isinstance(labels[0], list | dict):
        raise ValueError(
            f"{table.name}: column {label!r} must hold one label a row, but the first is "
            f"{repr(labels[0])[:60]}. For several labels a document use skembed.data.stream."
        )
    target_names, target = np.unique(labels, return_inverse=True)
    rows = pluralize(len(documents), "row")
    corpus = Bunch(
        data=documents,
        target=target.astype(np.int64),
        target_names=target_names.tolist(),
        DESCR=f"{rows} of {path.name}: {_named(text)} labelled by {label!r}.",
    )
    return (corpus.data, corpus.target) if return_X_y else corpus


def _named(text: str | Sequence[str]) -> str:
    if isinstance(text, str):
        return f"column {text!r}"
    return f"columns {', '.join(map(repr, text))}"
