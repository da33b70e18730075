"""Numbered tokens in a file: what is read is what was written."""

import numpy as np
from numpy.testing import assert_array_equal

from skembed import KerasTokenizer
from skembed.text._batches import TokenFile


def test_what_was_appended_is_read_in_its_order_again_and_again():
    batches = [["sun sea sun", ""], [""], ["\ud800 sun", "日 \0 sea"]]
    numbered = [KerasTokenizer()._number(documents) for documents in batches]
    with TokenFile() as tokens:
        assert list(tokens) == []
        for each in numbered[:2]:
            tokens.append(each)
        assert len(list(tokens)) == 2
        tokens.append(numbered[2])
        for found in (list(tokens), list(tokens)):
            assert [each.words for each in found] == [
                ["sun", "sea"],
                [],
                ["\ud800", "sun", "日", "\0", "sea"],
            ]
            for each, expected in zip(found, numbered, strict=True):
                for ours, theirs in zip(each[1:], expected[1:], strict=True):
                    assert ours.dtype == theirs.dtype
                    assert_array_equal(ours, theirs)
    assert tokens._file.closed


def test_numbers_say_which_word_stands_where():
    words, numbers, lengths = KerasTokenizer()._number(["b a b", "", "c a"])
    assert words == ["b", "a", "c"]
    assert_array_equal(numbers, np.array([0, 1, 0, 2, 1]))
    assert_array_equal(lengths, [3, 0, 2])
