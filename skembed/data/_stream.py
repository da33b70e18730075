"""Batches of texts and labels that can be read again and again."""

import os
from collections.abc import Iterable, Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from skembed.data._columnar import dataset_of
from skembed.data._tables import DOCUMENTS_AT_ONCE, Table, open_table
from skembed.files import path_of
from skembed.text import check_documents, count_rows, holds_columns

Batch = tuple[Any, Any]
"""Texts, or a table that holds them, and labels."""


class Stream:
    """Texts and labels, batch by batch, from the beginning at each iteration.

    It is made by `stream`. The ``fit`` of a classifier takes it in place of X and y.

    See Also
    --------
    stream : Makes one.

    Examples
    --------
    >>> from skembed.data import stream
    >>> batches = stream([(["sun", "sea"], ["fine", "fine"]), (["hail"], ["foul"])])
    >>> [len(texts) for texts, labels in batches]
    [2, 1]
    >>> sum(len(texts) for texts, labels in batches)
    3
    """

    def __init__(self, source: Table | Iterable[Any], batch_size: int = 0) -> None:
        self._source = source
        self._batch_size = batch_size

    def __iter__(self) -> Iterator[Batch]:
        for i, batch in enumerate(self._batches()):
            if not isinstance(batch, tuple | list) or len(batch) != 2:
                raise TypeError(
                    f"A stream must give pairs of texts and labels, but its batch {i} is "
                    f"{repr(batch)[:60]} ({type(batch).__name__}). Let it yield (texts, labels)."
                )
            texts, labels = batch
            if not holds_columns(texts):
                texts = check_documents(texts, name=f"batch[{i}]")
            n_texts = count_rows(texts)
            if labels is not None and len(labels) != n_texts:
                raise ValueError(
                    f"A stream must give one label for each text, but its batch {i} has "
                    f"{n_texts} texts and {len(labels)} labels."
                )
            if n_texts:
                yield texts, labels

    def labels(self) -> Iterator[Any]:
        """Yield the labels of each batch; of tables only their column is read."""
        if isinstance(self._source, Table) and self._source.label is not None:
            blocks = self._source.blocks(self._batch_size, labels_only=True)
            yield from (block.columns[0] for block in blocks)
        else:
            yield from (labels for _, labels in self)

    def _batches(self) -> Iterator[Any]:
        if not isinstance(self._source, Table):
            yield from self._source
            return
        if not self._source.text:
            for block in self._source.blocks(self._batch_size, whole=True):
                yield self._source.cells_of(block.names, block.rows()), (*block.columns, None)[0]
            return
        for block in self._source.blocks(self._batch_size):
            texts, labels = (*block.columns, None)[:2]
            yield texts, labels

    def refuse_as_documents(self, name: str) -> None:
        """Say where a stream may stand, to whoever takes it for documents."""
        raise TypeError(
            f"{name} is a Stream, which only the fit of a classifier takes, with y=None: in place "
            "of a pipeline give the classifier its tokenizer, as in "
            "CNNTextClassifier(tokenizer=KerasTokenizer()).fit(stream). Everything else takes its "
            "batches one by one: for texts, labels in stream: ..."
        )

    def __repr__(self) -> str:
        if isinstance(self._source, Table):
            names = [*self._source.text]
            text = (names[0] if names else None) if len(names) < 2 else names
            return f"Stream(text={text!r}, label={self._source.label!r})"
        return f"Stream({type(self._source).__name__})"


def stream(
    source: Any,
    *,
    text: str | Sequence[str] | None = None,
    label: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    batch_size: int | None = None,
) -> Stream:
    """Read documents batch by batch, from files or from batches of your own.

    Parameters
    ----------
    source : path-like, pyarrow.dataset.Dataset, pyarrow.Table or iterable
        A file, or a folder with files of one format, in the order of their names: CSV
        (``.csv``) or TSV (``.tsv``) with a header, JSON lines (``.jsonl``, ``.ndjson``), each
        also compressed (``.gz``); Parquet (``.parquet``, ``.pq``) or Arrow (``.arrow``,
        ``.feather``). Or a dataset or table of pyarrow; or any object that can be
        iterated over again and again and gives pairs of texts, or a table, and labels, such as
        a list, or an object of a class with an ``__iter__`` that yields them.
    text : str or list of str, default=None
        Column of the texts, of files, datasets and tables alone. Several columns are joined
        to one text a row, a line break between them, as by `TextColumns`. None gives tables
        in place of texts, for an estimator with `text_columns`: mappings of all columns but
        the labels. There cells of CSV and TSV that are empty are missing, and a column of
        numbers holds numbers.
    label : str, default=None
        Column of the labels. Those of CSV and TSV are strings; in other formats the
        column may also hold numbers, or lists of zeros and ones for several labels a
        document. None: there are no labels, to predict only.
    separator : str, default=None
        What separates the cells of CSV and TSV files. None finds the comma, semicolon, tab
        or bar with which the header of a CSV file names the columns; a tab in TSV.
    encoding : str, default=None
        Of CSV, TSV and JSON lines, such as ``"latin-1"`` or ``"cp1252"``. None is UTF-8. A
        byte order mark of UTF-8, UTF-16 or UTF-32 in a file decides before this does.
    batch_size : int, default=None
        Documents in a batch from files, datasets and tables; None is 32,768. It bounds
        memory. What is learned does not depend on it.

    Returns
    -------
    batches : Stream
        Can be iterated over again and again, and gives pairs of a list of str, or a table,
        and labels: a list, None without a label column, or what your batches have.

    Raises
    ------
    ImportError
        If Parquet or Arrow files are to be read and pyarrow is missing.
    FileNotFoundError
        If there is no such file or folder.
    TypeError
        If the source can be read only once, as a generator can, or not at all.
    ValueError
        If a column is missing, or the files' names do not tell one known format. While it
        is read: if a text or label is missing or blank, a row of a CSV file has too few or
        too many cells, a quotation mark is not closed, or a byte does not fit the encoding.
        The message names the file and the line.

    See Also
    --------
    CNNTextClassifier.fit : Takes it in place of X.

    Examples
    --------
    >>> from skembed import CNNTextClassifier
    >>> from skembed.data import stream
    >>> class Weather:
    ...     def __iter__(self):
    ...         for _ in range(8):
    ...             yield ["sun and sea", "rain and wind"], ["fine", "foul"]
    >>> batches = stream(Weather())
    >>> classifier = CNNTextClassifier(filters=8, epochs=2, random_state=0).fit(batches)
    >>> [classifier.predict(texts).shape for texts, labels in batches][0]
    (2,)
    """
    if batch_size is not None and (not isinstance(batch_size, Integral) or batch_size < 1):
        raise ValueError(f"batch_size must be a number of documents from 1, got {batch_size!r}.")
    is_path = isinstance(source, str | os.PathLike)
    if is_path or dataset_of(source) is not None:
        place = path_of(source) if is_path else source
        table = open_table(place, text, label, separator=separator, encoding=encoding)
        table.check()
        return Stream(table, int(batch_size or DOCUMENTS_AT_ONCE))
    _refuse_what_is_read_once(source)
    options = {"text": text, "label": label, "separator": separator, "encoding": encoding}
    for name, value in (options | {"batch_size": batch_size}).items():
        if value is not None:
            raise ValueError(
                f"{name} is for files, datasets and tables of pyarrow, but source is a "
                f"{type(source).__name__}, whose batches are taken as they are. Leave it out."
            )
    return Stream(source)


def _refuse_what_is_read_once(source: object) -> None:
    """Refuse what cannot be iterated over again and again."""
    if isinstance(source, Iterator):
        raise TypeError(
            f"source is a {type(source).__name__}, which can be read only once, but training reads "
            "documents several times. Put the loop that yields batches into the __iter__ of a "
            "class, and pass an object of that class."
        )
    if not isinstance(source, Iterable) or isinstance(source, bytes | np.ndarray):
        raise TypeError(
            "source must be the path of a file or folder, a dataset or table of pyarrow, or an "
            f"iterable of (texts, labels); got {type(source).__name__}."
        )
