"""Counts from batch to batch in bounded memory, against exact ones."""

import pickle
from collections import Counter
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import skembed
from skembed import KerasTokenizer
from skembed.text import _tokenizer
from skembed.text._vocabulary import (
    add_counts,
    count_tokens,
    forget_rarest,
    number_tokens,
)
from skembed.text._words import Splitter

WORDS = Splitter(True, "", " ", False, None)


def counted(documents, with_frequencies=True):
    return count_tokens(*number_tokens(documents, WORDS), with_frequencies=with_frequencies)


def count_batches(batches, max_words, kept_words, start=None, with_frequencies=True):
    """Count batches of documents one after the other, with room for so many words."""
    running = start
    for documents in batches:
        new = counted(documents, with_frequencies)
        running = forget_rarest(add_counts(running, new) if running else new, max_words, kept_words)
    return running


def assert_bounds_hold(running, batches, kept_words):
    documents = [document.split() for batch in batches for document in batch]
    exact = Counter(word for document in documents for word in document)
    in_documents = Counter(word for document in documents for word in set(document))
    assert running.most_missed <= exact.total() / (kept_words + 1)
    held = dict(zip(running.words, running.counts.tolist(), strict=True))
    missed = dict(zip(running.words, running.missed.tolist(), strict=True))
    frequencies = dict(zip(running.words, running.frequencies.tolist(), strict=True))
    assert [*running.words.values()] == [*range(len(held))]
    for word, n in exact.items():
        assert 0 <= n - held.get(word, 0) <= missed.get(word, running.most_missed)
        assert missed.get(word, 0) <= running.most_missed
        assert 0 <= in_documents[word] - frequencies.get(word, 0) <= running.most_missed
    assert sum(held.values()) + running.n_nameless == exact.total()
    assert running.n_documents == len(documents)


LETTERS = st.sampled_from("abcdefghijkl")
BATCHES = st.lists(
    st.lists(st.lists(LETTERS, max_size=8).map(" ".join), min_size=1, max_size=4), min_size=1
)


@given(BATCHES, st.integers(1, 4), st.integers(0, 4))
def test_no_count_is_further_off_than_it_says(batches, kept_words, room):
    running = count_batches(batches, kept_words + room, kept_words)
    assert len(running.words) <= kept_words + room
    assert_bounds_hold(running, batches, kept_words)


@pytest.mark.parametrize("exponent", [1.05, 1.3])
def test_words_of_a_falling_frequency(exponent):
    # Words as frequent as in texts (Zipf): the most frequent ones are exact, others nearly so.
    rng = np.random.default_rng(0)
    ranks = rng.zipf(exponent, 200_000) % 10**9
    batches = [
        [" ".join(map(str, document)) for document in batch.reshape(-1, 20)]
        for batch in ranks.reshape(40, -1)
    ]
    running = count_batches(batches, 4_000, 2_000)
    assert_bounds_hold(running, batches, 2_000)
    assert running.most_missed <= 40  # a hundred are the worst that may be
    exact = Counter(map(str, ranks.tolist()))
    common = exact.most_common(100)
    n_missing = sum(n - int(running.counts[running.words[word]]) for word, n in common)
    assert n_missing <= 1e-4 * sum(n for _, n in common)


def test_the_worst_stream_is_as_bad_as_the_bound_says():
    # Each word comes once, so that all are forgotten whenever the room is used up.
    batches = [[" ".join(f"w{i}" for i in range(start, start + 5))] for start in range(0, 500, 5)]
    running = count_batches(batches, 4, 4)
    assert running.most_missed == 500 // 5
    assert_bounds_hold(running, batches, 4)


def test_of_few_words_none_is_forgotten():
    running = count_batches([["a b"], ["c d"]], 4, 2)
    assert forget_rarest(running, 4, 2) is running
    assert running.most_missed == 0


def test_a_forgotten_word_begins_anew():
    running = count_batches([["a a a b b c"], ["d a"]], 3, 2)  # 5 a, 2 b, 1 c, 1 d
    assert dict(zip(running.words, running.counts.tolist(), strict=True)) == {"a": 4, "b": 2}
    assert running.most_missed == 1
    running = count_batches([["c c"]], 3, 2, start=running)
    assert list(running.words) == ["a", "b", "c"]
    assert running.counts.tolist() == [4, 2, 2]
    assert running.missed.tolist() == [0, 0, 1]
    assert running.n_nameless == 2


@given(BATCHES)
def test_without_document_frequencies_the_same_is_forgotten(batches):
    running, bare = (
        count_batches(batches, 4, 2, with_frequencies=wanted) for wanted in (True, False)
    )
    assert bare.frequencies is None
    assert bare.words == running.words
    np.testing.assert_array_equal(bare.counts, running.counts)
    np.testing.assert_array_equal(bare.missed, running.missed)
    assert (bare.n_nameless, bare.most_missed) == (running.n_nameless, running.most_missed)


@pytest.fixture
def little_room(monkeypatch):
    """Let tokenizers count six words, and forget all but three."""
    monkeypatch.setattr(
        _tokenizer, "forget_rarest", partial(forget_rarest, max_words=6, kept_words=3)
    )


BATCH = ["sun sun sun sea sea", "sun sand sea", "palm dune reef"]


@pytest.mark.usefixtures("little_room")
class TestTokenizer:
    @pytest.mark.parametrize("min_df", [1, 2, 0.5])
    def test_a_stream_is_counted_as_batches_are(self, min_df):
        batches = [BATCH, ["tide gull", "sun sea"], ["gull sun", "palm"], ["sea gull"]]
        one, other = (KerasTokenizer(min_df=min_df).partial_fit(BATCH) for _ in range(2))
        for documents in batches[1:]:
            one.partial_fit(documents)
            other._count_more(other._number(documents), with_frequencies=min_df != 1)
        other._end_counting()
        assert other.vocabulary_ == one.vocabulary_
        assert other.count_error_ == one.count_error_ > 0
        np.testing.assert_array_equal(other.token_counts_, one.token_counts_)
        assert other.n_documents_ == one.n_documents_ == 8
        documents = ["sun gull", "", "never sea sun"]  # of which gull is forgotten
        encoded = other._encode_numbered(other._number(documents))
        assert list(map(list, encoded)) == list(map(list, other.transform(documents)))
        # What is counted later starts from what was kept.
        assert other.partial_fit(["sun"]).vocabulary_["sun"] == 2

    def test_tells_how_far_off_counts_may_be(self):
        tokenizer = KerasTokenizer().partial_fit(BATCH)
        assert tokenizer.count_error_ == 0
        tokenizer.partial_fit(["tide gull"])
        assert tokenizer.vocabulary_ == {"sun": 2, "sea": 3}
        assert tokenizer.count_error_ == 1
        tokenizer.partial_fit(["gull"])
        assert tokenizer.vocabulary_ == {"sun": 2, "sea": 3, "gull": 4}
        np.testing.assert_array_equal(tokenizer.token_counts_, [0, 6, 4, 3, 1])
        assert tokenizer.token_counts_.sum() == 14  # no occurrence is lost
        assert tokenizer.fit(BATCH).count_error_ == 0

    def test_min_df_goes_by_the_documents_since_a_word_is_known(self):
        tokenizer = KerasTokenizer(min_df=2).partial_fit(BATCH).partial_fit(["tide gull"])
        assert tokenizer.vocabulary_ == {"sun": 2, "sea": 3}
        assert "gull" not in tokenizer.partial_fit(["gull gull"]).vocabulary_
        assert "gull" in tokenizer.partial_fit(["gull"]).vocabulary_

    def test_after_fit(self):
        tokenizer = KerasTokenizer(max_tokens=4).fit(BATCH)  # leaves out four words met once
        assert tokenizer.partial_fit(["sun"]).count_error_ == 1
        whole = KerasTokenizer().fit(BATCH)
        assert whole.partial_fit(["sun"]).count_error_ == 0
        tokenizer = KerasTokenizer(min_df=2).fit(["sea sea sea", "sun", "sun"])
        assert tokenizer.partial_fit(["sun sea"]).count_error_ == 3

    @pytest.mark.parametrize("way", ["pickle", "save"])
    def test_goes_on_where_it_was(self, way, tmp_path):
        tokenizer = KerasTokenizer().partial_fit(BATCH).partial_fit(["tide gull"])
        if way == "pickle":
            again = pickle.loads(pickle.dumps(tokenizer))
        else:
            skembed.save(tokenizer, tmp_path / "tokenizer")
            again = skembed.load(tmp_path / "tokenizer")
        more = ["gull gull", "a b c d e f"]
        for each in (tokenizer, again):
            each.partial_fit(more)
        assert again.vocabulary_ == tokenizer.vocabulary_
        assert again.count_error_ == tokenizer.count_error_ > 1
        np.testing.assert_array_equal(again.token_counts_, tokenizer.token_counts_)
