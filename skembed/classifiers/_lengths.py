"""One label and one weight for each document."""

from collections.abc import Iterator
from typing import Any

from sklearn.utils.validation import _num_samples

from skembed.text import Samples, recognise


def check_lengths(X: Any, y: Any, sample_weight: Any = None, *, suffix: str = "") -> Samples:
    """Read X, and refuse labels or weights of another number.

    Parameters
    ----------
    X, y, sample_weight : object
        What the user passed.
    suffix : str, default=""
        Ends the names of `X` and `y`: "_val" for validation documents.

    Returns
    -------
    samples : Samples
        What `X` is, in a plain form that can be cut.

    Raises
    ------
    TypeError
        If something can be read only once, or a document is not a string.
    ValueError
        If the numbers differ, naming both, or are zero.
    """
    names = {f"X{suffix}": X, f"y{suffix}": y, "sample_weight": sample_weight}
    for name, values in names.items():
        if isinstance(values, Iterator):
            raise TypeError(
                f"{name} is a {type(values).__name__}, which can be read only once, but training "
                f"reads it several times. Pass list({name})."
            )
    samples = recognise(X, name=f"X{suffix}")
    n_documents = len(samples)
    for name, unit in ((f"y{suffix}", "labels"), ("sample_weight", "weights")):
        if names[name] is not None and _num_samples(names[name]) != n_documents:
            raise ValueError(
                f"Found inconsistent numbers of samples: X{suffix} has {n_documents} documents "
                f"but {name} has {_num_samples(names[name])} {unit}."
            )
    if n_documents == 0:
        raise ValueError(
            f"X{suffix} and y{suffix} hold no documents: 0 sample(s) while a minimum of 1 is "
            "required."
        )
    return samples
