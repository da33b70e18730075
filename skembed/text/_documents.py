"""What counts as a collection of documents, and what is refused."""

from collections.abc import Iterable, Mapping, Set
from typing import Any


def check_documents(X: Any, *, name: str = "X") -> list[str]:
    """Turn any one-dimensional collection of strings into a list.

    Parameters
    ----------
    X : iterable of str
        List, tuple, ndarray of shape (n_samples,) or (n_samples, 1), pandas or
        polars Series, one-column data frame, Arrow array or one-column table.
    name : str, default="X"
        What the caller's argument is called in error messages.

    Returns
    -------
    documents : list of str, length n_samples
        The documents in their order.

    Raises
    ------
    TypeError
        If `X` is one string, or no collection, or a document is not a string;
        the message names the position.
    ValueError
        If `X` holds more than one column.

    Examples
    --------
    >>> import numpy as np
    >>> check_documents(np.array([["sun"], ["moon"]]))
    ['sun', 'moon']
    >>> check_documents(["sun", None])
    Traceback (most recent call last):
        ...
    TypeError: X must hold one string per document, but X[1] is None (NoneType). ...
    """
    if isinstance(X, str | bytes | bytearray):
        raise TypeError(
            f"{name} must be a collection of documents, got one {type(X).__name__}: "
            f"{_shorten(X)}. To pass a single document, put it into a list."
        )
    if hasattr(X, "refuse_as_documents"):  # a stream, which knows where it may stand
        X.refuse_as_documents(name)
    is_arrow = hasattr(X, "to_pylist")  # Arrow tables cannot be iterated over
    if isinstance(X, Mapping | Set) or not (isinstance(X, Iterable) or is_arrow):
        raise TypeError(
            f"{name} must be a collection of documents in a fixed order, such as a list, an array "
            f"or a Series; got {type(X).__name__}."
        )
    documents = _to_list(X, name)
    if set(map(type, documents)) - {str}:
        documents = [_check_document(doc, i, name) for i, doc in enumerate(documents)]
    return documents


def _to_list(X: Any, name: str) -> list[Any]:
    """List the elements of a one-dimensional or one-column collection."""
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) != 1:
        if len(shape) != 2 or shape[1] != 1:
            raise ValueError(
                f"{name} must hold one document per row, got shape {tuple(shape)}. "
                "Select the column with the texts, or join the columns into one text first."
            )
        X = _only_column(X)
    for method in ("to_pylist", "to_list", "tolist"):  # Arrow; pandas and polars; NumPy
        if hasattr(X, method):
            return list(getattr(X, method)())
    return list(X)


def _only_column(X: Any) -> Any:
    if hasattr(X, "iloc"):  # pandas
        return X.iloc[:, 0]
    if hasattr(X, "to_series"):  # polars
        return X.to_series()
    if hasattr(X, "to_pylist"):  # Arrow table or record batch
        return X.column(0)
    return X.reshape(-1)


def _check_document(document: Any, position: int, name: str) -> str:
    if isinstance(document, str):
        return str(document)  # numpy.str_ and the like become plain strings
    raise TypeError(
        f"{name} must hold one string per document, but {name}[{position}] is "
        f"{_shorten(document)} ({type(document).__name__}). "
        "Decode bytes, join tokens, and drop missing documents or replace them by ''."
    )


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:36]}...{text[-1]}"
