"""The fast ways of cutting text must agree with the plain one, string for string."""

import random

import numpy as np
import pytest

from skembed.text import KERAS_FILTERS
from skembed.text._words import (
    CHUNK_CHARACTERS,
    LONG_WORD,
    Chunk,
    Splitter,
    split_bytes,
    split_characters,
    split_strings,
)

NASTY = [
    "",
    " ",
    "...",
    "\t\n !",
    "word",
    " word ",
    "two  words",
    "a\rb\x0bc\x0cd\x1ce\x85f\xa0g\u2003h\u3000i",  # white space that is no separator
    "a\x00 a a\x00\x00 \x00 \x00\x00 \x00a",  # equal but for bytes of zero
    "é e\u0301 ß ﬁ Å \u212b",
    "\ud800 \udfff \ud83d\ude00 \U0001f600",  # lone surrogates, a torn pair, a character
    "x" * 7 + " " + "x" * 8 + " " + "x" * 9,
    "y" * 14 + " " + "y" * 15 + " " + "y" * 16 + " " + "y" * 17 + " " + "y" * 200,
    "y" * 15 + "a " + "y" * 15 + "b",  # the same up to the last byte
    "日本語 テキスト 日本語",
    "한" * 5 + " " + "한" * 6,
    "a b c d e f g h i j",
    "",
]


def flat(chunk: Chunk):
    """The tokens of a chunk, one by one, and how many each document has."""
    which = range(len(chunk.words)) if chunk.which is None else chunk.which
    return [chunk.words[i] for i in which], chunk.lengths.tolist()


@pytest.mark.parametrize(
    ("filters", "split"), [(KERAS_FILTERS, " "), ("", " "), (" !", ","), ("aeiou", "x"), ("x", "x")]
)
def test_bytes_equal_strings(filters, split):
    assert flat(split_bytes(NASTY, filters, split)) == flat(split_strings(NASTY, filters, split))


@pytest.mark.parametrize("document", NASTY)
def test_one_document(document):
    chunk = flat(split_bytes([document], KERAS_FILTERS, " "))
    assert chunk == flat(split_strings([document], KERAS_FILTERS, " "))
    assert flat(split_characters([document])) == (list(document), [len(document)])


def test_no_document():
    assert flat(split_bytes([], "", " ")) == ([], [])
    assert flat(split_characters([])) == ([], [])


def test_characters():
    assert flat(split_characters(NASTY)) == (list("".join(NASTY)), [len(text) for text in NASTY])


def test_random_words_of_every_length():
    rng = random.Random(0)
    letters = "ab\x00é日\U0001f600"
    documents = [
        " ".join(
            "".join(rng.choices(letters, k=rng.randint(0, LONG_WORD + 2)))
            for _ in range(rng.randint(0, 30))
        )
        for _ in range(300)
    ]
    assert flat(split_bytes(documents, "", " ")) == flat(split_strings(documents, "", " "))


def test_more_distinct_words_than_collisions_allow():
    documents = [" ".join(map(str, range(200_000))), " ".join(map(str, range(200_000)))]
    chunk = split_bytes(documents, "", " ")
    assert flat(chunk) == flat(split_strings(documents, "", " "))
    assert 200_000 < len(chunk.words) < 300_000  # some share a slot, and are still told apart


def test_words_stand_in_the_order_of_their_first_places():
    chunk = split_bytes(["b a b", "c a"], "", " ")
    assert chunk.words == ["b", "a", "c"]
    np.testing.assert_array_equal(chunk.which, [0, 1, 0, 2, 1])


@pytest.mark.parametrize("char_level", [False, True])
def test_chunks_do_not_show(char_level):
    splitter = Splitter(True, KERAS_FILTERS, " ", char_level, None)
    documents = ["The sun, the moon. " * 60_000, "", "The sea. ", *NASTY] * 3
    chunks = list(splitter.chunks(documents))
    assert len(chunks) > 1
    assert sum(len(chunk.lengths) for chunk in chunks) == len(documents)
    assert len(documents[0]) < CHUNK_CHARACTERS < 2 * len(documents[0])
    for number, document in enumerate(documents):
        lengths = np.concatenate([chunk.lengths for chunk in chunks])
        (alone,) = splitter.chunks([document])
        assert alone.lengths[0] == lengths[number]


def test_capital_sigma_at_the_end_of_a_document():
    # Lowercasing looks at the neighbours; the next document is none of them.
    splitter = Splitter(True, "", ":", False, None)
    documents = ["ΟΔΟΣ", "ΟΔΟΣ", ":Σ"] * 1000
    words, _ = flat(next(iter(splitter.chunks(documents))))
    assert words == ["οδος", "οδος", "σ"] * 1000
