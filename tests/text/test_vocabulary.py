import zlib

import numpy as np

from skembed.text._vocabulary import (
    ROWS_AT_ONCE,
    TokenCounts,
    add_counts,
    count_tokens,
    document_frequencies,
    encode,
    fill_empty,
    ids_by_number,
    number_tokens,
    rank,
)
from skembed.text._words import Splitter

WORDS = Splitter(True, ",.", " ", False, None)
NONE_MISSED = np.zeros(4, np.int64)


def counted(documents):
    return count_tokens(*number_tokens(documents, WORDS), with_frequencies=True)


def test_numbers_follow_first_appearance():
    words, flat, lengths = number_tokens(["The sun, the moon.", "", "sun tide"], WORDS)
    assert words == ["the", "sun", "moon", "tide"]
    assert flat.dtype == np.int32
    np.testing.assert_array_equal(flat, [0, 1, 0, 2, 1, 3])
    np.testing.assert_array_equal(lengths, [4, 0, 2])


def test_encode_does_not_learn():
    vocabulary = {"sun": 2, "the": 3}
    flat, lengths = encode(["the tide, the sun", "."], WORDS, vocabulary)
    np.testing.assert_array_equal(flat, [3, 1, 3, 2])
    np.testing.assert_array_equal(lengths, [4, 0])
    assert vocabulary == {"sun": 2, "the": 3}


def test_counts_add_up():
    first = counted(["a b a", "b"])
    np.testing.assert_array_equal(first.counts, [2, 2])
    np.testing.assert_array_equal(first.frequencies, [1, 2])
    second = add_counts(first, counted(["c a", "c"]))
    assert list(second.words) == ["a", "b", "c"]
    np.testing.assert_array_equal(second.counts, [3, 2, 2])
    np.testing.assert_array_equal(second.frequencies, [2, 2, 2])
    assert (first.n_documents, second.n_documents) == (2, 4)
    np.testing.assert_array_equal(first.counts, [2, 2])  # the earlier counts stay as they were
    assert list(first.words) == ["a", "b"]


def test_document_frequencies_equal_a_loop():
    rng = np.random.default_rng(0)
    lengths = rng.integers(0, 6, size=2 * ROWS_AT_ONCE + 7)
    flat = rng.integers(0, 40, size=lengths.sum(), dtype=np.int32)
    expected = np.zeros(41, dtype=int)
    for document in np.split(flat, np.cumsum(lengths)[:-1]):
        expected[np.unique(document)] += 1
    np.testing.assert_array_equal(document_frequencies(flat, lengths, 41), expected)


def test_document_frequencies_count_documents_and_leave_the_ids_alone():
    ids = np.array([3, 2, 3, 3, 4], dtype=np.int32)
    frequencies = document_frequencies(ids, np.array([3, 2]), 6)
    np.testing.assert_array_equal(frequencies, [0, 0, 1, 2, 1, 0])
    np.testing.assert_array_equal(ids, [3, 2, 3, 3, 4])


def test_document_frequencies_of_nothing():
    nothing = document_frequencies(np.zeros(0, np.int32), np.zeros(3, np.int64), 0)
    assert nothing.shape == (0,)


def test_rank_by_count_then_first_appearance():
    counted = TokenCounts({}, np.array([1, 3, 2, 3]), np.array([1, 1, 2, 3]), NONE_MISSED, 4)
    assert rank(counted, 1, 10).tolist() == [1, 3, 2, 0]
    assert rank(counted, 1, 2).tolist() == [1, 3]
    assert rank(counted, 2, 10).tolist() == [3, 2]
    assert rank(counted, 2, 1).tolist() == [3]
    not_counted = TokenCounts({}, np.array([1, 3]), None, NONE_MISSED, 4)
    assert rank(not_counted, 1, 10).tolist() == [1, 0]


def test_ids_by_number():
    np.testing.assert_array_equal(ids_by_number(np.array([3, 0]), 4), [3, 1, 1, 2])


def test_documents_without_tokens_become_one_unknown_id():
    ids, offsets = fill_empty(np.array([5, 6, 7], np.int32), np.array([0, 2, 0, 0, 1, 0]))
    np.testing.assert_array_equal(ids, [1, 5, 6, 1, 1, 7, 1])
    np.testing.assert_array_equal(offsets, [0, 1, 3, 4, 5, 6, 7])
    assert ids.dtype == np.int32


def test_a_hash_chooses_among_words_that_are_equally_frequent():
    words = {word: i for i, word in enumerate("daebc")}
    counted = TokenCounts(words, np.array([1, 2, 1, 1, 1]), None, NONE_MISSED, 4)
    assert sorted("debc", key=lambda word: zlib.crc32(word.encode())) == ["c", "b", "d", "e"]
    assert rank(counted, 1, 3).tolist() == [1, 3, 4]  # a, then b and c as they first appear
    assert rank(counted, 1, 3, as_keras=True).tolist() == [1, 0, 2]
    assert rank(counted, 1, 5).tolist() == rank(counted, 1, 5, as_keras=True).tolist()
