"""What a network learns of unknown words: nothing that only odd documents say of them."""

import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline

from skembed import KerasTokenizer
from skembed.data import stream

WORDLESS = {"empty": "", "of marks": "..."}


def in_memory(classifier, texts, labels):
    return classifier.fit(texts, labels)


def as_stream(classifier, texts, labels):
    return classifier.fit(stream([(texts[:20], labels[:20]), (texts[20:], labels[20:])]))


def in_part(classifier, texts, labels):
    classifier.partial_fit(texts[:30], labels[:30], classes=sorted(set(labels)))
    return classifier.partial_fit(texts[30:], labels[30:])


def wordless_alone(classifier, texts, labels):
    """The last documents are a batch without a known word."""
    classifier.partial_fit(texts[:40], labels[:40], classes=sorted(set(labels)))
    return classifier.partial_fit(texts[40:], labels[40:])


@pytest.mark.parametrize("document", WORDLESS.values(), ids=WORDLESS)
@pytest.mark.parametrize("fit", [in_memory, as_stream, in_part, wordless_alone])
@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_the_label_of_a_document_without_words_does_not_matter(
    request, texts, labels, weights_of, network, fit, document
):
    """The tokenizer writes it as one unknown word, which later stands in any document."""
    make = request.getfixturevalue(network)
    fits = [
        fit(make(wide=False, tokenizer=KerasTokenizer()), [*texts, document], [*labels, label])
        for label in ("fine", "foul")
    ]
    first, second = map(weights_of, fits)
    for name, weights in first.items():
        assert_array_equal(weights, second[name])


def test_nor_do_its_labels_if_there_are_several(cnn, texts, indicators, weights_of):
    fits = [
        cnn(wide=False).fit([*texts, ""], np.vstack([indicators, last]))
        for last in ([0, 0, 0], [1, 1, 1])
    ]
    first, second = map(weights_of, fits)
    for name, weights in first.items():
        assert_array_equal(weights, second[name])


@pytest.mark.parametrize("others", [[], ["!"] * 7], ids=["alone", "mostly"])
@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_a_class_of_documents_without_words_is_learned(request, texts, labels, network, others):
    """Among texts of other classes, by the network alone."""
    classifier = request.getfixturevalue(network)(wide=False, epochs=40, learning_rate=0.02)
    classifier.fit([*texts, *[""] * 9, *others], [*labels, *["blank"] * (9 + len(others))])
    assert classifier.predict(["", " "]).tolist() == ["blank"] * 2
    assert classifier.score(texts, labels) >= 0.9


@pytest.mark.parametrize("wide", [False, True])
def test_documents_sorted_by_class_are_learned(cnn, wide):
    """More words occur once than have an id, and those without one stand in any document."""
    n, telling = 60, ["sun", "rain", "snow"]
    labels = np.repeat(telling, n)

    def documents(name):
        return [
            f"{label} {' '.join(f'{name}{i}x{j}' for j in range(5))}"
            for i, label in enumerate(labels)
        ]

    tokenizer = KerasTokenizer(2 + 3 + 600, tokenizer="unicode")
    classifier = cnn(wide=wide, tokenizer=tokenizer, epochs=40, learning_rate=0.01)
    classifier.fit(documents("a"), labels)
    assert len(classifier.tokenizer_.vocabulary_) == 603
    assert classifier.score(documents("b"), labels) > 0.95


SORTED = (
    "X is sorted by its labels, and max_tokens=12 leaves out words of the last documents alone, as "
    "Keras does. A network would take any unknown word for a sign of their class. Shuffle the "
    "documents, set max_tokens=None, or set tokenizer='unicode', where the order does not matter."
)


@pytest.mark.parametrize(
    "fit",
    {
        "fit": lambda cnn, X, y: KerasTokenizer(12).fit(X, y),
        "pipeline": lambda cnn, X, y: make_pipeline(KerasTokenizer(12), cnn(epochs=1)).fit(X, y),
        "parameter": lambda cnn, X, y: cnn(epochs=1, tokenizer=KerasTokenizer(12)).fit(X, y),
    }.values(),
    ids=["fit", "pipeline", "parameter"],
)
@pytest.mark.parametrize("labels", [["a"] * 10 + ["b"] * 10, pd.Series([1] * 10 + [0] * 10)])
def test_keras_order_and_labels_in_order_are_warned_of(cnn, fit, labels):
    documents = [f"sea word{i}" for i in range(20)]
    with pytest.warns(UserWarning, match=f"^{re.escape(SORTED)}$"):
        fit(cnn, documents, labels)


class WithoutLabels(BaseEstimator):
    """A tokenizer of another class, which takes documents alone."""

    def fit_transform(self, X):
        self.tokenizer_ = KerasTokenizer()
        return self.tokenizer_.fit_transform(X)

    def transform(self, X):
        return self.tokenizer_.transform(X)


def test_other_tokenizers_need_not_take_labels(cnn, texts, labels, weights_of):
    found = weights_of(cnn(tokenizer=WithoutLabels()).fit(texts, labels))
    expected = weights_of(cnn(tokenizer=KerasTokenizer()).fit(texts, labels))
    for name, weights in expected.items():
        assert_array_equal(found[name], weights)


@pytest.mark.parametrize(
    ("tokenizer", "labels"),
    [
        (KerasTokenizer(12), ["a", "b"] * 10),
        (KerasTokenizer(12), None),
        (KerasTokenizer(12), [["a"], ["b"]] * 10),
        (KerasTokenizer(12), ["a", ["b"]] * 10),
        (KerasTokenizer(12), np.eye(20)),
        (KerasTokenizer(12), ["a"] + ["b"] * 19),  # one order in ten has the one "a" at an end
        (KerasTokenizer(12), range(20)),
        (KerasTokenizer(12, tokenizer="unicode"), ["a"] * 10 + ["b"] * 10),
        (KerasTokenizer(None), ["a"] * 10 + ["b"] * 10),
        (KerasTokenizer(12, min_df=2), ["a"] * 10 + ["b"] * 10),
        (KerasTokenizer(3), ["a"] * 10 + ["b"] * 10),  # all words that occur once are left out
    ],
)
def test_no_other_vocabulary_is_warned_of(tokenizer, labels):
    documents = [f"sea word{i}" for i in range(20)]
    assert "sea" in tokenizer.fit(documents, labels).vocabulary_
