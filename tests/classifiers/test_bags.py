"""Bags of words, against scikit-learn's and by hand."""

import numpy as np
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import TfidfVectorizer

from skembed import KerasTokenizer
from skembed.classifiers import _bags
from skembed.classifiers._bags import count_words, find_pairs, learn_bags, shared_parts
from skembed.text import TokenSequences


def columns(bag):
    """The columns of a matrix in an order of their own, so that names do not matter."""
    array = np.round(bag.toarray(), 6)
    return array[:, np.lexsort(array)]


def test_the_bag_is_scikit_learns_sublinear_tfidf(texts):
    sequences = KerasTokenizer().fit_transform(texts)
    words = TfidfVectorizer(
        sublinear_tf=True, tokenizer=str.split, token_pattern=None, ngram_range=(1, 2)
    )
    counts = words.fit(texts).transform(texts) > 0
    pairs_twice = [
        name
        for name, n in zip(words.get_feature_names_out(), counts.sum(axis=0).A1, strict=True)
        if n >= 2 or " " not in name
    ]
    words.set_params(vocabulary=pairs_twice)
    reader, bag = learn_bags(sequences, 17, None)
    assert bag.shape == (40, len(pairs_twice) + 2)  # padding and unknown, never counted
    assert not bag[:, :2].toarray().any()
    assert_allclose(columns(bag[:, 2:]), columns(words.fit_transform(texts)), atol=1e-5)
    np.testing.assert_array_equal(reader.read(sequences).toarray(), bag.toarray())


def test_parts_of_words_are_those_of_scikit_learn_that_two_words_share(texts):
    tokenizer = KerasTokenizer()
    sequences = tokenizer.fit_transform(texts)
    _, plain = learn_bags(sequences, 17, None)
    _, bag = learn_bags(sequences, 17, tokenizer.vocabulary_)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    analyze = parts.build_analyzer()
    of_words = [set(analyze(word)) for word in tokenizer.vocabulary_]
    shared = {part for one in of_words for part in one if sum(part in o for o in of_words) > 1}
    frequent = [part for part in sorted(shared) if sum(part in analyze(text) for text in texts) > 1]
    parts.set_params(vocabulary=frequent)
    assert bag.shape[1] == plain.shape[1] + len(frequent)
    n = plain.shape[1]
    half = np.sqrt(0.5)  # each half of the bag has the same length
    assert_allclose(bag[:, :n].toarray(), plain.toarray() * half, rtol=1e-5)
    expected = parts.fit_transform(texts) * half
    assert_allclose(columns(bag[:, n:]), columns(expected), atol=1e-5)


def test_neighbours_by_hand():
    # unknown words pair with nobody, documents do not touch
    sequences = TokenSequences([2, 3, 1, 3, 2, 2, 3], [0, 5, 7])
    rows, codes = find_pairs(sequences, 10)
    assert rows.tolist() == [0, 0, 1]
    assert codes.tolist() == [23, 32, 23]
    reader, bag = learn_bags(sequences, 10, None)
    assert reader.pairs.tolist() == [23]
    later = reader.read(TokenSequences([3, 2, 9, 9, 2, 3, 2, 3], [0, 2, 4, 8]))
    assert (later[:, 4].toarray().ravel() > 0).tolist() == [False, False, True]
    assert bag.shape == later[:2].shape == (2, 5)  # 9 is behind the last id of training


def test_words_that_training_lacks_count_by_their_parts():
    vocabulary = {"sunny": 2, "rain": 3, "sun": 4, "moon": 5}  # the last two are not in training
    reader, bag = learn_bags(TokenSequences([2, 3, 2, 3], [0, 2, 4]), 6, vocabulary)
    assert reader.n_words == 4
    assert reader.parts.shape == (6, 3)  # " su", "sun", " sun": shared with "sunny"; pair "2 3"
    later = reader.read(TokenSequences([4, 5], [0, 1, 2]))
    assert (later.toarray() > 0).tolist() == [[False] * 5 + [True] * 3, [False] * 8]
    assert bag.shape == later.shape


def test_documents_of_unknown_words_have_an_empty_bag_of_parts():
    sequences = TokenSequences([2, 3, 2, 3, 1], [0, 2, 4, 5])
    _, bag = learn_bags(sequences, 4, {"sunny": 2, "sunset": 3})
    assert np.isfinite(bag.toarray()).all()
    assert bag[2].nnz == 1


def test_a_vocabulary_may_stand_in_any_order_and_have_gaps():
    words = count_words(TokenSequences([2, 5, 2, 5], [0, 2, 4]), 7)
    parts = shared_parts({"zabc": 5, "abcy": 2}, words)
    assert parts.toarray().sum(axis=1).tolist() == [0, 0, 1, 0, 0, 1, 0]  # "abc" in both


def test_only_the_most_frequent_parts_are_kept(monkeypatch):
    monkeypatch.setattr(_bags, "MAX_FEATURES", 1)
    words = count_words(TokenSequences([2, 3, 4, 3, 4], [0, 1, 3, 5]), 5)
    parts = shared_parts({"abcx": 2, "abcy": 3, "zzy": 4}, words)
    assert parts.shape == (5, 1)
    assert parts.toarray().ravel().tolist() == [0, 0, 1, 1, 0]  # "abc", of the first three


def test_counting_leaves_the_sequences_alone():
    sequences = TokenSequences([3, 2, 3], [0, 3])
    counts = count_words(sequences, 4)
    assert counts.toarray().tolist() == [[0, 0, 1, 2]]
    assert sequences.ids.tolist() == [3, 2, 3]


def test_unknown_words_are_nothing_to_learn_from_but_make_documents_longer():
    sequences = TokenSequences([1, 2, 3, 2], [0, 1, 3, 4], {"sun": 2, "sea": 3})
    reader, bag = learn_bags(sequences, 4, None)
    assert bag[0].toarray().tolist() == [[0, 0, 0, 0]]
    read = reader.read(TokenSequences([1, 2], [0, 2])).toarray()[0]
    assert read[1] > 0
    assert_allclose(np.linalg.norm(read), 1)
