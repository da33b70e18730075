import numpy as np
import pytest

from skembed.vectors import _word_index
from skembed.vectors._word_index import WordIndex, pack_words, padded, take_words


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
    monkeypatch.setattr(
        _word_index, "hash_words", lambda blob, offsets: np.zeros(len(offsets) - 1, np.uint64)
    )
    index = WordIndex.from_words(words)
    assert index.find([*reversed(words), "none"]).tolist() == [7, 6, 5, 4, 3, 2, 1, 0, -1]
    assert index.repeated().tolist() == []


def test_repeated_words_are_found_and_the_first_wins():
    index = WordIndex.from_words(["a", "b", "a", "c", "b", "a"])
    assert index.repeated().tolist() == [2, 4, 5]
    assert index.find(["a", "b", "c"]).tolist() == [0, 1, 3]
    assert index.position("a") == 0


def test_many_single_lookups_agree_with_the_first(monkeypatch):
    monkeypatch.setattr(_word_index, "_LOOKUPS_BEFORE_DICT", 3)
    index = WordIndex.from_words(["a", "b", "a"])
    assert [index.position(word) for word in "abcabcabc"] == [0, 1, -1] * 3
    assert "a" in index
    assert "c" not in index
    assert 1 not in index


def test_take_words_packs_the_chosen_ones(words):
    packed = pack_words(words)
    chosen = take_words(*packed, np.array([4, 0, 4]))
    assert list(WordIndex(*chosen)) == ["日本語の単語", "the", "日本語の単語"]


def test_padded_leaves_roomy_bytes_alone():
    roomy = np.zeros(16, dtype=np.uint8)
    assert padded(roomy, 8) is roomy
    assert padded(roomy, 9) is not roomy
    assert padded(roomy[1:], 3).tobytes() == bytes(16)


def _short_words_otherwise(values):
    return np.where(values < 256, values + np.uint64(1), values)


@pytest.mark.parametrize("change", [np.invert, _short_words_otherwise])
def test_the_fingerprint_follows_the_definition_of_the_hash(monkeypatch, change):
    before = _word_index.hash_fingerprint()
    assert _word_index.hash_fingerprint() == before
    mix = _word_index._mix
    monkeypatch.setattr(_word_index, "_mix", lambda values: mix(change(values)))
    assert _word_index.hash_fingerprint() != before


def test_the_fingerprint_follows_how_bytes_are_read(monkeypatch):
    before = _word_index.hash_fingerprint()
    masks = _word_index._FIRST_BYTES.copy()
    masks[7] = masks[8]  # what follows a word of seven bytes would count too
    monkeypatch.setattr(_word_index, "_FIRST_BYTES", masks)
    assert _word_index.hash_fingerprint() != before
