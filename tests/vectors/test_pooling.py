"""Pooling of word vectors: by hand, against obvious loops, and alone against in a batch."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.feature_extraction.text import TfidfVectorizer

from skembed.text import document_frequencies
from skembed.vectors import _pooling
from skembed.vectors._pooling import (
    POOLINGS,
    common_component,
    pool,
    remove_component,
    token_weights,
)

# ids 2, 3 and 4 have vectors, 5 has none
VECTORS = np.array(
    [[0, 0], [0, 0], [1, 2], [3, -4], [-5, 6], [0, 0]],
    dtype=np.float32,
)
HAS_VECTOR = np.array([0, 0, 1, 1, 1, 0], dtype=np.float32)
IDS = np.array([2, 3, 3, 5, 1, 4, 2], dtype=np.int32)
OFFSETS = np.array([0, 4, 5, 5, 7])  # [2, 3, 3, 5], [1], [], [4, 2]


def pool_here(name, weights=HAS_VECTOR):
    return pool(name, IDS, OFFSETS, VECTORS, weights)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("mean", [7 / 3, -2], [-2, 4]),
        ("sum", [7, -6], [-4, 8]),
        ("max", [3, 2], [1, 6]),
        ("min", [1, -4], [-5, 2]),
    ],
)
def test_pool_by_hand(name, first, last):
    features = pool_here(name)
    assert features.dtype == np.float32
    assert_allclose(features, [first, [0, 0], [0, 0], last], rtol=1e-6)


def test_sif_divides_by_tokens_and_tfidf_by_weights():
    weights = np.array([0, 0, 0.5, 0.25, 1, 0], dtype=np.float32)
    # 0.5 * (1, 2) + 2 * 0.25 * (3, -4) = (2, -1), of three tokens weighing 1 together
    assert_allclose(pool_here("sif", weights)[0], [2 / 3, -1 / 3], rtol=1e-6)
    assert_allclose(pool_here("tfidf", weights)[0], [2, -1], rtol=1e-6)


def test_token_weights_by_hand():
    corpus = {"n_tokens": 10, "n_documents": 3, "sif_a": 0.1}
    counts, frequencies = np.array([0, 1, 4]), np.array([0, 1, 3])
    sif = token_weights("sif", counts, frequencies, **corpus)
    assert_allclose(sif, [1, 0.5, 0.2], rtol=1e-6)
    tfidf = token_weights("tfidf", counts, frequencies, **corpus)
    assert_allclose(tfidf, [np.log(4) + 1, np.log(2) + 1, 1], rtol=1e-6)
    assert_array_equal(token_weights("mean", counts, frequencies, **corpus), [1, 1, 1])


def test_idf_is_scikit_learns():
    texts = ["sun moon sun", "moon tide", "moon"]
    reference = TfidfVectorizer().fit(texts)
    order = [reference.vocabulary_[word] for word in ("sun", "moon", "tide")]
    ids, lengths = np.array([0, 1, 0, 1, 2, 1], dtype=np.int32), np.array([3, 2, 1])
    frequencies = document_frequencies(ids, lengths, 3)
    weights = token_weights(
        "tfidf", np.bincount(ids), frequencies, n_tokens=6, n_documents=3, sif_a=1
    )
    assert_allclose(weights, reference.idf_[order], rtol=1e-6)


@pytest.fixture(scope="module")
def corpus():
    """Return ids, offsets, vectors and weights of random documents of 0 to 400 tokens."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(0, 400, size=60)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = rng.integers(1, 300, size=offsets[-1]).astype(np.int32)
    weights = rng.uniform(0.1, 2, size=300).astype(np.float32)
    weights[rng.random(300) < 0.3] = 0
    vectors = rng.normal(size=(300, 7)).astype(np.float32) * (weights > 0)[:, None]
    return ids, offsets, vectors, weights


def pool_slowly(name, tokens, vectors, weights):
    kept = [i for i in tokens if weights[i] > 0]
    if not kept:
        return np.zeros(vectors.shape[1])
    rows = np.array([vectors[i] for i in kept], dtype=np.float64)
    shares = np.array([weights[i] for i in kept], dtype=np.float64)
    return {
        "mean": lambda: rows.mean(axis=0),
        "sum": lambda: rows.sum(axis=0),
        "max": lambda: rows.max(axis=0),
        "min": lambda: rows.min(axis=0),
        "sif": lambda: (rows * shares[:, None]).mean(axis=0),
        "tfidf": lambda: np.average(rows, axis=0, weights=shares),
    }[name]()


@pytest.mark.parametrize("name", POOLINGS)
@pytest.mark.parametrize("block_bytes", [1, 300, _pooling._BLOCK_BYTES])
def test_pool_equals_an_obvious_loop(corpus, name, block_bytes, monkeypatch):
    monkeypatch.setattr(_pooling, "_BLOCK_BYTES", block_bytes)
    ids, offsets, vectors, weights = corpus
    if name not in ("sif", "tfidf"):
        weights = (weights > 0).astype(np.float32)
    slow = [
        pool_slowly(name, ids[start:stop], vectors, weights) for start, stop in pairwise(offsets)
    ]
    assert_allclose(pool(name, ids, offsets, vectors, weights), slow, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", POOLINGS)
def test_a_document_alone_equals_itself_in_a_batch(corpus, name):
    ids, offsets, vectors, weights = corpus
    together = pool(name, ids, offsets, vectors, weights)
    for i in range(0, len(together), 7):
        own = ids[offsets[i] : offsets[i + 1]]
        alone = pool(name, own, np.array([0, len(own)]), vectors, weights)
        assert_allclose(alone[0], together[i], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", POOLINGS)
def test_no_documents_give_no_rows(name):
    features = pool(name, IDS[:0], np.array([0]), VECTORS, HAS_VECTOR)
    assert features.shape == (0, 2)


def test_common_component_is_the_first_singular_vector_uncentred(monkeypatch):
    monkeypatch.setattr(_pooling, "_ROWS_AT_ONCE", 7)
    features = np.random.default_rng(0).normal(loc=2, size=(50, 4)).astype(np.float32)
    component = common_component(features)
    reference = np.linalg.svd(features)[2][0]
    reference *= np.sign(reference[np.abs(reference).argmax()])
    assert_allclose(component, reference, atol=1e-5)
    assert component.max() == np.abs(component).max()


def test_remove_component_by_hand():
    component = np.array([0.6, 0.8], dtype=np.float32)
    features = np.array([[3, 4], [0, 0], [0, 5]], dtype=np.float32)
    # (0, 5) projects to 4 times (0.6, 0.8)
    assert_allclose(remove_component(features, component), [[0, 0], [0, 0], [-2.4, 1.8]], atol=1e-6)
