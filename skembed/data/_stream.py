"""Batches of texts and labels that can be read again and again."""

import os
from collections.abc import Iterable, Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from skembed._arguments import explains_arguments
from skembed.data._columnar import dataset_of
from skembed.data._tables import DOCUMENTS_AT_ONCE, Table, open_table
from skembed.files import path_of
from skembed.text import check_documents, count_rows, holds_columns, is_table

Batch = tuple[Any, Any]
"""Texts, or a table that holds them, and labels."""


class Stream:
    """Texts and labels in batches; each iteration begins at the first batch.

    `stream` makes it. The ``fit`` of a classifier takes it in place of X and y.

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
        """Yield the labels of each batch; from a table, only their column is read."""
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
        """Raise the error for a stream in place of documents; it says where a stream is allowed."""
        raise TypeError(
            f"{name} is a Stream, which only the fit of a classifier takes, with y=None. Instead "
            "of a pipeline, give the classifier its tokenizer, as in "
            "CNNTextClassifier(tokenizer=KerasTokenizer()).fit(stream). Everything else takes its "
            "batches one by one: for texts, labels in stream: ..."
        )

    def __repr__(self) -> str:
        if isinstance(self._source, Table):
            names = [*self._source.text]
            text = (names[0] if names else None) if len(names) < 2 else names
            return f"Stream(text={text!r}, label={self._source.label!r})"
        return f"Stream({type(self._source).__name__})"


@explains_arguments
def stream(
    source: Any,
    *,
    text: str | Sequence[str] | None = None,
    label: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    batch_size: int | None = None,
) -> Stream:
    """Read documents in batches, from files or from your own batches.

    Parameters
    ----------
    source : path-like, pyarrow.dataset.Dataset, pyarrow.Table or iterable
        A file, a folder, a pyarrow dataset or table, or batches. The files of a folder must
        have one format; they are read in the order of their names. Formats are CSV (``.csv``)
        or TSV (``.tsv``) with a header and JSON lines (``.jsonl``, ``.ndjson``), also
        compressed (``.gz``), and Parquet (``.parquet``, ``.pq``) or Arrow (``.arrow``,
        ``.feather``). Batches are any object that can be iterated over repeatedly, such as a
        list or an object with an ``__iter__`` that yields them. Each batch is a pair: texts,
        or a table, and labels.
    text : str or list of str, default=None
        Column of the texts; only for files, datasets and tables. Several columns are joined
        to one text for each row, with line breaks between them, as by `TextColumns`. With
        None the stream yields tables in place of texts, for an estimator with `text_columns`.
        These tables are mappings of all columns except the labels. In them, empty cells of
        CSV and TSV are missing values, and a column of numbers holds numbers.
    label : str, default=None
        Column of the labels. In CSV and TSV labels are strings. In other formats the column
        may also hold numbers, or lists of zeros and ones for several labels per document.
        None means that there are no labels; such a stream is only for predicting.
    separator : str, default=None
        The separator of the cells in CSV and TSV files. With None, the header of a CSV file
        shows whether it is a comma, semicolon, tab or bar; in TSV it is a tab.
    encoding : str, default=None
        Encoding of CSV, TSV and JSON lines, such as ``"latin-1"`` or ``"cp1252"``. None is
        UTF-8. A byte order mark of UTF-8, UTF-16 or UTF-32 in a file overrides it.
    batch_size : int, default=None
        Documents in a batch from files, datasets and tables; None is 32,768. It limits the
        memory. The training result does not depend on it.

    Returns
    -------
    batches : Stream
        It can be iterated over repeatedly and yields pairs. The first part is a list of str or
        a table. The second part is a list of labels, None without a label column, or the
        labels of your batches.

    Raises
    ------
    ImportError
        If the files are Parquet or Arrow and pyarrow is not installed.
    FileNotFoundError
        If there is no such file or folder.
    TypeError
        If the source can be read only once, such as a generator, or not at all.
    ValueError
        If a column is missing, or the names of the files do not show one known format. While
        the stream is read: if a text or label is missing or blank, or a byte does not fit the
        encoding. In CSV also if a row has too few or too many cells, or if a quotation mark
        is not closed. The message names the file and the line.

    See Also
    --------
    CNNTextClassifier.fit : Takes a stream in place of X.

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
    refuse_frame(source, "source")
    options = {"text": text, "label": label, "separator": separator, "encoding": encoding}
    for name, value in (options | {"batch_size": batch_size}).items():
        if value is not None:
            raise ValueError(
                f"{name} is for files, datasets and tables of pyarrow, but source is a "
                f"{type(source).__name__}, whose batches are taken as they are. Leave it out."
            )
    return Stream(source)


def refuse_frame(source: object, name: str) -> None:
    """Refuse a table that is in memory already."""
    if is_table(source):
        raise TypeError(
            f"{name} must be a file, got a table in memory ({type(source).__name__}). Pass its "
            "columns to fit: fit(table['text'], table['label'])."
        )


def _refuse_what_is_read_once(source: object) -> None:
    """Refuse a source that cannot be iterated over repeatedly."""
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
