"""Bags of words, against scikit-learn's and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.feature_extraction.text import TfidfVectorizer

from skembed import KerasTokenizer
from skembed.bags import count, find_pairs
from skembed.linear import _bags, learn_bags
from skembed.linear._bags import shared_ngrams
from skembed.text import TokenSequences

TEXTS = [
    "sun and sea and sand",
    "sea and sand",
    "rain and wind on the shore",
    "wind and rain",
    "the sunny shore and the sandy sea",
    "rainy and windy on sunday",
    "sunday on the sea",
    "sun",
    "the the the the sun",
]


def dense(rows):
    array = np.zeros((rows.n_rows, rows.n_columns), dtype=np.float32)
    np.add.at(array, (rows.rows, rows.columns), rows.values)
    return array


def learned(sequences, n_ids, vocabulary):
    """Return the tables, and the training documents as these read them, dense."""
    tables, _ = learn_bags(sequences, n_ids, vocabulary)
    return tables, dense(tables.read(sequences))


def columns(array):
    """The columns of a matrix in an order of their own, so that names do not matter."""
    array = np.round(array, 6)
    return array[:, np.lexsort(array)]


@pytest.fixture(scope="module")
def tokenizer():
    return KerasTokenizer().fit(TEXTS)


@pytest.fixture(scope="module")
def sequences(tokenizer):
    return tokenizer.transform(TEXTS)


@pytest.fixture(scope="module")
def n_ids(tokenizer):
    return 2 + len(tokenizer.vocabulary_)


def test_the_bag_is_scikit_learns_sublinear_tfidf(sequences, n_ids):
    words = TfidfVectorizer(
        sublinear_tf=True, tokenizer=str.split, token_pattern=None, ngram_range=(1, 2)
    )
    counts = words.fit(TEXTS).transform(TEXTS) > 0
    pairs_twice = [
        name
        for name, n in zip(words.get_feature_names_out(), counts.sum(axis=0).A1, strict=True)
        if n >= 2 or " " not in name
    ]
    words.set_params(vocabulary=pairs_twice)
    _, bag = learned(sequences, n_ids, None)
    assert bag.shape == (len(TEXTS), len(pairs_twice) + 2)  # padding and unknown, never counted
    assert not bag[:, :2].any()
    assert_allclose(columns(bag[:, 2:]), columns(words.fit_transform(TEXTS).toarray()), atol=1e-5)


def test_ngrams_are_those_of_scikit_learn_that_two_words_share(tokenizer, sequences, n_ids):
    _, plain = learned(sequences, n_ids, None)
    tables, bag = learned(sequences, n_ids, tokenizer.vocabulary_)
    ngrams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    analyze = ngrams.build_analyzer()
    of_words = [set(analyze(word)) for word in tokenizer.vocabulary_]
    shared = {one for word in of_words for one in word if sum(one in o for o in of_words) > 1}
    frequent = [one for one in sorted(shared) if sum(one in analyze(text) for text in TEXTS) > 1]
    ngrams.set_params(vocabulary=frequent)
    assert len(frequent) == tables.ngrams.n_columns > 5
    assert bag.shape[1] == plain.shape[1] + len(frequent) == tables.n_features
    n = plain.shape[1]
    # Each half of the bag has the same length.
    filled = bag[:, n:].any(axis=1)
    assert filled.sum() > 5
    assert_allclose(bag[:, :n], plain * np.sqrt(0.5), rtol=1e-5)
    expected = ngrams.fit_transform(TEXTS).toarray() * np.sqrt(0.5)
    assert_allclose(columns(bag[:, n:]), columns(expected), atol=1e-5)


def test_neighbours_by_hand():
    # unknown words pair with nobody, documents do not touch
    sequences = TokenSequences([2, 3, 1, 3, 2, 2, 3], [0, 5, 7])
    codes, places = find_pairs(sequences, 10)
    assert codes.tolist() == [23, 32, 23]
    assert places.tolist() == [0, 3, 5]
    tables, bag = learned(sequences, 10, None)
    assert tables.pairs.tolist() == [23]
    later = dense(tables.read(TokenSequences([3, 2, 9, 9, 2, 3, 2, 3], [0, 2, 4, 8])))
    assert (later[:, 4] > 0).tolist() == [False, False, True]
    assert bag.shape == later[:2].shape == (2, 5)  # 9 is behind the last id of training


def test_words_that_training_lacks_count_by_their_ngrams():
    vocabulary = {"sunny": 2, "rain": 3, "sun": 4, "moon": 5}  # the last two are not in training
    tables, bag = learned(TokenSequences([2, 3, 2, 3], [0, 2, 4]), 6, vocabulary)
    assert tables.n_words == 4
    ngrams = tables.ngrams
    # " su", "sun", " sun": shared with "sunny"; pair "2 3"
    assert (ngrams.n_rows, ngrams.n_columns) == (6, 3)
    later = dense(tables.read(TokenSequences([4, 5], [0, 1, 2])))
    assert (later > 0).tolist() == [[False] * 5 + [True] * 3, [False] * 8]
    assert bag.shape == later.shape


def test_documents_of_unknown_words_have_no_ngrams():
    sequences = TokenSequences([2, 3, 2, 3, 1], [0, 2, 4, 5])
    _, bag = learned(sequences, 4, {"sunny": 2, "sunset": 3})
    assert np.isfinite(bag).all()
    assert np.flatnonzero(bag[2]).tolist() == [1]
    assert_allclose(bag[2, 1], np.sqrt(0.5))


def test_a_vocabulary_may_stand_in_any_order_and_have_gaps():
    ngrams = shared_ngrams({"zabc": 5, "abcy": 2}, np.array([0, 0, 2, 0, 0, 2, 0]))
    assert dense(ngrams).sum(axis=1).tolist() == [0, 0, 1, 0, 0, 1, 0]  # "abc" in both


def test_only_the_most_frequent_ngrams_are_kept(monkeypatch):
    monkeypatch.setattr(_bags, "MAX_FEATURES", 1)
    ngrams = shared_ngrams({"abcx": 2, "abcy": 3, "zzy": 4}, np.array([0, 0, 1, 2, 2]))
    assert ngrams.n_rows == 5
    assert dense(ngrams).ravel().tolist() == [0, 0, 1, 1, 0]  # "abc", of the first three


def test_only_the_most_frequent_pairs_are_kept_of_all_blocks(monkeypatch):
    monkeypatch.setattr(_bags, "MAX_FEATURES", 1)
    blocks = [TokenSequences(ids, [0, len(ids)]) for ids in ([2, 3, 4], [3, 4], [2, 3, 4])]
    assert learn_bags(blocks, 5, None)[0].pairs.tolist() == [3 * 5 + 4]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_blocks_give_what_all_documents_give(tokenizer, sequences, n_ids, size):
    blocks = [sequences[i : i + size] for i in range(0, len(sequences), size)]
    blocks.insert(1, sequences[:0])
    whole, expected = learn_bags(sequences, n_ids, tokenizer.vocabulary_)
    tables, bag = learn_bags(blocks, n_ids, tokenizer.vocabulary_)
    assert tables.n_words == whole.n_words
    for found, wanted in (
        (tables.pairs, whole.pairs),
        (tables.idf, whole.idf),
        (tables.ngrams.columns, whole.ngrams.columns),
        (bag.toarray(), expected.toarray()),
    ):
        assert_array_equal(found, wanted)


def test_counting_leaves_the_sequences_alone():
    sequences = TokenSequences([3, 2, 3], [0, 3])
    assert dense(count(sequences.ids, sequences.offsets, 4)).tolist() == [[0, 0, 1, 2]]
    assert sequences.ids.tolist() == [3, 2, 3]


def test_unknown_words_make_documents_longer():
    sequences = TokenSequences([1, 2, 3, 2], [0, 1, 3, 4])
    tables, _ = learned(sequences, 4, None)
    read = dense(tables.read(TokenSequences([1, 2], [0, 2])))[0]
    assert read[1] > 0
    assert_allclose(np.linalg.norm(read), 1)
