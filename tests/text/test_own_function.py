"""A tokenizing function must return strings in a fixed order, wherever it is called."""

import re
from collections import Counter, UserDict
from dataclasses import dataclass

import numpy as np
import pytest

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    WordVectors,
    explain,
)
from skembed.data import stream

TEXTS = ["the sun", "the sea", "sand and sun", "the wind"]
WAY_OUT = (
    " Return a list of strings, such as [token.text for token in tokens] where tokens are objects."
)


@dataclass(frozen=True)
class Token:
    """A token of a parser."""

    text: str


def only_in(word, otherwise):
    """Return a function that cuts at blanks, and does something else in documents with a word."""
    return lambda document: otherwise(document) if word in document else document.split()


@pytest.mark.parametrize(
    ("otherwise", "told"),
    [
        (lambda document: None, "it returned None (NoneType)."),
        (lambda document: document, "it returned 'sand and sun' (str)."),
        (lambda document: document.encode(), "it returned b'sand and sun' (bytes)."),
        (lambda document: 3, "it returned 3 (int)."),
        (lambda document: {"sand"}, "it returned {'sand'} (set)."),
        (lambda document: {"input_ids": [5]}, "it returned {'input_ids': [5]} (dict)."),
        (lambda document: UserDict(ids=[5]), "it returned {'ids': [5]} (UserDict)."),
        (lambda document: Token(document), "it returned Token(text='sand and sun') (Token)."),
        (lambda document: [Token("a")], "its token 0 is Token(text='a') (Token)."),
        (lambda document: ["a", ("b", "NN")], "its token 1 is ('b', 'NN') (tuple)."),
        (lambda document: ("a", None), "its token 1 is None (NoneType)."),
        (lambda document: iter(["a", b"b"]), "its token 1 is b'b' (bytes)."),
        (lambda document: np.array([5, 6]), f"its token 0 is {np.int64(5)!r} (int64)."),
        (lambda document: [["a", "b"]], "its token 0 is ['a', 'b'] (list)."),
    ],
)
@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit", "transform"])
def test_what_is_no_token_is_refused(cut_sizes, otherwise, told, method):
    tokenizer = KerasTokenizer(tokenizer=only_in("sand", otherwise)).fit(TEXTS[:2])
    message = (
        "tokenizer must return the tokens of a document as an iterable of str, in their order. "
        f"For X[2], 'sand and sun', {told}{WAY_OUT}"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        getattr(tokenizer, method)(TEXTS)
    with cut_sizes(chunk=1), pytest.raises(TypeError, match=r"X\[2\]"):
        getattr(tokenizer, method)(TEXTS)


def bad(document):
    """Cut as a parser does that was not asked for its tokens' texts."""
    return [Token(word) for word in document.split()]


@pytest.mark.parametrize(
    "call",
    [
        lambda own: GloveVectorizer(WordVectors(["sun"], [[1]]), tokenizer=own).fit(TEXTS),
        lambda own: FastTextVectorizer(tokenizer=own).fit(TEXTS),
        lambda own: CNNTextClassifier(tokenizer=own).fit(TEXTS, [0, 1, 0, 1]),
        lambda own: CNNTextClassifier(tokenizer=own).partial_fit(TEXTS, [0, 1] * 2, classes=[0, 1]),
        lambda own: CNNTextClassifier(tokenizer=own).fit(stream([(TEXTS, [0, 1] * 2)])),
    ],
    ids=["glove", "fasttext", "fit", "partial_fit", "stream"],
)
def test_it_is_refused_wherever_documents_are_cut(call):
    with pytest.raises(TypeError, match=re.escape("For X[0], 'the sun', its token 0 is Token(")):
        call(KerasTokenizer(tokenizer=bad))


def test_it_is_refused_after_fit():
    tokenizer = KerasTokenizer(tokenizer=str.split)
    classifier = CNNTextClassifier(tokenizer=tokenizer, epochs=1, random_state=0)
    classifier.fit(TEXTS, [0, 1, 0, 1])
    fitted = classifier.tokenizer_.set_params(tokenizer=bad)
    message = re.escape("For X[0], 'the sun', its token 0 is Token(")
    for call in (
        lambda: classifier.predict(TEXTS),
        lambda: classifier.partial_fit(TEXTS, [0, 1, 0, 1]),
        lambda: explain(classifier, "the sun"),
        lambda: fitted.coverage({"sun"}, TEXTS, [0, 1, 0, 1]),
    ):
        with pytest.raises(TypeError, match=message):
            call()


MANY = [f"sun {i}" for i in range(20)]
LABELS = [0, 1] * 10


@pytest.mark.parametrize("position", [0, 7, 19])
@pytest.mark.parametrize(
    "call",
    [
        lambda cnn: cnn.fit(MANY, LABELS),
        lambda cnn: cnn.set_params(validation_fraction=0.5).fit(MANY, LABELS),
        lambda cnn: cnn.fit(stream([(MANY[:6], LABELS[:6]), (MANY[6:], LABELS[6:])])),
    ],
    ids=["a tenth set aside", "half set aside", "stream"],
)
def test_positions_are_those_of_all_documents(call, position):
    tokenizer = KerasTokenizer(tokenizer=only_in(f"sun {position}", lambda document: None))
    message = re.escape(f"For X[{position}], 'sun {position}', it returned None (NoneType).")
    with pytest.raises(TypeError, match=message):
        call(CNNTextClassifier(tokenizer=tokenizer, early_stopping=True, random_state=0))


def test_positions_are_those_of_validation_documents():
    tokenizer = KerasTokenizer(tokenizer=only_in("sand", lambda document: None))
    message = re.escape("For X_val[2], 'sand and sun', it returned None (NoneType).")
    classifier = CNNTextClassifier(tokenizer=tokenizer)
    with pytest.raises(TypeError, match=message):
        classifier.fit(MANY, LABELS, X_val=TEXTS, y_val=[0, 1, 0, 1])
    with pytest.raises(TypeError, match=message):
        classifier.fit(stream([(MANY, LABELS)]), X_val=stream([(TEXTS, [0, 1, 0, 1])]))


@pytest.mark.parametrize(
    "cut",
    [
        str.split,
        lambda text: tuple(text.split()),
        lambda text: iter(text.split()),
        lambda text: (word for word in text.split()),
        lambda text: np.array(text.split()),
        lambda text: list(map(np.str_, text.split())),
    ],
)
def test_any_iterable_of_strings_is_taken(cut):
    tokenizer = KerasTokenizer(tokenizer=cut).fit(TEXTS)
    assert tokenizer.vocabulary_ == {
        "the": 2, "sun": 3, "sea": 4, "sand": 5, "and": 6, "wind": 7
    }  # fmt: skip
    assert {*map(type, tokenizer.vocabulary_)} == {str}


@pytest.mark.parametrize("lazily", [False, True])
def test_what_it_raises_is_passed_on_with_the_document(lazily):
    def fail(document):
        raise KeyError("no such lemma")

    def cut(document):
        return map(fail, document.split()) if lazily else fail(document)

    with pytest.raises(KeyError, match="no such lemma") as caught:
        KerasTokenizer(tokenizer=only_in("sand", cut)).fit(TEXTS)
    assert caught.value.__notes__ == ["The tokenizer was cutting X[2], 'sand and sun'."]


def test_it_is_called_once_for_each_document():
    calls = Counter()

    def cut(document):
        calls[document] += 1
        return document.split()

    KerasTokenizer(tokenizer=cut).fit_transform(TEXTS)
    assert calls == Counter(TEXTS)
