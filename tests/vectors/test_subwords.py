"""The character n-grams of fastText, by hand and against gensim."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.vectors._subwords import subword_buckets, subword_vectors


def test_subwords_by_hand():
    owners, buckets = subword_buckets([b"ab", b"", b"c"], 2, 3, 2**31 - 1)

    def fnv(text):
        value = 2166136261
        for byte in text:
            value = (value ^ byte) * 16777619 % 2**32
        return value % (2**31 - 1)

    expected = {(0, fnv(g)) for g in (b"<a", b"ab", b"b>", b"<ab", b"ab>")}
    expected |= {(1, fnv(b"<>"))}
    expected |= {(2, fnv(g)) for g in (b"<c", b"c>", b"<c>")}
    assert set(zip(owners.tolist(), buckets.tolist(), strict=True)) == expected
    assert len(owners) == 9


@pytest.fixture(scope="module")
def ft_ngram_hashes():
    """gensim's own function."""
    return pytest.importorskip("gensim.models.fasttext").ft_ngram_hashes


@pytest.mark.parametrize("n_buckets", [100, 2_000_000])
@pytest.mark.parametrize(("min_n", "max_n"), [(1, 1), (1, 4), (3, 6), (2, 2), (5, 9)])
def test_subwords_equal_gensims(ft_ngram_hashes, min_n, max_n, n_buckets):
    words = ["a", "naïve", "日本語", "преступление", "x" * 20, "€", "", "😀x", "don't", "Übermaß"]
    owners, buckets = subword_buckets([w.encode() for w in words], min_n, max_n, n_buckets)
    for i, word in enumerate(words):
        grams = ft_ngram_hashes(word, min_n, max_n, n_buckets)
        assert sorted(buckets[owners == i].tolist()) == sorted(grams)


def test_subword_vectors_are_means_over_the_buckets_that_have_a_vector(ft_ngram_hashes):
    words = ["moonlights", "a", "", "日本語の単語"]
    vectors = np.random.default_rng(0).standard_normal((20, 3)).astype(np.float32)
    buckets = np.arange(0, 40, 2)
    found = subword_vectors(words, buckets, vectors, min_n=3, max_n=5, n_buckets=40)
    for word, vector in zip(words, found, strict=True):
        hashes = ft_ngram_hashes(word, 3, 5, 40)
        rows = [bucket // 2 for bucket in hashes if bucket % 2 == 0]
        expected = vectors[rows].mean(axis=0) if rows else np.zeros(3)
        assert_allclose(vector, expected, atol=1e-6)
    assert subword_vectors([], buckets, vectors, min_n=3, max_n=5, n_buckets=40).shape == (0, 3)


def test_subword_vectors_of_nothing_known_are_zeros():
    vectors = subword_vectors(
        ["sun", "x"],
        np.array([], dtype=np.int64),
        np.zeros((0, 3), np.float32),
        min_n=3,
        max_n=6,
        n_buckets=10,
    )
    assert_array_equal(vectors, np.zeros((2, 3)))
