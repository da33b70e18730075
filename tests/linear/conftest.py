"""Forty documents as ids, and targets of each kind."""

import numpy as np
import pytest

from skembed import KerasTokenizer

GOOD = ["sun", "sea", "sand", "shore", "palm"]
BAD = ["rain", "wind", "hail", "storm", "fog"]
COMMON = ["and", "the", "of", "on", "in"]


@pytest.fixture(scope="session")
def tokenizer():
    """Fitted to documents of 1 to 12 words; each has one telling word, the rest are common."""
    rng = np.random.default_rng(0)
    documents = []
    for i in range(40):
        words = list(rng.choice(COMMON, rng.integers(0, 12)))
        words.insert(int(rng.integers(0, len(words) + 1)), rng.choice((GOOD, BAD)[i % 2]))
        documents.append(" ".join(words))
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
