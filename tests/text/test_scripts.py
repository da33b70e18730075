"""Text of any script: by hand, and against the grapheme clusters of the package regex."""

import sys
import unicodedata

import numpy as np
import pytest
import regex
import tokenizers
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    WordVectors,
)

ZWJ = "\u200d"
TAGS = "\U000e0067\U000e0062\U000e007f"  # spell which region's flag it is


def cut(text, **options):
    """Return the tokens of one document, in order."""
    tokenizer = KerasTokenizer(None, tokenizer="unicode", **options).fit([text])
    words = tokenizer.get_vocabulary()
    (ids,) = tokenizer.transform([text])
    return [words[i] for i in ids.tolist()]


@pytest.mark.parametrize(
    ("text", "tokens"),
    {
        "Chinese": ("我爱北京。2024年GPT-4", "我 爱 北 京 。 2024 年 gpt - 4"),
        "Chinese, rare": ("𠮷〇々〆龘", "𠮷 〇 々 〆 龘"),
        "Japanese": ("東京タワーへ、ｶﾞｽ", "東 京 タ ワ ー へ 、 ｶﾞ ス".replace("ス", "ｽ")),
        "Thai": ("ไปกินน้ำabc", "ไ ป กิ น น้ำ abc"),
        "Lao": ("ນ້ຳດີ", "ນ້ຳ ດີ"),
        "Khmer": ("ខ្ញុំទៅ", "ខ្ញុំ ទៅ"),
        "Burmese": ("မြန်မာက္ကိ", "မြ န် မာ က္ကိ"),
        "Tibetan": ("བོད་ཡིག", "བོ ད ཡི ག"),
        "Korean": ("안녕하세요 여러분!", "안녕하세요 여러분 !"),
        "Korean, decomposed": (unicodedata.normalize("NFD", "한국어"), "한국어"),
        "Hindi": ("हिन्दी में। क्षेत्र", "हिन्दी में । क्षेत्र"),
        "Bengali with a joiner": (f"র{ZWJ}্যাব", f"র{ZWJ}্যাব"),
        "Arabic": ("سَلام، «عليكم»؟", "سَلام ، « عليكم » ؟"),
        "Persian": ("می\u200cخواهم", "می\u200cخواهم"),
        "Hebrew": ("צה״ל, ג׳ירפה ״טוב״", "צה״ל , ג׳ירפה ״ טוב ״"),
        "Greek": ("ΟΔΟΣ ΑΣ·Α", "οδος ασ·α"),
        "Turkish": ("İZMİR Isparta ılık", "izmir isparta ılık"),
        "Catalan": ("col·lecció ·", "col·lecció ·"),
        "French": ("l’été d'Évian", "l ' été d ' évian"),
        "German": ("Straße STRASSE so\u00adft", "straße strasse soft"),
        "Vietnamese, decomposed": (unicodedata.normalize("NFD", "Việt Nam"), "việt nam"),
        "Amharic": ("ሰላም፡ለዓለም።", "ሰላም ፡ ለዓለም ።"),
        "Georgian": ("საქართველო ᲡᲐᲥ", "საქართველო საქ"),
        "line ends": ("a\r\nb\rc\u2028d\x85e\u2029f\x0bg", "a b c d e f g"),
        "tweet": ("@Name #tag http://a.b/c 1,000.50", "@ name # tag http : / / a . b / c 1,000.50"),
        "emoji": ("ok👍🏽👍 ❤️\u200d🔥!", f"ok 👍🏽 👍 ❤{ZWJ}🔥 !"),
        "family": (f"👩🏽{ZWJ}💻👨{ZWJ}👩{ZWJ}👧", f"👩🏽{ZWJ}💻 👨{ZWJ}👩{ZWJ}👧"),
        "flags": ("🇩🇪🇫🇷🇩 x", "🇩🇪 🇫🇷 🇩 x"),
        "flag of a region": (f"🏴{TAGS}x", f"🏴{TAGS} x"),
        "keycap": ("1️⃣2", "1⃣2"),
        "mark behind a symbol": ("👍\u0301a \u0301b", "👍\u0301 a \u0301b"),
        "joiner behind a word": (f"a{ZWJ}! b{ZWJ}👍", f"a{ZWJ} ! b{ZWJ} 👍"),
        "direction": ("\u200fabc\u202c d\u2066e", "abc de"),
        "lone surrogate": ("\ud800a中", "\ud800a 中"),
    }.values(),
)
def test_by_hand(text, tokens):
    assert cut(text) == tokens.split(" ")
    assert cut(f"{text} " * 2000) == tokens.split(" ") * 2000  # many are cut by their bytes


def test_case_is_kept_where_it_is_wanted():
    assert cut("İzmir ΑΣ GPT", lowercase=False) == ["İzmir", "ΑΣ", "GPT"]


def cut_all(texts):
    """Return the tokens of each document."""
    tokenizer = KerasTokenizer(None, tokenizer="unicode").fit(texts)
    words = tokenizer.get_vocabulary()
    return [[words[i] for i in ids.tolist()] for ids in tokenizer.transform(texts)]


LETTERS = [
    letter
    for letter in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(letter) not in ("Cn", "Co", "Cs")
    and not unicodedata.normalize("NFC", letter).isascii()  # such as a grave accent alone
]


def test_no_cluster_of_characters_is_cut():
    """Each character with a mark behind it, between letters."""
    marks = ["\u0301", "\u0e34", "\ufe0f", "\U0001f3fd"]
    texts = [
        f"a {letter}{marks[i % len(marks)]} b"
        for i, letter in enumerate(LETTERS)
        # A sign before a number is cut as marks are, and typographic quotation marks as ASCII's.
        if letter not in "‘’“”" and not regex.match(r"\p{GCB=Prepend}", letter)
    ]
    for text, tokens in zip(texts, cut_all(texts), strict=True):
        clusters = regex.findall(r"\X", unicodedata.normalize("NFC", text))
        assert len(tokens) <= sum(bool(cluster.strip()) for cluster in clusters), tokens


def test_scripts_without_blanks_are_those_of_the_standard():
    """Where lines may break anywhere (ID, CJ) or by a dictionary (SA), a letter is a token."""
    kinds = r"(?!\p{Hangul})[\p{Line_Break=ID}\p{Line_Break=CJ}\p{Line_Break=SA}]"
    letters = [
        unicodedata.normalize("NFC", letter)
        for letter in LETTERS
        if unicodedata.category(letter) == "Lo" and regex.match(kinds, letter)
        if letter not in "ำຳ"  # belong to the letter before, as clusters have it
        if unicodedata.name(letter, "")  # Python and regex may know different versions of Unicode
        # Two signs of a script whose letters are none of these kinds.
        if not unicodedata.name(letter).startswith("TULU-TIGALARI SIGN")
    ]
    assert len(letters) > 90_000
    assert cut_all([letter * 2 for letter in letters]) == [[letter] * 2 for letter in letters]


@pytest.mark.parametrize("make", [CNNTextClassifier, LSTMTextClassifier])
def test_a_classifier_cuts_as_the_tokenizer_before_it_does(make):
    texts, labels = ["今天天气很好", "今天下雨", "阳光很好", "下雨刮风"] * 5, ["fine", "foul"] * 10
    options = {"units": 2} if make is LSTMTextClassifier else {"filters": 2}
    classifier = make(embedding_dim=4, epochs=1, random_state=0, **options)
    pipeline = make_pipeline(KerasTokenizer(tokenizer="unicode"), clone(classifier))
    classifier.fit(texts, labels)
    assert set(classifier.tokenizer_.vocabulary_) == set("".join(texts))
    np.testing.assert_array_equal(
        classifier.predict_proba(["今天刮风", "好"]),
        pipeline.fit(texts, labels).predict_proba(["今天刮风", "好"]),
    )


def test_a_vectorizer_cuts_so_as_well():
    vectors = WordVectors(["天", "好"], np.eye(2, dtype=np.float32))
    features = GloveVectorizer(vectors).fit_transform(["天好好", "好！"])
    np.testing.assert_allclose(features, [[1 / 3, 2 / 3], [0, 1]], rtol=1e-6)


def test_a_tokenizer_of_hugging_face():
    words = {"[UNK]": 0, "sun": 1, "##ny": 2, "The": 3, "sea": 4}
    pieces = tokenizers.Tokenizer(tokenizers.models.WordPiece(words, unk_token="[UNK]"))
    pieces.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    texts = ["The sunny sea", "sun sea"]
    tokenizer = KerasTokenizer(tokenizer=pieces, lowercase=False).fit(texts)
    assert tokenizer.vocabulary_ == {"sun": 2, "sea": 3, "The": 4, "##ny": 5}
    np.testing.assert_array_equal(tokenizer.transform(["The sunny"]).ids, [4, 2, 5])
    network = CNNTextClassifier(tokenizer=pieces, filters=2, epochs=1, random_state=0)
    assert network.fit(texts * 4, [0, 1] * 4).tokenizer_.vocabulary_ == tokenizer.vocabulary_
    by_function = CNNTextClassifier(tokenizer=str.split, filters=2, epochs=1, random_state=0)
    assert list(by_function.fit(texts * 4, [0, 1] * 4).tokenizer_.vocabulary_) == [
        "sea", "The", "sunny", "sun",
    ]  # fmt: skip
