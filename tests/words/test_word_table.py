"""Words in slots: by hand, with hashes that are given, and grown against a dict."""

import numpy as np
import pytest

from skembed.words import GrowingTable, PackedWords, WordIndex, count_words, pack_words
from skembed.words import _growing_table as growing

ALL = 2**64 - 1


@pytest.fixture
def give_hashes(monkeypatch):
    """Let words have these hashes."""

    def give(known):
        def hashes(words):
            rows = zip(words.starts, words.lengths, strict=True)
            texts = [words.blob[start : start + length].tobytes() for start, length in rows]
            return np.array([known[text.decode()] for text in texts], dtype=np.uint64)

        monkeypatch.setattr(PackedWords, "_hash", hashes)

    return give


def packed(words):
    return PackedWords.of(*pack_words(words))


def test_a_table_by_hand(give_hashes):
    give_hashes({"a": 1 << 62, "b": 3 << 62, "c": 5})
    index = WordIndex.from_words("abc")
    assert index.slots.tolist() == [(5 << 32) + 2, ALL, 0, ALL, ALL, ALL, 1, ALL]
    assert count_words(index.slots) == 3
    assert index.find("cab").tolist() == [2, 0, 1]


def test_the_search_walks_to_the_next_slot_and_around_the_end(give_hashes):
    give_hashes({"a": ALL - 2, "b": ALL - 1, "c": ALL - 3, "d": ALL - 4})  # all want the last slot
    index = WordIndex.from_words("abc")
    assert (index.slots & np.uint64(2**32 - 1)).tolist()[:2] == [1, 2]
    assert index.slots[-1] & np.uint64(2**32 - 1) == 0
    assert index.find("dcab").tolist() == [-1, 2, 0, 1]


@pytest.mark.parametrize("entered", [ALL, ALL - 1])
def test_an_empty_slot_is_no_word_with_all_bits(entered, give_hashes):
    give_hashes({"a": entered, "b": ALL, "c": 2**32 - 1})
    assert WordIndex.from_words("a").find("abc").tolist() == [0, -1, -1]


def test_of_equal_words_only_the_first_is_entered(give_hashes):
    give_hashes({"a": 7, "b": 7})
    index = WordIndex.from_words("abbab")
    assert count_words(index.slots) == 2
    assert index.find("ba").tolist() == [1, 0]
    assert index.repeated().tolist() == [2, 3, 4]


def test_many_words_are_entered_in_parts(monkeypatch):
    monkeypatch.setattr("skembed.words._word_table._ENTERED_TOGETHER", 100)
    words = [f"w{i % 700}" for i in range(1000)]
    index = WordIndex.from_words(words)
    assert index.find(words).tolist() == [i % 700 for i in range(1000)]
    assert index.repeated().tolist() == list(range(700, 1000))


def test_an_empty_table_holds_nothing():
    assert count_words(WordIndex.from_words([]).slots) == 0
    assert WordIndex.from_words([]).find(["a", ""]).tolist() == [-1, -1]
    table = GrowingTable()
    assert (len(table), table.positions_of(packed(["a"])).tolist()) == (0, [-1])
    assert (table.add(packed([])).tolist(), table.strings(0, " ")) == ([], [])


@pytest.mark.parametrize("n_first", [1, 100, 1 << 15])
def test_a_growing_table_agrees_with_a_dict(n_first, monkeypatch):
    monkeypatch.setattr(growing, "_FIRST_SLOTS", 2)
    monkeypatch.setattr(growing, "_FIRST_WORDS", n_first)
    rng = np.random.default_rng(0)
    table, known = GrowingTable(), {}
    for n in (0, 1, 3, 500, 5000, 20):
        lengths = rng.integers(1, 40, n)
        numbers = rng.integers(0, 3000, n)
        words = [
            "é\0abcdefghijklmnopqrstuvwxyz"[:k] + f"{i:x}"
            for k, i in zip(lengths, numbers, strict=True)
        ]
        n_before = len(known)
        expected = [known.setdefault(word, len(known)) for word in words]
        assert table.add(packed(words)).tolist() == expected
        assert table.positions_of(packed([*words, "other"])).tolist() == [*expected, -1]
        assert table.strings(n_before, " ") == list(known)[n_before:]
        assert len(table) == len(known)
        assert count_words(table.slots) == len(known) <= len(table.slots) // 2
