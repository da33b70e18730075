import numpy as np
import pytest

from skembed.words._word_table import (
    build_table,
    count_words,
    first_slots,
    next_slots,
    search,
)

ALL = 2**64 - 1


def build(hashes, words):
    """Enter words that are equal where their letters are."""
    letters = np.array(list(words))
    return build_table(np.array(hashes, dtype=np.uint64), lambda i, j: letters[i] == letters[j])


def found(table, *hashes):
    wanted = np.array(hashes, dtype=np.uint64)
    return search(table, wanted, first_slots(table, wanted))


def test_a_table_by_hand():
    table = build([1 << 62, 3 << 62, 5], "abc")
    assert len(table) == 8
    assert first_slots(table, np.array([1 << 62, 3 << 62, 5], dtype=np.uint64)).tolist() == [
        2,
        6,
        0,
    ]
    empty = ALL
    assert table.tolist() == [(5 << 32) + 2, empty, 0, empty, empty, empty, 1, empty]
    assert count_words(table) == 3


def test_the_search_walks_to_the_next_slot_and_around_the_end():
    table = build([ALL - 2, ALL - 1, ALL - 3], "abc")  # all want the last slot
    positions, slots = found(table, ALL - 3, ALL - 1, ALL - 2)
    assert positions.tolist() == [2, 1, 0]
    assert slots.tolist() == [1, 0, 7]
    assert next_slots(table, slots).tolist() == [2, 1, 0]
    positions, slots = found(table, ALL - 4)
    assert positions[0] > 2
    assert slots.tolist() == [2]


@pytest.mark.parametrize("entered", [ALL, ALL - 1])
def test_an_empty_slot_is_no_word_with_all_bits(entered):
    table = build([entered], "a")
    positions, _ = found(table, ALL, 2**32 - 1)
    assert (positions == 0).tolist() == [entered == ALL, False]


def test_of_equal_words_only_the_first_is_entered():
    table = build([7, 7, 7, 7, 7], "abbab")
    assert count_words(table) == 2
    positions, slots = found(table, 7)
    assert (positions.tolist(), slots.tolist()) == ([0], [0])
    positions, _ = search(table, np.array([7], np.uint64), next_slots(table, slots))
    assert positions.tolist() == [1]


def test_an_empty_table_holds_nothing():
    table = build([], "")
    assert count_words(table) == 0
    assert found(table, 0, ALL)[0].min() > 0
