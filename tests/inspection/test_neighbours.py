"""Neighbours before and after, by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, KerasTokenizer, WordVectors
from skembed.inspection import nearest_words

VECTORS = WordVectors(["good", "fine", "bad", "far"], [[1.0, 0.0], [0.6, 0.8], [0.0, 2.0], [-1, 0]])
TEXTS, LABELS = ["good fine", "bad far", "good unknown", "bad"] * 5, [0, 1] * 10


@pytest.fixture(scope="module")
def fitted():
    classifier = CNNTextClassifier(
        embeddings=VECTORS, filters=2, kernel_sizes=(1,), epochs=1, random_state=0
    )
    pipeline = make_pipeline(KerasTokenizer(), classifier).fit(TEXTS, LABELS)
    vocabulary = pipeline[0].vocabulary_
    weights = dict(classifier._model.state.weights)
    table = np.zeros_like(weights["embedding"])
    for word, vector in {"good": [0, 3], "fine": [5, 0], "bad": [0, -1], "far": [3, 4]}.items():
        table[vocabulary[word]] = vector
    weights["embedding"] = table
    state = replace(classifier._model.state, weights=weights)
    classifier._model = replace(classifier._model, state=state)
    return pipeline


def test_cosines_by_hand(fitted):
    found = nearest_words(fitted, ["good"], n=2)
    assert [word for word, _ in found.before["good"]] == ["fine", "bad"]
    np.testing.assert_allclose([cosine for _, cosine in found.before["good"]], [0.6, 0], atol=1e-6)
    assert [word for word, _ in found.after["good"]] == ["far", "fine"]
    np.testing.assert_allclose([cosine for _, cosine in found.after["good"]], [0.8, 0], atol=1e-6)
    assert found.moved == {"good": 0.0}
    assert str(found).splitlines() == [
        "good (cosine of before and after 0.00)",
        "  before  fine 0.60, bad 0.00",
        "  after   far 0.80, fine 0.00",
    ]
    assert repr(found) == str(found)


def test_a_single_word_and_all_its_neighbours(fitted):
    assert len(nearest_words(fitted, "bad", n=50).after["bad"]) == 3


def test_refusals(fitted):
    with pytest.raises(
        ValueError, match="'unknown' has no pre-trained vector, or the classifier do"
    ):
        nearest_words(fitted, ["unknown"])
    learned = CNNTextClassifier(filters=2, epochs=1).fit(TEXTS, LABELS)
    with pytest.raises(
        ValueError, match="nearest_words compares pre-trained vectors with fine-tun"
    ):
        nearest_words(learned, ["good"])
    with pytest.raises(
        TypeError,
        match="nearest_words takes a text classifier or regressor of skembed",
    ):
        nearest_words(LogisticRegression(), ["good"])


def test_it_is_a_table_in_a_notebook(fitted):
    found = nearest_words(fitted, ["good", "bad"], n=2)
    cells = re.findall(r"<t[dh] [^>]*>(.*?)</t[dh]>", found._repr_html_())
    assert cells[:4] == ["word", "cosine", "before", "after"]
    assert [cells[4], cells[8]] == ["good", "bad"]
    assert f"  before  {cells[6]}" in str(found)
    assert f"  after   {cells[7]}" in str(found)
