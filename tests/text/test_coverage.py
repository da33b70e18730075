import re

import numpy as np
import pytest

from skembed.text import Coverage, KerasTokenizer, measure_coverage, summarize_coverage

# the 3, sun 2, moon 1, tide 1 times; three ids for words, so that tide is unknown
TEXTS = ["the sun the moon", "the sun tide"]


def test_shares_by_hand():
    coverage = KerasTokenizer(max_tokens=5).fit(TEXTS).coverage({"the", "moon", "star"})
    assert coverage == Coverage(
        n_types=3,
        n_tokens=7,
        type_share=2 / 3,
        token_share=4 / 7,
        unknown_share=1 / 7,
        missing_words=("sun",),
        missing_counts=(2,),
    )


def test_any_container_of_words():
    tokenizer = KerasTokenizer().fit(TEXTS)
    words = ["the", "sun", "moon", "tide"]
    for container in (words, set(words), dict.fromkeys(words, 0.0)):
        assert tokenizer.coverage(container).token_share == 1.0
    assert tokenizer.coverage([]).missing == (("the", 3), ("sun", 2), ("moon", 1), ("tide", 1))


def test_prints_two_lines():
    coverage = KerasTokenizer(max_tokens=5).fit(TEXTS).coverage({"the", "moon"})
    assert str(coverage) == (
        "66.7% of 3 distinct words and 57.1% of 7 words have a vector; 14.3% of the words are "
        "outside the vocabulary.\nMost frequent words without a vector: sun (2)"
    )
    assert str(KerasTokenizer().fit(TEXTS).coverage({*"a", *TEXTS[0].split(), "tide"})).endswith(
        "without a vector: none"
    )


def test_corpus_without_words():
    coverage = KerasTokenizer().fit(["", "..."]).coverage({"sun"})
    assert (coverage.n_types, coverage.n_tokens) == (0, 0)
    assert (coverage.type_share, coverage.token_share, coverage.unknown_share) == (0, 0, 0)


def test_measure_coverage_on_plain_counts():
    counts = np.array([0, 5, 4, 1])
    coverage = measure_coverage({"sun": 2, "moon": 3}, counts, {"moon"})
    assert (coverage.token_share, coverage.unknown_share) == (0.1, 0.5)


def test_it_may_be_known_already_which_words_have_a_vector():
    vocabulary, counts = {"moon": 3, "sun": 2, "tide": 4}, np.array([0, 5, 4, 1, 2])
    assert summarize_coverage(vocabulary, counts, [True, False, False]) == Coverage(
        n_types=3,
        n_tokens=12,
        type_share=1 / 3,
        token_share=1 / 12,
        unknown_share=5 / 12,
        missing_words=("sun", "tide"),
        missing_counts=(4, 2),
    )
    assert summarize_coverage(vocabulary, counts, iter([True] * 3)) == measure_coverage(
        vocabulary, counts, {"sun", "moon", "tide"}
    )
    assert summarize_coverage({}, counts[:2], []).missing == ()


def test_name_of_vectors_is_no_container():
    tokenizer = KerasTokenizer().fit(TEXTS)
    message = "vectors must be a container of words, got the string 'glove.6B.50d'. Load"
    with pytest.raises(TypeError, match=re.escape(message)):
        tokenizer.coverage("glove.6B.50d")
