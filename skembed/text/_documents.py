"""Documents, where nothing else is of use."""

from typing import Any

from skembed.text._samples import recognise

_MEANING = {
    "sequences": "is TokenSequences",
    "ids": "holds rows of token ids",
    "vectors": "holds vectors",
}


def check_documents(X: Any, *, name: str = "X") -> list[str]:
    """Turn any one-dimensional collection of strings into a list.

    Parameters
    ----------
    X : iterable of str
        List, tuple, ndarray of shape (n_samples,) or (n_samples, 1), pandas or
        polars Series, one-column data frame, Arrow array or one-column table:
        all that `recognise` finds to be documents.
    name : str, default="X"
        What the caller's argument is called in error messages.

    Returns
    -------
    documents : list of str, length n_samples
        The documents in their order.

    Raises
    ------
    TypeError
        If `X` is one string, or not a collection, or holds something else than
        strings; the message names the position.
    ValueError
        If `X` holds more than one column, or a column of numbers.

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
    samples = recognise(X, name=name, wanted="documents")
    if samples.kind != "documents":
        raise TypeError(
            f"{name} must hold one string per document, but {_MEANING[samples.kind]}. Pass the "
            "texts."
        )
    documents: list[str] = samples.values
    return documents
