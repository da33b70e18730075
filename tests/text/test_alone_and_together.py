"""A document has the same ids alone, in a batch and in a corpus, whatever its letters."""

import re
import sys
import unicodedata
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skembed import KerasTokenizer
from skembed.text import KERAS_FILTERS, _words
from skembed.text._scripts import compose, lowercase, separate_scripts
from skembed.text._words_and_marks import find_tokens, separate_marks
from skembed.words import WORD_BYTES

# Capitals whose small letter depends on what stands beside them, is two, or is of another script.
CAPITALS = "ΣΑİIẞǅŸKÅϴꭰᲐ𐐀"
SMALL = "σςαiıßŉǆÿkåθꭱა𐐨ﬁ"
# What final sigma looks through: points, apostrophes, accents, soft hyphens, joiners, variants.
IGNORED = "·’‘'.:^`¨´\u00ad\u0301\u0307\u0345\u200b\u200c\u200d\u2060\ufe0f\ufeff\U0001f3fb"
BLANKS = " \t\n\r\x00\x0b\x0c\x1c\x1d\x1e\x1f\x7f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000"
HALVES = "\ud800\udbff\udc00\udfff"
SIGNS = ["👩\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3", "🇩🇪", "n't", "'s", "1.5", "—"]
LETTERS = st.sampled_from([*CAPITALS, *SMALL, *IGNORED, *BLANKS, *HALVES, *SIGNS, *"aAnt.,!_9"])
DOCUMENTS = st.text(st.characters(exclude_categories=()), max_size=8) | st.lists(
    LETTERS | st.sampled_from(["x" * (2 * WORD_BYTES - 1), "Σ" * WORD_BYTES]), max_size=20
).map("".join)

PATTERN = re.compile(r"\w+|[^\w\s]").findall
RULES = {
    "Keras's": {},
    "as they are": {"lowercase": False},
    "filters: marks": {"filters": "!·’\u0301"},
    "filters: letters": {"filters": "aςΣI\x00 "},
    "filters: none": {"filters": ""},
    "split: a letter": {"split": "n"},
    "split: a capital": {"split": "A"},
    "split: a mark": {"split": "\u200d"},
    "split: sigma": {"split": "σ"},
    "split: zero": {"split": "\x00"},
    "split: two": {"split": "’Α", "filters": ".,"},
    "characters": {"char_level": True},
    "characters as they are": {"char_level": True, "lowercase": False},
    "GloVe's": {"tokenizer": "glove"},
    "GloVe's, as they are": {"tokenizer": "glove", "lowercase": False},
    "any script": {"tokenizer": "unicode"},
    "any script, as they are": {"tokenizer": "unicode", "lowercase": False},
    "a function": {"tokenizer": PATTERN},
    "a function, as they are": {"tokenizer": PATTERN, "lowercase": False},
}


def cut_by_hand(document, rules):
    """Cut one document in the slow and obvious way: lowercase, filter, split."""
    if rules.get("tokenizer") == "unicode":
        document = compose(document)
        document = lowercase(document) if rules.get("lowercase", True) else document
        return find_tokens(separate_scripts(document))
    if rules.get("lowercase", True):
        document = document.lower()
    if rules.get("tokenizer") == "glove":
        return find_tokens(separate_marks(document))
    if "tokenizer" in rules:
        return rules["tokenizer"](document)
    if rules.get("char_level"):
        return [*document]
    split, filters = rules.get("split", " "), rules.get("filters", KERAS_FILTERS)
    filtered = "".join(split if letter in filters else letter for letter in document)
    return [word for word in filtered.split(split) if word]


def words_of(tokenizer, documents):
    """Return the words that each document's ids stand for."""
    words = tokenizer.get_vocabulary()
    return [[words[i] for i in ids.tolist()] for ids in tokenizer.transform(documents)]


def copies_beyond(size, documents):
    """Return how many copies of documents have more characters than that."""
    return size // sum(map(len, documents)) + 1


def assert_same_everywhere(documents, rules):
    """Compare a document alone, among others, in a corpus, and in one that is cut in chunks."""
    documents = [*documents, "the sun"]  # so that there is something to learn
    expected = [cut_by_hand(document, rules) or ["[UNK]"] for document in documents]
    tokenizer = KerasTokenizer(None, **rules).fit(documents)
    assert [words_of(tokenizer, [document])[0] for document in documents] == expected
    assert words_of(tokenizer, documents) == expected
    corpus = documents * copies_beyond(_words.SMALL_CORPUS, documents)
    learned = KerasTokenizer(None, **rules).fit(corpus)
    assert learned.vocabulary_ == tokenizer.vocabulary_
    for chunk in (_words.CHUNK_CHARACTERS, 5):
        with patch.object(_words, "CHUNK_CHARACTERS", chunk):
            assert words_of(tokenizer, corpus)[-len(documents) :] == expected
            assert words_of(tokenizer, corpus)[: len(documents)] == expected


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(
            rules, id=name, marks=[pytest.mark.slow] if name.endswith("as they are") else []
        )
        for name, rules in RULES.items()
    ],
)
@settings(max_examples=15)  # of each rule, and each in a corpus of several sizes
@given(st.lists(DOCUMENTS, max_size=5))
@example(["ΑΣ·Α", "ΑΣ’Α", "ΑΣ\u200bΑ", "Σ", "ΑΣ", "İ·I\u0307"])
def test_ids_are_the_same_alone_in_a_batch_and_in_a_corpus(rules, documents):
    assert_same_everywhere(documents, rules)


@pytest.mark.parametrize("tokenizer", ["unicode", "glove", None])
def test_final_sigma_by_hand(tokenizer):
    # Case looks through the point in the middle: the first sigma is not at the end of its word.
    document, words = "ΑΣ·Α ΑΣ", {"glove": "ασ · α ας"}.get(tokenizer, "ασ·α ας")
    for copies in (1, copies_beyond(_words.SMALL_CORPUS, [document])):
        learned = KerasTokenizer(tokenizer=tokenizer).fit([document] * copies)
        assert words_of(learned, [document]) == [words.split()]
        assert words_of(learned, [document] * copies)[-1] == words.split()


@pytest.mark.parametrize("tokenizer", [None, "glove", "unicode"])
def test_every_letter_of_unicode_beside_a_capital_sigma(tokenizer):
    rules = {"tokenizer": tokenizer} if tokenizer else {}
    odd = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] in "CMPSZ"]
    cased = [c for c in map(chr, range(sys.maxunicode + 1)) if c.lower() != c or c.upper() != c]
    assigned = {c for c in odd if unicodedata.category(c) not in ("Cn", "Co")}
    documents = [f"ΑΣ{c}Α{c}Σ{c}" for c in sorted(assigned.union(cased))]
    assert sum(map(len, documents)) > _words.SMALL_CORPUS
    tokenizer = KerasTokenizer(None, **rules)
    together = words_of(tokenizer.fit(documents), documents)
    expected = [cut_by_hand(document, rules) or ["[UNK]"] for document in documents]
    assert together == expected


@pytest.mark.parametrize("characters", ["SMALL_CORPUS", "CHUNK_CHARACTERS"])
@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_ids_do_not_change_at_a_threshold(rules, characters):
    """Corpora one character below the size at which another way is taken, at it, and above."""
    size = getattr(_words, characters)
    odd = ["ΑΣ·Α", "ΑΣ’Α", *IGNORED, *BLANKS, *HALVES, CAPITALS, SMALL, "", "n't 1.5", *SIGNS]
    filling = "x" * (size - sum(map(len, odd)) - 1)
    expected = [cut_by_hand(document, rules) or ["[UNK]"] for document in odd]
    tokenizer = KerasTokenizer(None, **rules).fit([*odd, filling, "xx", "x"])
    for more in ("", "x", "xx"):
        documents = [*odd, more, filling]
        assert sum(map(len, documents)) == size + len(more) - 1
        assert words_of(tokenizer, documents)[: len(odd)] == expected
        refitted = KerasTokenizer(None, **rules).fit(documents)
        assert words_of(refitted, odd) == expected


@pytest.mark.parametrize("rules", [rules for rules in RULES.values() if "tokenizer" not in rules])
@settings(max_examples=25)
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=5))
def test_ids_are_those_of_keras_at_every_size(KerasReference, rules, documents):
    documents = [*documents, "the sun"]
    given_to_keras = dict(rules, lower=rules.get("lowercase", True))
    given_to_keras.pop("lowercase", None)
    for copies in (1, copies_beyond(_words.SMALL_CORPUS, documents)):
        reference = KerasReference(oov_token="[UNK]", **given_to_keras)
        reference.fit_on_texts(documents * copies)
        tokenizer = KerasTokenizer(None, **rules)
        ids = [each.tolist() for each in tokenizer.fit_transform(documents * copies)]
        assert ids == [each or [1] for each in reference.texts_to_sequences(documents * copies)]
        assert tokenizer.vocabulary_ == {
            word: i for word, i in reference.word_index.items() if word != "[UNK]"
        }
