"""The fast ways of cutting text must agree with the plain one, string for string."""

import random

import numpy as np
import pytest

from skembed.text import KERAS_FILTERS
from skembed.text._words import (
    CHUNK_CHARACTERS,
    SMALL_CORPUS,
    Chunk,
    Splitter,
    _join,
    split_bytes,
    split_characters,
    split_strings,
)
from skembed.words import WORD_BYTES, GrowingTable, PackedWords

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


def flat(*chunks: Chunk):
    """The tokens of all chunks, one by one, and how many each document has."""
    words, tokens, lengths = [], [], []
    for chunk in chunks:
        if chunk.word_numbers is None:
            tokens += chunk.words
        else:
            words += chunk.words
            tokens += [words[i] for i in chunk.word_numbers.tolist()]
        lengths += chunk.lengths.tolist()
    return tokens, lengths


def cut(documents, filters, split):
    """Cut all documents as one chunk, by their bytes."""
    return split_bytes(documents, filters, split, GrowingTable())


@pytest.mark.parametrize(
    ("filters", "split"), [(KERAS_FILTERS, " "), ("", " "), (" !", ","), ("aeiou", "x"), ("x", "x")]
)
def test_bytes_equal_strings(filters, split):
    assert flat(cut(NASTY, filters, split)) == flat(split_strings(NASTY, filters, split))


@pytest.mark.parametrize("filters", ["", "aEI"])
@pytest.mark.parametrize("documents", [NASTY, ["ASCII only", "aEiO"], ["ΟΔΟΣ Σ", "\u212aelvin"]])
def test_lowercase_comes_before_the_filters(documents, filters):
    many = documents * SMALL_CORPUS
    lowered = [document.lower() for document in many]
    splitter = Splitter(True, filters, " ", False, None)
    assert splitter.suits_bytes(many)
    assert flat(*splitter.chunks(many)) == flat(split_strings(lowered, filters, " "))


@pytest.mark.parametrize("document", NASTY)
def test_one_document(document):
    chunk = flat(cut([document], KERAS_FILTERS, " "))
    assert chunk == flat(split_strings([document], KERAS_FILTERS, " "))
    assert flat(split_characters([document])) == (list(document), [len(document)])


def test_no_document():
    assert flat(cut([], "", " ")) == ([], [])
    assert flat(split_characters([])) == ([], [])


def test_characters():
    assert flat(split_characters(NASTY)) == (list("".join(NASTY)), [len(text) for text in NASTY])


def random_documents(n):
    rng = random.Random(0)
    letters = "ab\x00é日\U0001f600"
    return [
        " ".join(
            "".join(rng.choices(letters, k=rng.randint(0, 2 * WORD_BYTES + 2)))
            for _ in range(rng.randint(0, 30))
        )
        for _ in range(n)
    ]


def test_random_words_of_every_length():
    documents = random_documents(300)
    assert flat(cut(documents, "", " ")) == flat(split_strings(documents, "", " "))


def test_words_are_recognised_in_later_chunks():
    documents, seen = random_documents(300), GrowingTable()
    parts = [documents[:10], documents[5:100], [], documents, ["", "new " * 5000], documents]
    chunks = [split_bytes(part, "", " ", seen) for part in parts]
    assert flat(*chunks) == flat(*(split_strings(part, "", " ") for part in parts))
    words = [word for chunk in chunks for word in chunk.words]
    assert len(words) == len(set(words))
    assert max(len(word.encode()) for word in words) > 2 * WORD_BYTES
    assert [len(chunk.words) for chunk in chunks[2:]] == [0, len(chunks[3].words), 1, 0]


def test_the_table_grows_with_the_words():
    documents = [
        " ".join(map(str, range(start, start + 50_000))) for start in range(0, 200_000, 50_000)
    ]
    seen = GrowingTable()
    chunks = [split_bytes([document], "", " ", seen) for document in documents * 2]
    assert flat(*chunks) == flat(split_strings(documents * 2, "", " "))
    assert [len(chunk.words) for chunk in chunks] == [50_000] * 4 + [0] * 4


def test_words_that_share_a_slot_are_told_apart(monkeypatch):
    last = np.uint64(63 << 58)  # slot, where all these short words want to be
    monkeypatch.setattr(PackedWords, "_hash", lambda self: self.beginnings | last)
    documents = [" ".join(map(str, range(300))), " ".join(["0", "1", "new", "299"] * 100)]
    chunk = cut(documents, "", " ")
    assert flat(chunk) == flat(split_strings(documents, "", " "))
    assert len(chunk.words) == 301


def test_words_stand_in_the_order_of_their_first_places():
    chunk = cut(["b a b", "c a"], "", " ")
    assert chunk.words == ["b", "a", "c"]
    np.testing.assert_array_equal(chunk.word_numbers, [0, 1, 0, 2, 1])


@pytest.mark.parametrize("char_level", [False, True])
def test_chunks_do_not_show(char_level):
    splitter = Splitter(True, KERAS_FILTERS, " ", char_level, None)
    sentence = "The sun, the moon. "
    long = sentence * (CHUNK_CHARACTERS // len(sentence) + 1)
    documents = [long, "", "The sea. ", *NASTY, long.upper(), *NASTY]
    chunks = list(splitter.chunks(documents))
    assert len(chunks) == 3
    lowered = [document.lower() for document in documents]
    one_by_one = (
        _join(list(map(list, lowered)))
        if char_level
        else split_strings(lowered, KERAS_FILTERS, " ")
    )
    assert flat(*chunks) == flat(one_by_one)


@pytest.mark.parametrize("split", ["X", "x", "é", ", "])
def test_unusual_separators(split):
    documents = [f"AX{split}bx cX", "Xx", ""] * 1000
    words, lengths = flat(*Splitter(True, "!c", split, False, None).chunks(documents))
    lowered = [document.lower() for document in documents]
    assert (words, lengths) == flat(split_strings(lowered, "!c", split))


def test_capital_sigma_at_the_end_of_a_document():
    # Lowercasing looks at the neighbours; the next document is none of them.
    splitter = Splitter(True, "", ":", False, None)
    documents = ["ΟΔΟΣ", "ΟΔΟΣ", ":Σ"] * 1000
    words, _ = flat(*splitter.chunks(documents))
    assert words == ["οδος", "οδος", "σ"] * 1000
