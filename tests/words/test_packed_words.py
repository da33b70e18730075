"""Packed words are hashed and compared as the strings are."""

import numpy as np
import pytest

from skembed.words._packed_words import PackedWords, pack_words, padded, take_words
from skembed.words._word_index import WordIndex

# Of every length up to beyond three steps of eight bytes, and differing in one place each.
NASTY = [
    word
    for n in range(27)
    for base in ["abcdefghijklmnopqrstuvwxyz"[:n]]
    for word in [base, *(base[:i] + "\0" + base[i + 1 :] for i in range(n))]
]


def packed(words):
    blob, offsets = pack_words(words)
    return PackedWords.of(padded(blob, int(offsets[-1])), offsets)


def test_different_words_are_different():
    words, order = packed(NASTY), np.random.default_rng(0).permutation(len(NASTY))
    assert len(set(NASTY)) == len(NASTY) == 378
    assert len(set(words.hashes.tolist())) == len(NASTY)
    assert words.equal(words).all()
    shuffled = words.take(order)
    np.testing.assert_array_equal(words.equal(shuffled), order == np.arange(len(order)))


def test_equal_words_are_equal_wherever_they_lie():
    words, backwards = packed(NASTY), packed(["é", *reversed(NASTY)])
    turned = backwards.take(np.arange(len(NASTY), 0, -1))
    assert words.equal(turned).all()
    np.testing.assert_array_equal(words.hashes, turned.hashes)


def test_take_words_packs_the_chosen_ones():
    packed = pack_words(["the", "Über", "", "a\0b", "日本語の単語", "x" * 40])
    chosen = take_words(*packed, np.array([4, 0, 4]))
    assert list(WordIndex(*chosen)) == ["日本語の単語", "the", "日本語の単語"]


def test_padded_leaves_roomy_bytes_alone():
    roomy = np.zeros(16, dtype=np.uint8)
    assert padded(roomy, 8) is roomy
    assert padded(roomy, 9) is not roomy
    assert padded(roomy[1:], 3).tobytes() == bytes(16)


def test_hashes_tell_equal_words_as_their_bytes_do():
    words, order = packed(NASTY), np.random.default_rng(0).permutation(len(NASTY))
    assert words.equal_by_hash(words).all()
    shuffled = packed([NASTY[i] for i in order])
    assert words.take(order).equal_by_hash(shuffled).all()
    np.testing.assert_array_equal(words.equal_by_hash(shuffled), order == np.arange(len(order)))


@pytest.mark.parametrize("word", ["b", "abcdefghb", "abcdefghijklmnopb"])
def test_words_of_one_hash_are_told_apart(word, monkeypatch):
    monkeypatch.setattr(PackedWords, "_hash", lambda self: np.zeros(len(self), np.uint64))
    others = [word + "\0", word[:-1] + "\0", "a", "z" + word[1:] if len(word) > 1 else "zz"]
    same = packed([word] * 4).equal_by_hash(packed(others))
    # The hash itself tells one letter from another, and the second eight bytes.
    assert same.tolist() == [False, len(word) <= 16, len(word) == 1, False]


@pytest.mark.parametrize("n_more", [0, 7, 8, 9, 300])
def test_few_long_words_are_read_as_many_are(n_more):
    """Beyond 32 words all are read together, up to them one by one."""
    few = [f"{i:02}" + "é" * n_more for i in range(20)]
    many = packed([*few, *(f"{i:02}" + "x" * 700 for i in range(40))])
    alone = packed(few)
    np.testing.assert_array_equal(alone.hashes, many.hashes[:20])
    assert alone.equal(many.take(np.arange(20))).all()
    assert not alone.equal(many.take(np.arange(1, 21))).any()
    other_ends = packed([word[:-1] + "!" for word in few])
    assert not alone.equal(other_ends).any()
