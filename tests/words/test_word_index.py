import numpy as np
import pytest

from skembed.words import _word_index
from skembed.words._packed_words import PackedWords
from skembed.words._word_index import WordIndex


@pytest.fixture
def words():
    return ["the", "Über", "", "a\0b", "日本語の単語", "x" * 40, "x" * 41, "a"]


def test_a_sequence_of_words(words):
    index = WordIndex.from_words(words)
    assert list(index) == words
    assert len(index) == 8
    assert (index[0], index[-1], index[4]) == ("the", "a", "日本語の単語")
    assert index[1:4] == ["Über", "", "a\0b"]
    assert index[::-2] == words[::-2]
    assert index[5:2] == []
    assert repr(index) == "WordIndex(['the', 'Über', '', ...], 8 words)"
    with pytest.raises(IndexError, match="out of range"):
        index[8]


def test_find_returns_positions_and_minus_one(words):
    index = WordIndex.from_words(words)
    wanted = ["x" * 41, "the", "THE", "", "a\0b", "a\0", "x" * 39, "a", "\ud800", "Über"]
    assert index.find(wanted).tolist() == [6, 0, -1, 2, 3, -1, -1, 7, -1, 1]
    assert index.find([]).tolist() == []
    assert WordIndex.from_words([]).find(["a", ""]).tolist() == [-1, -1]


def test_find_agrees_with_a_dict_on_many_words():
    rng = np.random.default_rng(0)
    words = list(dict.fromkeys(f"{number:x}" for number in rng.integers(0, 1 << 40, 5000)))
    absent = [word + "é" for word in words[::7]]
    index = WordIndex.from_words(words)
    table = {word: i for i, word in enumerate(words)}
    wanted = [*absent, *reversed(words)]
    assert index.find(wanted).tolist() == [table.get(word, -1) for word in wanted]


def test_words_with_equal_hashes_are_told_apart(monkeypatch, words):
    monkeypatch.setattr(PackedWords, "_hash", lambda self: np.zeros(len(self), np.uint64))
    index = WordIndex.from_words(words)
    assert index.find([*reversed(words), "none"]).tolist() == [7, 6, 5, 4, 3, 2, 1, 0, -1]
    assert index.repeated().tolist() == []


def test_repeated_words_are_found_and_the_first_wins():
    index = WordIndex.from_words(["a", "b", "a", "c", "b", "a"])
    assert index.repeated().tolist() == [2, 4, 5]
    assert index.find(["a", "b", "c"]).tolist() == [0, 1, 3]
    assert index.position("a") == 0


def test_only_half_of_a_hash_may_be_equal(monkeypatch, words):
    # The search goes on behind a word that has only the slot, or only the other half, in common.
    halves = np.array([0, 1, 2**32, 0, 2**63, 2**63 + 1, 2**64 - 1, 2**32 - 1], dtype=np.uint64)
    known = dict(zip(words, halves, strict=True))

    def hashes(self):
        texts = [
            bytes(self.blob[i : i + n]) for i, n in zip(self.starts, self.lengths, strict=True)
        ]
        return np.array([known.get(text.decode(), 2**64 - 1) for text in texts], dtype=np.uint64)

    monkeypatch.setattr(PackedWords, "_hash", hashes)
    index = WordIndex.from_words(words)
    assert index.find([*words, "none", *words]).tolist() == [*range(8), -1, *range(8)]


def test_many_single_lookups_agree_with_the_first(monkeypatch):
    monkeypatch.setattr(_word_index, "_LOOKUPS_BEFORE_DICT", 3)
    index = WordIndex.from_words(["a", "b", "a"])
    assert [index.position(word) for word in "abcabcabc"] == [0, 1, -1] * 3
    assert "a" in index
    assert "c" not in index
    assert 1 not in index
