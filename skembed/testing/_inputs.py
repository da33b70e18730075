"""The collections in which documents come, and that fit leaves them alone."""

import importlib
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import SkipTest

import numpy as np

from skembed.testing._corpus import documents, targets
from skembed.testing._demands import NO_TEXT_REFUSALS, may_refuse, must_work
from skembed.testing._readings import assert_same, fit_new, read

Collect = Callable[[list[str]], Any]


def load(package: str) -> Any:
    """Import a package that need not be there."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise SkipTest(f"{package} is not installed") from error


def check_tuple(name: str, estimator_orig: Any) -> None:
    """Check that a tuple of str gives what a list gives."""
    _must_be_as_a_list(estimator_orig, tuple, "a tuple")


def check_array_of_str(name: str, estimator_orig: Any) -> None:
    """Check that an array of fixed-width str gives what a list gives."""
    _must_be_as_a_list(estimator_orig, np.array, "an array of str")


def check_array_of_objects(name: str, estimator_orig: Any) -> None:
    """Check that an array of str objects gives what a list gives."""
    _must_be_as_a_list(estimator_orig, _objects, "an array of objects")


def check_array_of_string_dtype(name: str, estimator_orig: Any) -> None:
    """Check that an array of NumPy's strings of any length gives what a list gives."""
    dtype = np.dtypes.StringDType()
    _must_be_as_a_list(
        estimator_orig, lambda texts: np.array(texts, dtype=dtype), "an array of StringDType"
    )


def check_array_with_gaps(name: str, estimator_orig: Any) -> None:
    """Check that a view that is not contiguous, and the byte order of other machines, are read."""

    def collect(texts: list[str]) -> Any:
        return np.array([texts, texts]).T[:, 0]

    _must_be_as_a_list(estimator_orig, collect, "an array that is not contiguous")
    _must_be_as_a_list(
        estimator_orig,
        lambda texts: np.array(texts).astype(np.array(texts).dtype.newbyteorder()),
        "an array of another byte order",
    )


def check_read_only_array(name: str, estimator_orig: Any) -> None:
    """Check that arrays that cannot be written to, as joblib's workers get them, are read."""
    for make in (np.array, _objects):

        def collect(texts: list[str], make: Callable[..., Any] = make) -> Any:
            array = make(texts)
            array.flags.writeable = False
            return array

        _must_be_as_a_list(estimator_orig, collect, "a read-only array")


def check_memory_mapped_array(name: str, estimator_orig: Any) -> None:
    """Check that an array of str that is mapped from a file, not writable, is read."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:

        def collect(texts: list[str]) -> Any:
            path = Path(folder, f"{len(list(Path(folder).iterdir()))}.npy")
            np.save(path, np.array(texts))
            return np.load(path, mmap_mode="r")

        _must_be_as_a_list(estimator_orig, collect, "a memory-mapped array")


def check_pandas_series(name: str, estimator_orig: Any) -> None:
    """Check that a pandas Series of any dtype for texts and with any index is read."""
    pandas = load("pandas")
    for dtype in (None, object, "string", "category"):

        def collect(texts: list[str], dtype: Any = dtype) -> Any:
            return pandas.Series(texts, index=range(len(texts), 0, -1), dtype=dtype)

        _must_be_as_a_list(estimator_orig, collect, f"a pandas Series of dtype {dtype}")


def check_polars_series(name: str, estimator_orig: Any) -> None:
    """Check that a polars Series is read, categories included."""
    polars = load("polars")
    for dtype in (polars.String, polars.Categorical):

        def collect(texts: list[str], dtype: Any = dtype) -> Any:
            return polars.Series(texts, dtype=dtype)

        _must_be_as_a_list(estimator_orig, collect, f"a polars Series of {dtype}")


def check_arrow_column(name: str, estimator_orig: Any) -> None:
    """Check that Arrow's arrays are read, in chunks, of large strings and of categories too."""
    pyarrow = load("pyarrow")
    forms: dict[str, Collect] = {
        "an Arrow array": pyarrow.array,
        "an Arrow array in chunks": lambda texts: pyarrow.chunked_array([texts[:3], texts[3:]]),
        "Arrow's large strings": lambda texts: pyarrow.array(texts, pyarrow.large_string()),
        "Arrow's dictionaries": lambda texts: pyarrow.array(texts).dictionary_encode(),
    }
    for what, collect in forms.items():
        _must_be_as_a_list(estimator_orig, collect, what)


def check_other_collections(name: str, estimator_orig: Any) -> None:
    """Check that iterators, which can be read once, and other sequences are read or refused."""
    _may_be_as_a_list(estimator_orig, iter, "an iterator")
    _may_be_as_a_list(estimator_orig, deque, "a deque")


def check_one_column(name: str, estimator_orig: Any) -> None:
    """Check that a column of shape (n_samples, 1) gives what a list gives, or is refused."""
    _may_be_as_a_list(
        estimator_orig, lambda texts: _objects(texts)[:, None], "an array of one column"
    )


def check_one_column_data_frame(name: str, estimator_orig: Any) -> None:
    """Check that a pandas DataFrame of one column gives what a list gives, or is refused."""
    pandas = load("pandas")
    _may_be_as_a_list(
        estimator_orig, lambda texts: pandas.DataFrame({"text": texts}), "a DataFrame"
    )


def check_lists_of_words(name: str, estimator_orig: Any) -> None:
    """Check that lists of words give what the texts give, or are refused; never their `repr`."""
    _may_be_as_a_list(
        estimator_orig, lambda texts: [text.split() for text in texts], "lists of words"
    )


def check_strings_of_other_classes(name: str, estimator_orig: Any) -> None:
    """Check that subclasses of str, such as NumPy's own, are documents."""
    own = type("Text", (str,), {})
    for cls in (np.str_, own):

        def collect(texts: list[str], cls: Callable[..., Any] = cls) -> Any:
            return [cls(text) for text in texts]

        _must_be_as_a_list(estimator_orig, collect, f"a list of {cls.__name__}")


def check_bytes(name: str, estimator_orig: Any) -> None:
    """Check that bytes give what the decoded texts give, or are refused; never their `repr`."""
    _may_be_as_a_list(
        estimator_orig, lambda texts: [text.encode() for text in texts], "documents in bytes"
    )


def check_documents_are_not_changed(name: str, estimator_orig: Any) -> None:
    """Check that neither `fit` nor a prediction writes into the documents or the labels."""
    texts, labels = documents(), targets(estimator_orig)
    array, y = _objects(texts), np.array(labels)
    listed, y_listed = list(texts), list(labels)
    for X, given in ((array, y), (listed, y_listed)):
        read(fit_new(estimator_orig, X, given), X)
    if list(array) != texts or listed != texts:
        raise AssertionError(f"{name} changes the documents that it is given.")
    if y.tolist() != labels or y_listed != labels:
        raise AssertionError(f"{name} changes the labels that it is given.")


def _objects(texts: list[str]) -> Any:
    return np.array(texts, dtype=object)


def _must_be_as_a_list(estimator_orig: Any, collect: Collect, what: str) -> None:
    texts = documents()
    expected = read(fit_new(estimator_orig), texts)
    fitted = must_work(
        lambda: fit_new(estimator_orig, collect(texts), targets(estimator_orig)), f"fit on {what}"
    )
    assert_same(read(fitted, texts), expected, f"when fitted on {what} instead of a list")
    found = must_work(lambda: read(fitted, collect(texts)), f"Reading {what}")
    assert_same(found, expected, f"for {what} instead of a list")


def _may_be_as_a_list(estimator_orig: Any, collect: Collect, what: str) -> None:
    texts = documents()
    fitted = fit_new(estimator_orig)
    expected = read(fitted, texts)
    accepted, found = may_refuse(lambda: read(fitted, collect(texts)), what, NO_TEXT_REFUSALS)
    if accepted:
        assert_same(found, expected, f"for {what} instead of a list")
    accepted, other = may_refuse(
        lambda: fit_new(estimator_orig, collect(texts), targets(estimator_orig)),
        what,
        NO_TEXT_REFUSALS,
    )
    if accepted:
        assert_same(read(other, texts), expected, f"when fitted on {what} instead of a list")


CHECKS = (
    check_tuple,
    check_array_of_str,
    check_array_of_objects,
    check_array_of_string_dtype,
    check_array_with_gaps,
    check_read_only_array,
    check_memory_mapped_array,
    check_pandas_series,
    check_polars_series,
    check_arrow_column,
    check_other_collections,
    check_one_column,
    check_one_column_data_frame,
    check_lists_of_words,
    check_strings_of_other_classes,
    check_bytes,
    check_documents_are_not_changed,
)
