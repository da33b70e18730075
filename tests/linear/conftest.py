"""Forty documents as ids, and targets of each kind."""

import numpy as np
import pytest

from skembed import KerasTokenizer
from tests.small import make_telling_texts


@pytest.fixture(scope="session")
def tokenizer():
    """Fitted to the documents, which it has with it."""
    documents = make_telling_texts()
    tokenizer = KerasTokenizer().fit(documents)
    tokenizer.documents = documents
    return tokenizer


@pytest.fixture(scope="session")
def sequences(tokenizer):
    return tokenizer.transform(tokenizer.documents)


@pytest.fixture(scope="session")
def words(tokenizer):
    """The number of ids, and what they mean."""
    return 2 + len(tokenizer.vocabulary_), tokenizer.vocabulary_


@pytest.fixture(scope="session")
def two():
    """Class numbers: good or bad."""
    return np.arange(40) % 2


@pytest.fixture(scope="session")
def three():
    """Class numbers, unrelated to the documents."""
    return np.arange(40) % 3


@pytest.fixture(scope="session")
def indicators():
    """Labels: good, bad, and one unrelated."""
    return np.array([[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]] * 10)
