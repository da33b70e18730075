"""Pooling and aligning against loops over a dict, on generated documents and vectors."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose, assert_array_equal

from skembed import GloveVectorizer, WordVectors

KNOWN = ["sun", "sea", "naïve", "日本", "a\0b", "longer than eight bytes", "i\u0307", ""]
WORDS = st.sampled_from([*KNOWN, "Sun", "unknown", "naive", "\ud800", "longer than eight", "İ"])
NUMBERS = st.floats(-100, 100, width=32)
PLAIN_WORDS = ["sun", "sea", "moon", "tide"]
DOCUMENTS = st.lists(st.sampled_from([*PLAIN_WORDS, "unknown", "never"]), max_size=9)
CORPORA = st.lists(DOCUMENTS, min_size=1, max_size=9)
SIF_A = 0.01
POOLINGS = ["mean", "max", "min", "sum", "sif", "tfidf"]


def matrices(n_rows):
    n_dims = st.integers(1, 4)
    return n_dims.flatmap(lambda n: arrays.arrays(np.float32, (n_rows, n), elements=NUMBERS))


def pool_slowly(name, document, table, weights):
    """Pool a list of words by a dict of vectors; None where no word has one."""
    known = [word for word in document if word in table]
    if not known:
        return None
    columns = zip(*(table[word] for word in known), strict=True)
    shares = [weights[word] for word in known]
    pooled = {
        "mean": lambda column: sum(column) / len(column),
        "sum": sum,
        "max": max,
        "min": min,
        "sif": lambda column: sum(map(math.prod, zip(shares, column, strict=True))) / len(column),
        "tfidf": lambda column: sum(map(math.prod, zip(shares, column, strict=True))) / sum(shares),
    }[name]
    return [pooled(column) for column in columns]


def weigh_slowly(name, corpus):
    """Return what one occurrence of each word of a corpus counts."""
    counts = Counter(word for document in corpus for word in document)
    found_in = Counter(word for document in corpus for word in set(document))
    # a document without words is one unknown token
    n_tokens = sum(max(len(document), 1) for document in corpus)
    if name == "sif":
        return {word: SIF_A / (SIF_A + n / n_tokens) for word, n in counts.items()}
    if name == "tfidf":
        n = 1 + len(corpus)
        return {word: math.log(n / (1 + found_in[word])) + 1 for word in counts}
    return dict.fromkeys(counts, 1.0)


@pytest.mark.parametrize("name", POOLINGS)
@given(CORPORA, CORPORA, matrices(len(PLAIN_WORDS)))
def test_pooling_is_a_loop_over_words(name, learned, documents, matrix):
    vectors = WordVectors(PLAIN_WORDS, matrix)
    seen = {word for document in learned for word in document}
    table = {
        word: row.tolist()
        for word, row in zip(PLAIN_WORDS, matrix, strict=True)
        if word in seen and row.any()  # zeros are no vector
    }
    assume(table)  # without any, fit says so
    vectorizer = GloveVectorizer(vectors, pooling=name, sif_a=SIF_A)
    vectorizer.fit([" ".join(document) for document in learned])
    weights = weigh_slowly(name, learned)
    zeros = [0.0] * matrix.shape[1]
    pooled, of_learned = (
        np.array([pool_slowly(name, document, table, weights) or zeros for document in corpus])
        for corpus in (documents, learned)
    )
    if name == "sif":
        _, singular, (component, *_) = np.linalg.svd(of_learned, full_matrices=False)
        # of two equally long directions either may be taken
        assume(len(singular) < 2 or singular[0] > 1.01 * singular[1] + 1e-6)
        pooled = pooled - np.outer(pooled @ component, component)
    found = vectorizer.transform([" ".join(document) for document in documents])
    assert found.dtype == np.float32
    assert_allclose(found, pooled, rtol=1e-4, atol=1e-2 if name == "sif" else 1e-3)


@given(
    st.lists(WORDS.filter(lambda word: "\ud800" not in word), min_size=1, max_size=8, unique=True),
    st.dictionaries(WORDS, st.integers(0, 12), max_size=10),
    st.data(),
)
def test_aligning_is_looking_up_in_a_dict(words, vocabulary, data):
    matrix = data.draw(matrices(len(words)))
    table = dict(zip(words, matrix.tolist(), strict=True))
    n_ids = max([1, *vocabulary.values()]) + 1
    expected = [[0.0] * matrix.shape[1] for _ in range(n_ids)]
    for word, i in vocabulary.items():  # of two words with one id the last one counts
        if i > 1:
            expected[i] = table.get(word, [0.0] * matrix.shape[1])
    vectors = WordVectors(words, matrix)
    assert_array_equal(vectors.align(vocabulary), np.array(expected, dtype=np.float32))
    assert [word in vectors for word in vocabulary] == [word in table for word in vocabulary]
    assert list(vectors.words) == words
    for word in words:
        assert vectors[word].tolist() == table[word]
