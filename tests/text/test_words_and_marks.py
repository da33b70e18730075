"""Words and punctuation marks: by hand, and the array of bytes against the regular expression."""

import random

import numpy as np
import pytest

from skembed import KerasTokenizer
from skembed.text._words import SMALL_CORPUS, split_words_and_marks
from skembed.text._words_and_marks import find_tokens, separate_marks, token_borders
from skembed.words import GrowingTable


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("the sun, the moon.", "the sun , the moon ."),
        ("don't", "do n't"),
        ("can't've", "ca n't 've"),
        ("n't", "n't"),
        ("ain'tn't", "ain ' t n't"),  # "n't" stands only where the word ends
        ("it's we're I'll he'd I'm they've", "it 's we 're I 'll he 'd I 'm they 've"),
        ("'sun' o'clock y'all", "' sun ' o ' clock y ' all"),
        ("IT'S DON'T", "IT 'S DO N'T"),
        ("1,000.50 3.5mm v2.0. 1.2.3,4 .5 5,", "1,000.50 3.5mm v2.0 . 1.2.3,4 . 5 5 ,"),
        ("well-known snake_case a/b", "well - known snake_case a / b"),
        ("...!?", ". . . ! ?"),
        ("\ta\x00b\x7fc\n", "a b c"),
        ("don’t “quote” it—ever…", 'do n\'t " quote " it — ever …'),
        ("naïve Ångström 日本語 हिन्दी", "naïve Ångström 日本語 हिन्दी"),
        ("5€ ❤️ a\u200bb\ufeff\u3000c", "5 € ❤ a b c"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_tokens_by_hand(text, tokens):
    assert find_tokens(separate_marks(text)) == tokens.split()


PARTS = [
    *("n't", "'s", "'LL", "'re", "n'T", "'", "n", "t", "s", "5", ".", ",", "-", "$", " ", "\t"),
    *("a", "é", "—", "’", "“", "日", "\U0001f600", "\u200d", "_", "\n", "'m", "'d", "'ve", "ll"),
    *("\ufeff", "\x00", "n'", "İ", "\ud800", "x" * 20),
]


@pytest.mark.parametrize("lowercase", [False, True])
def test_bytes_equal_the_regular_expression(lowercase):
    rng = random.Random(0)
    documents = ["".join(rng.choices(PARTS, k=rng.randint(0, 25))) for _ in range(3000)]
    if lowercase:
        documents = [document.lower() for document in documents]
    chunk = split_words_and_marks(list(map(separate_marks, documents)), GrowingTable())
    expected = [find_tokens(separate_marks(document)) for document in documents]
    assert chunk.lengths.tolist() == [len(tokens) for tokens in expected]
    assert chunk.word_numbers is not None
    tokens = [chunk.words[i] for i in chunk.word_numbers.tolist()]
    assert tokens == [token for tokens in expected for token in tokens]


def test_borders_of_a_text_that_begins_with_a_clitic():
    starts, stops = token_borders(b"'s 1.5    ")
    assert (starts.tolist(), stops.tolist()) == ([0, 3], [2, 6])
    assert [len(borders) for borders in token_borders(b"    ")] == [0, 0]


def test_tokenizer_by_name():
    texts = ["It's fine, isn't it?", "Fine!"]
    tokenizer = KerasTokenizer(tokenizer="glove").fit(texts)
    assert list(tokenizer.vocabulary_) == ["it", "fine", "'s", ",", "is", "n't", "?", "!"]
    assert tokenizer.inverse_transform(tokenizer.transform(["Fine, it isn't"])) == [
        "fine , it is n't"
    ]


def test_large_and_small_corpora_are_cut_alike():
    texts = ["It's 1,000.5 fine, isn’t it?", "DON'T—please!"]
    many = texts * (SMALL_CORPUS // 10)
    small, large = (KerasTokenizer(tokenizer="glove").fit(t) for t in (texts, many))
    assert large.vocabulary_ == small.vocabulary_
    ids = large.transform(many)
    np.testing.assert_array_equal(ids[:2].ids, small.transform(texts).ids)
    assert ids[-2:] == ids[:2]


def test_unknown_name():
    message = "'tokenizer' parameter of KerasTokenizer must be a callable"
    with pytest.raises(ValueError, match=message):
        KerasTokenizer(tokenizer="spacy").fit(["a"])
