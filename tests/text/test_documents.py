"""Documents where nothing else is of use; what X may be at all stands in test_samples.py."""

import re

import numpy as np
import pytest

from skembed.text import TokenSequences, check_documents

TEXTS = ["The sun.", "", "La lune é"]


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "X", [TEXTS, iter(TEXTS), np.array(TEXTS), [Text(text) for text in TEXTS]], ids=type
)
def test_documents_are_a_list_of_plain_strings(X):
    documents = check_documents(X)
    assert documents == TEXTS
    assert [type(document) for document in documents] == [str, str, str]


def test_result_is_a_new_list():
    texts = list(TEXTS)
    assert check_documents(texts) is not texts


@pytest.mark.parametrize(
    ("X", "what"),
    [
        (TokenSequences([2, 3], [0, 2]), "is TokenSequences"),
        ([[2, 3], [4]], "holds rows of token ids"),
        (np.array([[2, 3]]), "holds rows of token ids"),
        (np.array([[0.5, 3]]), "holds vectors"),
    ],
)
def test_numbers_are_not_documents(X, what):
    message = f"X must hold one string per document, but {what}. Pass the texts."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        check_documents(X)


def test_a_column_of_numbers_is_not_called_ids():
    message = (
        "X must hold one string per document, but is a column of numbers: X[0] is 1.5. Pass the "
        "column that holds the texts."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_documents([1.5, 2.5])


@pytest.mark.parametrize("text", ["the sun", b"the sun", bytearray(b"the sun"), "x" * 500])
def test_one_text_is_no_collection(text):
    short = repr(text) if len(text) < 50 else f"'{'x' * 35}...'"
    message = (
        f"X must be a collection of documents, got one {type(text).__name__}: {short}. To pass a "
        "single document, put it into a list."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        check_documents(text)


def test_name_of_the_argument():
    message = (
        "X_val must hold one string per document, but X_val[0] is None (NoneType). Drop missing "
        "documents, or replace them by ''."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        check_documents([None], name="X_val")
