"""Documents, where nothing else is of use."""

from typing import Any

from skembed.text._samples import recognise

_MEANING = {
    "sequences": "is TokenSequences",
    "ids": "holds rows of token ids",
    "vectors": "holds vectors",
}


def check_documents(X: Any, *, name: str = "X") -> list[str]:
    """Return the documents that X holds as a list, or say by position what else it holds.

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
