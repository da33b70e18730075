"""Batches of texts and labels that can be read again and again."""

from collections.abc import Iterable, Iterator
from numbers import Integral
from typing import Any

import numpy as np

from skembed.data._tables import DOCUMENTS_AT_ONCE, Table, open_table
from skembed.text import check_documents

Batch = tuple[list[str], Any]


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

    def __init__(
        self, source: Any, text: str | None = None, label: str | None = None, batch_size: int = 0
    ) -> None:
        self._source = source
        self._text = text
        self._label = label
        self._batch_size = batch_size

    def __iter__(self) -> Iterator[Batch]:
        for i, batch in enumerate(self._batches()):
            if not isinstance(batch, tuple | list) or len(batch) != 2:
                raise TypeError(
                    f"A stream must give pairs of texts and labels, but its batch {i} is "
                    f"{repr(batch)[:60]} ({type(batch).__name__}). Let it yield (texts, labels)."
                )
            texts, labels = batch
            texts = check_documents(texts, name=f"batch[{i}]")
            if labels is not None and len(labels) != len(texts):
                raise ValueError(
                    f"A stream must give one label for each text, but its batch {i} has "
                    f"{len(texts)} texts and {len(labels)} labels."
                )
            if texts:
                yield texts, labels

    def labels(self) -> Iterator[Any]:
        """Yield the labels of each batch; of tables only their column is read."""
        if isinstance(self._source, Table) and self._label is not None:
            yield from (labels for (labels,) in self._read(self._label))
        else:
            yield from (labels for _, labels in self)

    def _batches(self) -> Iterator[Any]:
        if not isinstance(self._source, Table):
            yield from self._source
        elif self._label is None:
            yield from ((texts, None) for (texts,) in self._read(self._text))
        else:
            yield from self._read(self._text, self._label)

    def _read(self, *names: Any) -> Iterator[Any]:
        assert isinstance(self._source, Table)
        return self._source.read(*names, batch_size=self._batch_size)

    def refuse_as_documents(self, name: str) -> None:
        """Say where a stream may stand, to whoever takes it for documents.

        Raises
        ------
        TypeError
            Always.
        """
        raise TypeError(
            f"{name} is a Stream, which only the fit of a classifier takes, with y=None: in place "
            "of a pipeline give the classifier its tokenizer, as in "
            "CNNTextClassifier(tokenizer=KerasTokenizer()).fit(stream). Everything else takes its "
            "batches one by one: for texts, labels in stream: ..."
        )

    def __repr__(self) -> str:
        if isinstance(self._source, Table):
            return f"Stream(text={self._text!r}, label={self._label!r})"
        return f"Stream({type(self._source).__name__})"


def stream(
    source: Any,
    *,
    text: str | None = None,
    label: str | None = None,
    batch_size: int | None = None,
) -> Stream:
    """Read documents batch by batch, from files or from batches of your own.

    Parameters
    ----------
    source : path-like, pyarrow.dataset.Dataset, pyarrow.Table or iterable
        A file, or a folder with files, of Parquet (``.parquet``), Arrow (``.arrow``,
        ``.feather``) or CSV with a header (``.csv``, ``.csv.gz``), those of a folder in the
        order of their names; a dataset or table of pyarrow; or any object that can be
        iterated over again and again and gives pairs of texts and labels, such as
        a list, or an object of a class with an ``__iter__`` that yields them.
    text : str, default=None
        Column of the texts. Needed for files, datasets and tables, and only for them.
    label : str, default=None
        Column of the labels, which may hold lists of zeros and ones for several
        labels a document. None: there are no labels, to predict only.
    batch_size : int, default=None
        Documents in a batch from files, datasets and tables; None is 32,768. It bounds
        memory. What is learned does not depend on it.

    Returns
    -------
    batches : Stream
        Can be iterated over again and again, and gives pairs of a list of str and labels:
        a list, None without a label column, or what your batches have.

    Raises
    ------
    ImportError
        If pyarrow is needed and missing.
    FileNotFoundError
        If there is no such file or folder.
    TypeError
        If the source can be read only once, as a generator can, or not at all.
    ValueError
        If a column is missing, or the files' names do not tell one known format.

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
    table = open_table(source, text, label)
    if table is not None:
        return Stream(table, text, label, int(batch_size or DOCUMENTS_AT_ONCE))
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
    for name, value in (("text", text), ("label", label), ("batch_size", batch_size)):
        if value is not None:
            raise ValueError(
                f"{name} is for files, datasets and tables of pyarrow, but source is a "
                f"{type(source).__name__}, whose batches are taken as they are. Leave it out."
            )
    return Stream(source)
