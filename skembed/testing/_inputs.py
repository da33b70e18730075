"""The collections in which documents come, and that fit leaves them alone."""

import importlib
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest import SkipTest

import numpy as np
from numpy.typing import NDArray

from skembed._types import Estimator
from skembed.testing._corpus import documents, targets
from skembed.testing._demands import NO_TEXT_REFUSALS, may_refuse, must_work
from skembed.testing._readings import assert_same, fit_new, read

Forms = Mapping[str, Callable[[list[str]], Any]]
"""Ways to collect texts, by what they give."""


def load(package: str) -> Any:
    """Import a package that need not be there."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise SkipTest(f"{package} is not installed") from error


def _must_be_as_a_list(name: str, estimator_orig: Estimator, forms: Forms) -> None:
    """Check that collections of str, to fit on and to read, give what a list gives."""
    expected = read(fit_new(estimator_orig))
    for what, collect in forms.items():
        fitted = must_work(partial(fit_new, estimator_orig, collect(documents())), f"fit on {what}")
        assert_same(read(fitted), expected, f"when fitted on {what} instead of a list")
        found = must_work(partial(read, fitted, collect(documents())), f"Reading {what}")
        assert_same(found, expected, f"for {what} instead of a list")


def _may_be_as_a_list(name: str, estimator_orig: Estimator, forms: Forms) -> None:
    """Check that other collections give what a list gives, never their `repr`, or are refused."""
    fitted, labels = fit_new(estimator_orig), targets(estimator_orig)
    expected = read(fitted)
    for what, collect in forms.items():
        accepted, found = may_refuse(
            partial(read, fitted, collect(documents())), what, NO_TEXT_REFUSALS
        )
        if accepted:
            assert_same(found, expected, f"for {what} instead of a list")
        accepted, other = may_refuse(
            partial(fit_new, estimator_orig, collect(documents()), labels), what, NO_TEXT_REFUSALS
        )
        if accepted:
            assert_same(read(other), expected, f"when fitted on {what} instead of a list")


def _objects(texts: list[str]) -> NDArray[np.object_]:
    return np.array(texts, dtype=object)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _in_other_byte_order(texts: list[str]) -> NDArray[np.str_]:
    array = np.array(texts)
    return array.astype(array.dtype.newbyteorder())


check_tuple = partial(_must_be_as_a_list, forms={"a tuple": tuple})
check_array_of_str = partial(_must_be_as_a_list, forms={"an array of str": np.array})
check_array_of_objects = partial(_must_be_as_a_list, forms={"an array of objects": _objects})
check_array_with_gaps = partial(
    _must_be_as_a_list,
    forms={
        "an array that is not contiguous": lambda texts: np.array([texts, texts]).T[:, 0],
        "an array of another byte order": _in_other_byte_order,
    },
)
# joblib's workers get such arrays
check_read_only_array = partial(
    _must_be_as_a_list,
    forms={
        "a read-only array": lambda texts: _read_only(np.array(texts)),
        "a read-only array of objects": lambda texts: _read_only(_objects(texts)),
    },
)
check_other_collections = partial(_may_be_as_a_list, forms={"an iterator": iter, "a deque": deque})
check_one_column = partial(
    _may_be_as_a_list, forms={"an array of one column": lambda texts: _objects(texts)[:, None]}
)
check_lists_of_words = partial(
    _may_be_as_a_list, forms={"lists of words": lambda texts: [text.split() for text in texts]}
)
check_bytes = partial(
    _may_be_as_a_list, forms={"documents in bytes": lambda texts: [t.encode() for t in texts]}
)


def check_array_of_string_dtype(name: str, estimator_orig: Estimator) -> None:
    """Check that an array of StringDType is read, whose rows older NumPy selects wrongly."""
    forms: Forms = {"an array of StringDType": partial(np.array, dtype=np.dtypes.StringDType())}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "NumPy .* picks wrong rows", UserWarning)
        _must_be_as_a_list(name, estimator_orig, forms)


def check_strings_of_other_classes(name: str, estimator_orig: Estimator) -> None:
    """Check that subclasses of str, such as NumPy's own, are documents."""
    own = type("Text", (str,), {})
    forms: Forms = {
        "a list of str_": lambda texts: [np.str_(text) for text in texts],
        "a list of Text": lambda texts: [own(text) for text in texts],
    }
    _must_be_as_a_list(name, estimator_orig, forms)


def check_memory_mapped_array(name: str, estimator_orig: Estimator) -> None:
    """Check that an array of str that is mapped from a file, not writable, is read."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder, "texts.npy")
        np.save(path, np.array(documents()))
        forms = {"a memory-mapped array": lambda texts: np.load(path, mmap_mode="r")}
        _must_be_as_a_list(name, estimator_orig, forms)


def check_pandas_series(name: str, estimator_orig: Estimator) -> None:
    """Check that a pandas Series of any dtype for texts and with any index is read."""
    pandas, index = load("pandas"), range(len(documents()), 0, -1)
    forms = {
        f"a pandas Series of dtype {dtype}": partial(pandas.Series, index=index, dtype=dtype)
        for dtype in (None, object, "string", "category")
    }
    _must_be_as_a_list(name, estimator_orig, forms)


def check_polars_series(name: str, estimator_orig: Estimator) -> None:
    """Check that a polars Series is read, categories included."""
    polars = load("polars")
    forms = {
        f"a polars Series of {dtype}": partial(polars.Series, dtype=dtype)
        for dtype in (polars.String, polars.Categorical)
    }
    _must_be_as_a_list(name, estimator_orig, forms)


def check_arrow_column(name: str, estimator_orig: Estimator) -> None:
    """Check that Arrow's arrays are read, in chunks, of large strings and of categories too."""
    pyarrow = load("pyarrow")
    forms: Forms = {
        "an Arrow array": pyarrow.array,
        "an Arrow array in chunks": lambda texts: pyarrow.chunked_array([texts[:3], texts[3:]]),
        "Arrow's large strings": partial(pyarrow.array, type=pyarrow.large_string()),
        "Arrow's dictionaries": lambda texts: pyarrow.array(texts).dictionary_encode(),
    }
    _must_be_as_a_list(name, estimator_orig, forms)


def check_one_column_data_frame(name: str, estimator_orig: Estimator) -> None:
    """Check that a pandas DataFrame of one column gives what a list gives, or is refused."""
    pandas = load("pandas")
    forms = {"a DataFrame": lambda texts: pandas.DataFrame({"text": texts})}
    _may_be_as_a_list(name, estimator_orig, forms)


def check_documents_are_not_changed(name: str, estimator_orig: Estimator) -> None:
    """Check that neither `fit` nor a prediction writes into the documents or the labels."""
    texts, labels = documents(), targets(estimator_orig)
    array, y = _objects(texts), np.array(labels)
    listed, y_listed = list(texts), list(labels)
    read(fit_new(estimator_orig, array, y), array)
    read(fit_new(estimator_orig, listed, y_listed), listed)
    if list(array) != texts or listed != texts:
        raise AssertionError(f"{name} changes the documents that it is given.")
    if y.tolist() != labels or y_listed != labels:
        raise AssertionError(f"{name} changes the labels that it is given.")
